"""Questions to the applicant: bound to what they are about, answered in place."""

from __future__ import annotations

import pytest
from django.test import Client

import clock
from approvals.applications.errors import KeyReusedError, NotAllowedError, WrongStateError
from approvals.applications.models import Application
from approvals.inquiries import services
from approvals.inquiries.models import Question
from approvals.notifications.models import Notification
from journal.selectors import entries
from organizations.models import User
from tests.people import Town, key
from workflows.errors import NotAllowed, NotVisible, Stale
from workflows.models import Task


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def task(jiaxing: Town, case: Application) -> Task:
    return jiaxing.played_to(case, "county_review")


@pytest.fixture
def officer(jiaxing: Town) -> User:
    return jiaxing.user("nanhu_officer")


def first_field(case: Application) -> dict[str, str]:
    return case.program.content["form"]["sections"][0]["fields"][0]


def ask(task: Task, officer: User, **changes: object) -> Question:
    given = {
        "actor": officer,
        "key": key(),
        "expected_version": 1,
        "target": "case",
        "text": "孵化场地的租期到何时？",
    }
    return services.ask(task.pk, **{**given, **changes})


def test_a_question_names_its_field_its_office_and_its_term(
    case: Application, task: Task, officer: User
) -> None:
    field = first_field(case)
    question = ask(task, officer, target=f"field:{field['key']}")
    assert (question.target, question.label) == ("field", field["label"])
    assert question.organ == task.organ
    assert question.due_on > clock.today()
    assert list(entries(case.stream))[-1].verb == "question_asked"


def test_the_applicants_people_are_told_the_office_and_not_the_person(
    jiaxing: Town, case: Application, task: Task, officer: User
) -> None:
    ask(task, officer)
    told = Notification.objects.get(kind="question", person=jiaxing.cast.member_of(case.applicant))
    assert task.organ.name in told.title
    assert officer.name not in told.title + told.body
    client = Client()
    client.force_login(jiaxing.cast.member_of(case.applicant))
    page = client.get(f"/applications/{case.pk}/").content.decode()
    assert "孵化场地的租期到何时？" in page
    assert officer.name not in page


def test_asked_twice_with_one_key_it_is_one_question(
    case: Application, task: Task, officer: User
) -> None:
    one = key()
    assert ask(task, officer, key=one) == ask(task, officer, key=one)
    assert Question.objects.filter(application=case).count() == 1
    with pytest.raises(KeyReusedError):
        ask(task, officer, key=one, text="另一个问题")


def test_strangers_stale_pages_and_experts_ask_nothing(
    jiaxing: Town, case: Application, task: Task, officer: User
) -> None:
    with pytest.raises(NotVisible):
        ask(task, jiaxing.user("xiuzhou_officer"))
    with pytest.raises(Stale):
        ask(task, officer, expected_version=2)
    seat = jiaxing.played_to(case, "expert_opinion")
    with pytest.raises(NotAllowed):
        ask(seat, seat.owner)
    assert not Question.objects.filter(application=case).exists()


@pytest.mark.parametrize("target", ["field:nothing", "slot:nothing", "case:x", "", "person:1"])
def test_a_question_about_nothing_is_refused(task: Task, officer: User, target: str) -> None:
    with pytest.raises(WrongStateError):
        ask(task, officer, target=target)


def test_the_applicant_answers_once_and_who_asked_is_told(
    jiaxing: Town, case: Application, task: Task, officer: User
) -> None:
    question = ask(task, officer)
    person = jiaxing.cast.member_of(case.applicant)
    services.answer(case, question.pk, by=person, text=" 至2030年。 ")
    services.answer(case, question.pk, by=person, text="至2030年。")
    question.refresh_from_db()
    assert question.answer == "至2030年。"
    assert Notification.objects.filter(kind="question", person=officer).count() == 1
    assert [entry.verb for entry in entries(case.stream)].count("question_answered") == 1
    with pytest.raises(WrongStateError):
        services.answer(case, question.pk, by=person, text="另一个答复")
    with pytest.raises(WrongStateError):
        services.withdraw_question(
            task.pk, question.pk, actor=officer, key=key(), expected_version=1
        )


def test_nobody_else_answers_and_an_empty_answer_loses_nothing(
    jiaxing: Town, case: Application, task: Task, officer: User
) -> None:
    question = ask(task, officer)
    with pytest.raises(NotAllowedError):
        services.answer(case, question.pk, by=officer, text="代答")
    client = Client()
    client.force_login(jiaxing.cast.member_of(case.applicant))
    address = f"/applications/{case.pk}/questions/{question.pk}/"
    assert client.post(address, {"text": "  "}).status_code == 422
    assert client.post(address, {"text": "至2030年"}).status_code == 302
    client.force_login(officer)
    assert client.post(address, {"text": "x"}).status_code == 404


def test_a_question_taken_back_is_gone_from_the_applicants_page(
    jiaxing: Town, case: Application, task: Task, officer: User
) -> None:
    question = ask(task, officer)
    services.withdraw_question(task.pk, question.pk, actor=officer, key=key(), expected_version=1)
    client = Client()
    client.force_login(jiaxing.cast.member_of(case.applicant))
    assert "孵化场地的租期" not in client.get(f"/applications/{case.pk}/").content.decode()
    with pytest.raises(WrongStateError):
        services.answer(
            case, question.pk, by=jiaxing.cast.member_of(case.applicant), text="至2030年"
        )


def test_a_refused_form_comes_back_with_what_was_typed(task: Task, officer: User) -> None:
    client = Client()
    client.force_login(officer)
    page = client.post(
        f"/tasks/{task.pk}/ask/",
        {"key": "k", "version": 7, "target": "case", "text": "租期到何时"},
    )
    assert page.status_code == 409
    assert "租期到何时" in page.content.decode()
