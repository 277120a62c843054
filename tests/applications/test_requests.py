"""C12, sentence by sentence: before acceptance, in five working days, once and complete."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

import clock
from approvals.applications import services
from approvals.applications.errors import KeyReusedError, NotAllowedError, WrongStateError
from approvals.applications.models import CorrectionOverride, CorrectionRequest
from approvals.applications.services.requesting import last_day_to_ask
from approvals.notifications.models import Notification
from approvals.operations.retracting import retract_opinion
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.statement import Statement
from jobs.worker import run_due
from journal.models import Entry
from tests.applications.mending import (
    REASON,
    answers,
    asks,
    decide,
    the_day_after_workdays,
    waiting,
    workdays_later,
)
from tests.people import Town, key
from workflows.calendar import add_workdays
from workflows.errors import NotVisible, Stale
from workflows.reopened import first_entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_county(jiaxing: Town):
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def at_intake(jiaxing: Town, at_county):
    jiaxing.played_to(at_county, "intake")
    return at_county


def words_of(page) -> str:
    """The page's own words, without the diagram, which is the procedure's."""
    shown = page.content.decode().split("<main")[1]
    return re.sub(r"<svg.*?</svg>|<details.*?</details>", "", shown, flags=re.DOTALL)


def verbs(case) -> list[str]:
    found = Entry.objects.filter(stream__key=case.stream).order_by("position")
    return list(found.values_list("verb", flat=True))


def told(person) -> list[str]:
    return list(Notification.objects.filter(person=person).values_list("title", flat=True))


def test_a_correction_may_be_asked_until_the_fifth_working_day(jiaxing: Town, at_intake) -> None:
    with workdays_later(5, hours=23):
        asks(at_intake, "intake", jiaxing.user("intake"), "staff")
    assert at_intake.corrections.get().kind == CorrectionRequest.Kind.CORRECTION


def test_on_the_sixth_working_day_the_county_may_not_ask_any_more(jiaxing: Town, at_county) -> None:
    officer = jiaxing.user("nanhu_officer")
    with workdays_later(6), pytest.raises(WrongStateError) as late:
        asks(at_county, "county_review", officer, "staff")
    assert late.value.code == "late_request"
    assert str(last_day_to_ask(at_county, waiting(at_county, "county_review")).day) in str(
        late.value
    )
    assert not at_county.corrections.exists()
    with workdays_later(6):
        decide(at_county, "county_review", officer, Statement("recommend", text="同意"))


def test_who_takes_his_opinion_back_gains_no_days_to_ask(
    jiaxing: Town, at_county, django_assert_num_queries
) -> None:
    """Retracting goes on with the same visit: its five days run from the day of receipt."""
    officer = jiaxing.user("nanhu_officer")
    first = waiting(at_county, "county_review")
    with workdays_later(4):
        decide(at_county, "county_review", officer, Statement("recommend", text="同意"))
    with workdays_later(6):
        said = {"key": key(), "expected_version": 1, "reason": "看错材料"}
        retract_opinion(first.pk, actor=officer, **said)
        again = waiting(at_county, "county_review")
        with django_assert_num_queries(0):
            first_entered(first)
        with django_assert_num_queries(1):
            assert first_entered(again) == first.entered_at
        assert last_day_to_ask(at_county, again) == last_day_to_ask(at_county, first)
        with pytest.raises(WrongStateError) as late:
            asks(at_county, "county_review", officer, "staff")
    assert late.value.code == "late_request"


def test_the_refused_list_is_still_on_the_page(jiaxing: Town, at_county, client) -> None:
    officer = jiaxing.user("nanhu_officer")
    task = waiting(at_county, "county_review")
    with workdays_later(6):
        client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
        page = client.post(
            f"/tasks/{task.pk}/",
            {
                "key": key(),
                "version": "1",
                "outcome": "return",
                "text": "请补正",
                "problem-field-staff": "写得很长的问题说明",
            },
        )
    assert page.status_code == 422
    assert "写得很长的问题说明" in page.content.decode()
    assert "五个工作日内" in page.content.decode()


def test_the_second_request_names_only_what_the_resubmission_brought_in(
    jiaxing: Town, at_county
) -> None:
    officer = jiaxing.user("nanhu_officer")
    asks(at_county, "county_review", officer, "staff", "mentors")
    answers(jiaxing, at_county, staff="9", mentors="12")
    with pytest.raises(WrongStateError) as refused:
        asks(at_county, "county_review", officer, "mentors")
    assert refused.value.code == "second_request"
    assert waiting(at_county, "county_review").is_open
    asks(at_county, "county_review", officer, "staff")
    assert at_county.corrections.count() == 2


def test_another_organ_asks_for_the_first_time(jiaxing: Town, at_county) -> None:
    asks(at_county, "county_review", jiaxing.user("nanhu_officer"), "staff")
    answers(jiaxing, at_county, staff="9")
    jiaxing.played_to(at_county, "intake")
    asks(at_county, "intake", jiaxing.user("intake"), "mentors")
    assert at_county.corrections.last().organ == jiaxing.organ("science_bureau")


def test_a_resubmission_starts_a_new_check_of_five_working_days(jiaxing: Town, at_county) -> None:
    officer = jiaxing.user("nanhu_officer")
    asks(at_county, "county_review", officer, "staff")
    with workdays_later(8):
        answers(jiaxing, at_county, staff="9")
        expected = add_workdays(clock.today(), 5).day
        task = waiting(at_county, "county_review")
        assert last_day_to_ask(at_county, task).day == expected
        with workdays_later(5, hours=23):
            asks(at_county, "county_review", officer, "staff")


def once_asked(jiaxing: Town, case):
    """The county asked for two things; one was mended."""
    asks(case, "county_review", jiaxing.user("nanhu_officer"), "staff", "mentors")
    return answers(jiaxing, case, staff="9", mentors="12")


def allow(case, by, reason: str = "承租方变更，需要说明", with_key: str = "", version: int = 2):
    return services.allow_second_request(
        case, actor=by, key=with_key or key(), expected_version=version, reason=reason
    )


def test_a_supervisor_may_lift_it_once_and_the_journal_says_who_and_why(
    jiaxing: Town, at_county
) -> None:
    once_asked(jiaxing, at_county)
    supervisor = jiaxing.user("discipline")
    allow(at_county, supervisor)
    asks(at_county, "county_review", jiaxing.user("nanhu_officer"), "mentors")
    entry = Entry.objects.filter(stream__key=at_county.stream, verb="correction_requested").last()
    assert entry.data["override_by"] == supervisor.name
    assert entry.data["override"] == "承租方变更，需要说明"
    assert "second_correction_allowed" in verbs(at_county)
    answers(jiaxing, at_county, mentors="13")
    with pytest.raises(WrongStateError, match="一次性"):
        asks(at_county, "county_review", jiaxing.user("nanhu_officer"), "firms")


def test_the_bureaus_leader_may_lift_it_where_he_reads_the_case(jiaxing: Town, at_intake) -> None:
    asks(at_intake, "intake", jiaxing.user("intake"), "staff")
    answers(jiaxing, at_intake, staff="9")
    allow(at_intake, jiaxing.user("bureau_leader"))
    asks(at_intake, "intake", jiaxing.user("intake"), "mentors")


def test_no_leave_is_used_up_by_a_request_that_needs_none(jiaxing: Town, at_county) -> None:
    once_asked(jiaxing, at_county)
    allow(at_county, jiaxing.user("discipline"))
    asks(at_county, "county_review", jiaxing.user("nanhu_officer"), "staff")
    assert CorrectionOverride.objects.get().used_by is None


def test_who_asks_may_not_lift_it_himself_and_a_stranger_sees_nothing(
    jiaxing: Town, at_county
) -> None:
    once_asked(jiaxing, at_county)
    with pytest.raises(NotAllowedError):
        allow(at_county, jiaxing.user("nanhu_officer"))
    with pytest.raises(NotVisible):
        allow(at_county, jiaxing.user("xiuzhou_officer"))
    with pytest.raises(NotVisible):
        allow(at_county, jiaxing.user("bureau_leader"))
    assert not CorrectionOverride.objects.exists()


def test_the_leave_is_given_once_a_key_on_the_material_as_it_is(jiaxing: Town, at_county) -> None:
    once_asked(jiaxing, at_county)
    supervisor, one = jiaxing.user("discipline"), key()
    with pytest.raises(Stale):
        allow(at_county, supervisor, version=1)
    first = allow(at_county, supervisor, with_key=one)
    assert allow(at_county, supervisor, with_key=one).pk == first.pk
    with pytest.raises(KeyReusedError):
        allow(at_county, supervisor, "另一个理由", with_key=one)
    with pytest.raises(WrongStateError) as open_already:
        allow(at_county, supervisor)
    assert open_already.value.code == "override_open"


@pytest.mark.parametrize(("reason", "code"), [(" ", "reason_missing"), ("有理由", "not_asked_yet")])
def test_a_leave_without_reason_or_need_is_refused(
    jiaxing: Town, at_county, reason: str, code: str
) -> None:
    with pytest.raises(WrongStateError) as refused:
        allow(at_county, jiaxing.user("discipline"), reason, version=1)
    assert refused.value.code == code


def test_the_page_of_the_supervisor_keeps_what_he_typed(jiaxing: Town, at_county, client) -> None:
    client.force_login(jiaxing.user("discipline"), "django.contrib.auth.backends.ModelBackend")
    address = f"/applications/{at_county.pk}/second-request/"
    page = client.post(address, {"key": key(), "version": "1", "reason": "一个很长的理由"})
    assert page.status_code == 422
    assert "一个很长的理由" in page.content.decode()
    once_asked(jiaxing, at_county)
    done = client.post(address, {"key": key(), "version": "2", "reason": "一个很长的理由"})
    assert done.status_code == 302
    assert CorrectionOverride.objects.get().reason == "一个很长的理由"


def test_silence_for_five_working_days_accepts_from_the_day_of_receipt_with_an_alarm(
    jiaxing: Town, at_intake
) -> None:
    received = clock.today()
    supervisors = jiaxing.user("discipline"), jiaxing.user("bureau_leader")
    with the_day_after_workdays(5):
        at_intake.refresh_from_db()
        assert at_intake.accepted_at == received
        assert at_intake.due_on == add_workdays(received, 20).day
    assert "deemed_accepted" in verbs(at_intake)
    for person in supervisors:
        assert any("视为受理" in title for title in told(person))


def test_one_minute_earlier_nothing_is_accepted(jiaxing: Town, at_intake) -> None:
    last = add_workdays(clock.today(), 5).day
    with clock.at(datetime(last.year, last.month, last.day, 23, 59, tzinfo=clock.BEIJING)):
        run_due()
    at_intake.refresh_from_db()
    assert at_intake.accepted_at is None


def test_after_a_correction_silence_accepts_from_the_day_it_came_in(
    jiaxing: Town, at_intake
) -> None:
    asks(at_intake, "intake", jiaxing.user("intake"), "staff")
    with workdays_later(3) as resubmitted:
        answers(jiaxing, at_intake, staff="9")
        with the_day_after_workdays(5):
            at_intake.refresh_from_db()
    assert at_intake.accepted_at == resubmitted.date()


def test_who_does_not_answer_in_ten_working_days_has_given_up_and_is_told(
    jiaxing: Town, at_intake
) -> None:
    asks(at_intake, "intake", jiaxing.user("intake"), "staff")
    with the_day_after_workdays(10):
        at_intake.refresh_from_db()
        assert at_intake.verdict == "lapsed"
    assert any("逾期未补正" in title for title in told(jiaxing.cast.member_of(at_intake.applicant)))


def test_whoever_is_not_accepted_is_told_with_the_way_out(jiaxing: Town, at_intake) -> None:
    said = Statement("not_accept", text="不在申报范围。", reasons=(REASON,))
    decide(at_intake, "intake", jiaxing.user("intake"), said)
    at_intake.refresh_from_db()
    assert at_intake.verdict == "not_accepted"
    assert any("不予受理" in title for title in told(jiaxing.cast.member_of(at_intake.applicant)))


@pytest.fixture
def returned_after_acceptance(jiaxing: Town, at_intake):
    jiaxing.played_to(at_intake, "propose")
    at_intake.refresh_from_db()
    asks(at_intake, "propose", jiaxing.user("reviewer"), "mentors")
    return at_intake


def test_after_acceptance_it_is_a_return_and_nothing_is_called_a_correction(
    jiaxing: Town, returned_after_acceptance, client
) -> None:
    case = returned_after_acceptance
    assert case.corrections.get().is_return
    assert "returned_to_applicant" in verbs(case)
    client.force_login(
        jiaxing.cast.member_of(case.applicant), "django.contrib.auth.backends.ModelBackend"
    )
    for address in (f"/applications/{case.pk}/", f"/applications/{case.pk}/correct/"):
        shown = words_of(client.get(address))
        assert "修改" in shown
        assert "补正" not in shown, address
    listed = words_of(client.get("/applications/"))
    assert "已退回，待申请人修改" in listed
    assert "去补正" not in listed


def test_after_acceptance_the_reviewers_button_says_return_and_so_does_the_history(
    jiaxing: Town, at_intake, client
) -> None:
    task = jiaxing.played_to(at_intake, "propose")
    client.force_login(jiaxing.user("reviewer"), "django.contrib.auth.backends.ModelBackend")
    page = words_of(client.get(f"/tasks/{task.pk}/"))
    assert "退回修改" in page
    assert "退回补正" not in page
    asks(at_intake, "propose", jiaxing.user("reviewer"), "mentors")
    answers(jiaxing, at_intake, mentors="13")
    waiting_at_intake = waiting(at_intake, "intake")
    client.force_login(jiaxing.user("intake"), "django.contrib.auth.backends.ModelBackend")
    page = words_of(client.get(f"/tasks/{waiting_at_intake.pk}/"))
    assert "退回修改" in page
    assert "退回补正" not in page


def test_a_return_after_acceptance_is_not_bound_to_once(
    jiaxing: Town, returned_after_acceptance
) -> None:
    """The bureau asked before acceptance too: what is returned later is no second 补正."""
    case = returned_after_acceptance
    answers(jiaxing, case, mentors="13")
    asks(case, "intake", jiaxing.user("intake"), "firms")
    assert case.corrections.filter(kind="return").count() == 2


def test_who_was_accepted_cannot_be_refused_acceptance_any_more(
    jiaxing: Town, returned_after_acceptance
) -> None:
    case = returned_after_acceptance
    answers(jiaxing, case, mentors="13")
    said = Statement("not_accept", text="不予受理", reasons=(REASON,))
    with pytest.raises(OpinionRefused, match="不能再作不予受理"):
        decide(case, "intake", jiaxing.user("intake"), said)


def test_an_accepted_case_that_sleeps_at_the_window_keeps_its_day_and_raises_no_alarm(
    jiaxing: Town, returned_after_acceptance
) -> None:
    case = returned_after_acceptance
    case.refresh_from_db()
    accepted = case.accepted_at
    with workdays_later(2):
        answers(jiaxing, case, mentors="13")
        with the_day_after_workdays(5):
            case.refresh_from_db()
    assert case.accepted_at == accepted
    assert "deemed_accepted" not in verbs(case)
