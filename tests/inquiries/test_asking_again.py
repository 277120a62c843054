"""What a letter speaks of has changed: its organ is asked again, others are left alone (C1 ii)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.test import Client

import clock
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.inquiries import services
from approvals.inquiries.models import Consultation, Stance
from approvals.inquiries.pinning import pins, seal_of
from approvals.notifications.selectors import page
from jobs.worker import run_due
from journal.selectors import entries
from organizations.models import User
from tests.applications.mending import answers, asks, workdays_later
from tests.inquiries.test_consultations import asker as asker  # a fixture
from tests.inquiries.test_consultations import case as case  # a fixture
from tests.inquiries.test_consultations import clerk as clerk  # a fixture
from tests.inquiries.test_consultations import consult
from tests.inquiries.test_consultations import task as task  # a fixture
from tests.people import Town
from workflows.models import Task


def section_of(case: Application, field: str, *, inside: bool = True) -> str:
    """The first section with the field in it, or without it."""
    sections = case.program.content["form"]["sections"]
    return next(
        one["key"]
        for one in sections
        if (field in {each["key"] for each in one["fields"]}) == inside
    )


@pytest.fixture
def field(case: Application) -> str:
    """A number of the application form."""
    sections = case.program.content["form"]["sections"]
    fields = [each for one in sections for each in one["fields"]]
    return next(each["key"] for each in fields if each["type"] in ("integer", "number", "decimal"))


@pytest.fixture
def letter(jiaxing: Town, case: Application, task: Task, asker: User, field: str) -> Consultation:
    return consult(jiaxing, task, asker, sections=[section_of(case, field)])


def changed(jiaxing: Town, case: Application, field: str) -> None:
    """The county sends the case back, the applicant changes one number."""
    case.refresh_from_db()
    asks(case, "county_review", jiaxing.user("nanhu_officer"), field)
    mended(jiaxing, case, field)


def mended(jiaxing: Town, case: Application, field: str) -> None:
    answers(jiaxing, case, **{field: str(Decimal(case.data[field]) + 1)})


def letters(case: Application) -> list[Consultation]:
    return list(Consultation.objects.filter(application=case).order_by("pk"))


def test_the_organ_whose_section_changed_is_asked_again_and_its_answer_counts_no_more(
    jiaxing: Town, case: Application, letter: Consultation, field: str, asker: User, clerk: User
) -> None:
    services.reply(letter.pk, by=clerk, stance=Stance.COMMENT, text="数字偏低。")
    changed(jiaxing, case, field)
    old, again = letters(case)
    assert old.superseded_at is not None
    assert (old.stance, old.reply) == (Stance.COMMENT, "数字偏低。"), "kept as history"
    assert (again.organ, again.text, again.sections) == (old.organ, old.text, old.sections)
    assert (again.stance, again.follows, again.material_version) == ("", old, 2)
    assert "organ_consulted_again" in [entry.verb for entry in entries(case.stream)]
    assert f"/consultations/{again.pk}/" in [
        row.link for row in page(clerk, kind="consultation").rows
    ]
    assert any("不再计入" in row.title for row in page(asker, kind="consultation").rows)


def test_an_organ_whose_section_is_as_it_was_is_left_alone(
    jiaxing: Town, case: Application, task: Task, asker: User, clerk: User, field: str
) -> None:
    elsewhere = section_of(case, field, inside=False)
    letter = consult(jiaxing, task, asker, sections=[elsewhere])
    bare = consult(jiaxing, task, asker, organ=jiaxing.organ("economy_bureau"))
    services.reply(letter.pk, by=clerk, stance=Stance.AGREE, text="")
    changed(jiaxing, case, field)
    assert [one.pk for one in letters(case)] == [letter.pk, bare.pk]
    assert all(one.superseded_at is None for one in letters(case))


def test_a_resubmission_that_changes_nothing_asks_nobody_again(
    jiaxing: Town, case: Application, letter: Consultation, field: str, clerk: User
) -> None:
    services.reply(letter.pk, by=clerk, stance=Stance.AGREE, text="")
    asks(case, "county_review", jiaxing.user("nanhu_officer"), field)
    answers(jiaxing, case)
    assert len(letters(case)) == 1


def test_silence_about_what_has_changed_is_asked_again_with_a_term_of_its_own(
    jiaxing: Town, case: Application, letter: Consultation, field: str
) -> None:
    with workdays_later(3):
        asks(case, "county_review", jiaxing.user("nanhu_officer"), field)
    with clock.at(datetime.combine(letter.due_on + timedelta(days=1), time(9), clock.BEIJING)):
        run_due(kinds=["lapse_consultation"])
        mended(jiaxing, case, field)
        old, again = letters(case)
        assert (old.stance, again.stance) == (Stance.SILENT, "")
        assert again.due_on > old.due_on
    with clock.at(datetime.combine(again.due_on + timedelta(days=1), time(0, 1), clock.BEIJING)):
        run_due(kinds=["lapse_consultation"])
    again.refresh_from_db()
    assert again.stance == Stance.SILENT, "never consent"


def test_the_answer_to_a_letter_that_was_asked_again_goes_to_the_new_one(
    jiaxing: Town, case: Application, letter: Consultation, field: str, clerk: User
) -> None:
    services.reply(letter.pk, by=clerk, stance=Stance.AGREE, text="")
    changed(jiaxing, case, field)
    _old, again = letters(case)
    with pytest.raises(WrongStateError, match="重新发出"):
        services.reply(letter.pk, by=clerk, stance=Stance.DISAGREE, text="不妥。")
    services.reply(again.pk, by=clerk, stance=Stance.DISAGREE, text="不妥。")
    changed(jiaxing, case, field)
    assert [bool(one.superseded_at) for one in letters(case)] == [True, True, False]


def test_a_letter_nobody_has_answered_speaks_of_the_new_answers_by_the_same_day(
    jiaxing: Town, case: Application, letter: Consultation, field: str, clerk: User
) -> None:
    changed(jiaxing, case, field)
    (same,) = letters(case)
    case.refresh_from_db()
    assert same.pinned == pins(case, same.sections) != letter.pinned
    assert (same.due_on, same.material_version) == (letter.due_on, 2)
    assert any("已修改" in row.title for row in page(clerk, kind="consultation").rows)


def test_nobody_answers_about_a_text_he_has_not_read(
    jiaxing: Town, case: Application, letter: Consultation, field: str, clerk: User
) -> None:
    client = Client()
    client.force_login(clerk)
    address = f"/consultations/{letter.pk}/"
    read = seal_of(letter.pinned)
    assert f'value="{read}"' in client.get(address).content.decode()
    changed(jiaxing, case, field)
    given = {"stance": "agree_with_comment", "text": "请补充租赁合同", "seen": read}
    shown = client.post(address, given)
    letter.refresh_from_db()
    case.refresh_from_db()
    assert letter.stance == ""
    assert "请重新阅读后回复" in shown.content.decode()
    assert "请补充租赁合同" in shown.content.decode(), "nothing entered is lost"
    given["seen"] = seal_of(pins(case, letter.sections))
    assert f'value="{given["seen"]}"' in shown.content.decode()
    assert client.post(address, given).status_code == 302
    letter.refresh_from_db()
    assert letter.stance == given["stance"]


def test_both_letters_stand_on_the_task_page_and_only_one_counts(
    jiaxing: Town, case: Application, letter: Consultation, field: str, asker: User, clerk: User
) -> None:
    services.reply(letter.pk, by=clerk, stance=Stance.AGREE, text="")
    changed(jiaxing, case, field)
    client = Client()
    client.force_login(asker)
    task = Task.objects.get(process=case.process_id, element="county_review", is_open=True)
    shown = client.get(f"/tasks/{task.pk}/").content.decode()
    assert shown.count("本次回复不再计入") == 1
    assert shown.count("随函材料修改后重新征求意见") == 1
    client.force_login(clerk)
    assert "本函的回复不再计入" in client.get(f"/consultations/{letter.pk}/").content.decode()


def test_a_letter_of_before_texts_were_pinned_stays_as_it_was(
    jiaxing: Town, case: Application, letter: Consultation, field: str
) -> None:
    Consultation.objects.filter(pk=letter.pk).update(pinned={}, stance=Stance.AGREE)
    changed(jiaxing, case, field)
    assert len(letters(case)) == 1
