"""Letters to other organs: what they see, what they answer, and what silence is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.test import Client

import clock
from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.applications.models import Application
from approvals.inquiries import services
from approvals.inquiries.models import Consultation, Stance
from approvals.notifications.models import Delivery, Notification
from approvals.notifications.selectors import page
from jobs.worker import run_due
from journal.selectors import entries
from organizations.accounts import appoint, create_account, declare_relation
from organizations.holders import holders
from organizations.models import User
from tests.people import Town, key
from workflows.models import Recusal, Task

LIST_QUERIES = 6
"""Session, user, positions (of the page and of the frame: read once), count, page, the bell."""


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def task(jiaxing: Town, case: Application) -> Task:
    return jiaxing.played_to(case, "county_review")


@pytest.fixture
def asker(jiaxing: Town) -> User:
    return jiaxing.user("nanhu_officer")


@pytest.fixture
def clerk(jiaxing: Town) -> User:
    return jiaxing.user("tax_bureau_officer")


def consult(jiaxing: Town, task: Task, asker: User, **changes: object) -> Consultation:
    given = {
        "actor": asker,
        "key": key(),
        "expected_version": 1,
        "organ": jiaxing.organ("tax_bureau"),
        "text": "请就该单位纳税情况提出意见。",
        "sections": [],
    }
    return services.consult(task.pk, **{**given, **changes})


def test_the_consulted_organ_reads_the_letter_and_not_the_case(
    jiaxing: Town, case: Application, task: Task, asker: User, clerk: User
) -> None:
    section, other = case.program.content["form"]["sections"][:2]
    letter = consult(jiaxing, task, asker, sections=[section["key"]])
    client = Client()
    client.force_login(clerk)
    page = client.get(f"/consultations/{letter.pk}/").content.decode()
    assert "请就该单位纳税情况提出意见" in page
    assert section["title"] in page
    assert other["title"] not in page
    assert client.get(f"/applications/{case.pk}/").status_code == 404
    assert client.get(f"/tasks/{task.pk}/").status_code == 404
    client.force_login(jiaxing.user("xiuzhou_officer"))
    missing = client.get("/consultations/987654/")
    hidden = client.get(f"/consultations/{letter.pk}/")
    assert hidden.status_code == 404
    assert hidden.content == missing.content


def test_a_reply_is_given_once_with_reasons_where_it_disagrees(
    jiaxing: Town, case: Application, task: Task, asker: User, clerk: User
) -> None:
    letter = consult(jiaxing, task, asker)
    with pytest.raises(WrongStateError, match="理由"):
        services.reply(letter.pk, by=clerk, stance=Stance.DISAGREE, text="")
    with pytest.raises(WrongStateError):
        services.reply(letter.pk, by=clerk, stance=Stance.SILENT, text="")
    services.reply(letter.pk, by=clerk, stance=Stance.DISAGREE, text="欠税未结清。")
    services.reply(letter.pk, by=clerk, stance=Stance.DISAGREE, text="欠税未结清。")
    assert [e.verb for e in entries(case.stream)].count("consultation_replied") == 1
    with pytest.raises(WrongStateError):
        services.reply(letter.pk, by=clerk, stance=Stance.AGREE, text="")
    with pytest.raises(NotAllowedError):
        services.reply(letter.pk, by=asker, stance=Stance.AGREE, text="")


def test_silence_is_written_down_as_silence_and_a_late_reply_is_still_taken(
    jiaxing: Town, case: Application, task: Task, asker: User, clerk: User
) -> None:
    letter = consult(jiaxing, task, asker)
    evening = datetime.combine(letter.due_on, time(23, 59), clock.BEIJING)
    with clock.at(evening):
        run_due(kinds=["lapse_consultation"])
    letter.refresh_from_db()
    assert letter.stance == ""
    with clock.at(evening + timedelta(minutes=1)):
        run_due(kinds=["lapse_consultation"])
        run_due(kinds=["lapse_consultation"])
    letter.refresh_from_db()
    assert letter.stance == Stance.SILENT
    assert [e.verb for e in entries(case.stream)].count("consultation_unanswered") == 1
    with clock.at(evening + timedelta(days=2)):
        services.reply(letter.pk, by=clerk, stance=Stance.AGREE, text="")
    letter.refresh_from_db()
    assert letter.stance == Stance.AGREE


def test_one_open_letter_an_organ_and_none_abroad(
    jiaxing: Town, mudanjiang: Town, task: Task, asker: User
) -> None:
    consult(jiaxing, task, asker)
    with pytest.raises(WrongStateError, match="尚未回复"):
        consult(jiaxing, task, asker)
    with pytest.raises(WrongStateError):
        consult(jiaxing, task, asker, organ=mudanjiang.organ("science_bureau"))
    with pytest.raises(WrongStateError):
        consult(jiaxing, task, asker, organ=task.organ)


def test_the_reply_stands_on_the_task_page(
    jiaxing: Town, task: Task, asker: User, clerk: User
) -> None:
    letter = consult(jiaxing, task, asker)
    services.reply(letter.pk, by=clerk, stance=Stance.COMMENT, text="建议补充完税证明。")
    client = Client()
    client.force_login(asker)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "建议补充完税证明" in page
    assert "原则同意，附意见" in page


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_of_letters_costs_the_same_at_any_length(
    jiaxing: Town,
    task: Task,
    asker: User,
    clerk: User,
    number: int,
    django_assert_num_queries: object,
) -> None:
    letter = consult(jiaxing, task, asker)
    Consultation.objects.bulk_create(
        Consultation(
            application=letter.application,
            key=key(),
            task_id=task.pk,
            organ=letter.organ,
            asking_organ=letter.asking_organ,
            asked_by=asker,
            text="x",
            material_version=1,
            asked_at=letter.asked_at,
            due_on=letter.due_on,
            stance=Stance.AGREE,
        )
        for _ in range(number - 1)
    )
    client = Client()
    client.force_login(clerk)
    client.get("/consultations/")
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get("/consultations/").status_code == 200


def test_who_was_recused_from_the_case_finds_neither_letter_nor_line(
    jiaxing: Town, case: Application, task: Task, asker: User, clerk: User
) -> None:
    letter = consult(jiaxing, task, asker)
    (line,) = page(clerk, kind="consultation").rows
    assert case.number in line.title
    Recusal.objects.create(
        process=case.process, user=clerk, kind="ordered", ground="亲属", state="in_force",
        asked_at=clock.now(),
    )  # fmt: skip
    assert not page(clerk, kind="consultation").rows
    client = Client()
    client.force_login(clerk)
    assert client.get(f"/consultations/{letter.pk}/").status_code == 404
    assert case.number not in client.get("/consultations/").content.decode()
    with pytest.raises(NotAllowedError):
        services.reply(letter.pk, by=clerk, stance=Stance.AGREE, text="")


@pytest.mark.parametrize("how", ["tied", "recused"])
def test_who_is_kept_from_the_case_gets_no_line_and_no_mail(
    jiaxing: Town, case: Application, task: Task, asker: User, clerk: User, how: str
) -> None:
    """The second clerk of the tax bureau hears of the letter, the first does not."""
    second = create_account(username="jx_tax2", password=None, name="第二人", by=None)
    appoint(second, jiaxing.organ("tax_bureau"), "department_officer", by=None)
    keep(how, clerk, case)
    consult(jiaxing, task, asker)
    told = Notification.objects.filter(kind="consultation").values_list("person", flat=True)
    assert second.pk in told
    assert clerk.pk not in told
    run_due(kinds=["deliver_notifications"])
    assert not Delivery.objects.filter(notification__person=clerk).exists()


def test_an_organ_in_which_everybody_is_kept_from_the_case_is_not_asked(
    jiaxing: Town, case: Application, task: Task, asker: User
) -> None:
    for role in ("department_officer", "department_leader"):
        for person in holders(role, jiaxing.organ("tax_bureau")):
            keep("tied", person, case)
    with pytest.raises(WrongStateError, match="没有可以回复的人员"):
        consult(jiaxing, task, asker)
    assert not Consultation.objects.exists()


def keep(how: str, person: User, case: Application) -> None:
    if how == "tied":
        declare_relation(person, case.applicant, ground="持股", by=None)
        return
    Recusal.objects.create(
        process=case.process, user=person, kind="self", ground="曾任职",
        asked_at=clock.now(), state="in_force",
    )  # fmt: skip
