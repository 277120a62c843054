"""The clock's page: every day coloured and worded, for every reader, at a stated cost."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import clock
from approvals.applications.models import Application
from approvals.deadlines import services
from approvals.rehearsal.choices import Plan
from tests.people import Town, key

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 9, 28, 10, 0, tzinfo=clock.BEIJING)
"""Before the National Day holidays; Saturday 2026-10-10 is a working day."""
STATEMENTS = {"reviewer": 14, "applicant": 12}


@pytest.fixture
def case(jiaxing: Town) -> Application:
    with clock.at(MONDAY):
        found = jiaxing.filed("recognition")
        jiaxing.played_to(found, "department_opinion")
    found.refresh_from_db()
    return found


def page(person, case: Application, moment: datetime = MONDAY, name: str = "clock"):
    client = Client()
    client.force_login(person)
    with clock.at(moment):
        return client.get(reverse(f"deadlines:{name}", args=[case.pk]))


def cells(answer) -> dict[str, object]:
    months = answer.context["page"].months
    return {
        cell.day.isoformat(): cell
        for month in months
        for week in month.weeks
        for cell in week
        if cell is not None
    }


def test_every_day_says_what_it_is(jiaxing: Town, case: Application) -> None:
    found = cells(page(jiaxing.user("reviewer"), case))
    told = {
        day: (found[day].mark, found[day].words, found[day].marks)
        for day in ("2026-09-28", "2026-09-29", "2026-10-01", "2026-10-10", "2026-10-17")
    }
    assert told == {
        "2026-09-28": ("event_day", "起算日", ("今天",)),
        "2026-09-29": ("counted", "第1日", ()),
        "2026-10-01": ("resting", "国庆节", ()),
        "2026-10-10": ("counted", "第5日", ("班",)),
        "2026-10-17": ("resting", "周末", ()),
    }
    assert found["2026-10-30"].is_due
    assert found["2026-10-30"].marks == ("到期",)


def test_every_month_is_whole_weeks(jiaxing: Town, case: Application) -> None:
    months = page(jiaxing.user("reviewer"), case).context["page"].months
    assert [month.title for month in months] == ["2026年9月", "2026年10月"]
    for month in months:
        assert all(len(week) == 7 for week in month.weeks)
        assert all(
            cell is None or cell.day.weekday() == place
            for week in month.weeks
            for place, cell in enumerate(week)
        )


def test_the_page_says_why_this_day(jiaxing: Town, case: Application) -> None:
    text = page(jiaxing.user("reviewer"), case).content.decode()
    for words in (
        "2026-09-28起算",
        "20个工作日",
        case.program.content["deadlines"]["decision"]["clause"],
    ):
        assert words in text
    assert "法定办结日期为2026-10-30" in text


def test_a_pause_is_named_with_its_basis_and_the_forecast_is_told(
    jiaxing: Town, case: Application
) -> None:
    reviewer = jiaxing.user("reviewer")
    with clock.at(MONDAY):
        services.special_procedure(
            case.pk,
            actor=reviewer,
            key=key(),
            expected_version=1,
            procedure="hearing",
            starts_on=date(2026, 9, 29),
            expected_on=date(2026, 10, 9),
            reason="申请听证",
        )
    answer = page(reviewer, case, MONDAY + timedelta(days=2))
    shown = answer.context["page"]
    assert (shown.state, shown.latest, shown.found.due) == ("paused", date(2026, 11, 5), None)
    assert "听证" in shown.paused
    assert "第四十五条" in shown.paused
    assert cells(answer)["2026-09-30"].mark == "paused"
    assert reviewer.name in answer.content.decode()


def test_the_applicant_reads_every_day_and_no_names(jiaxing: Town, case: Application) -> None:
    reviewer, applicant = jiaxing.user("reviewer"), jiaxing.cast.member_of(case.applicant)
    with clock.at(MONDAY):
        services.suspend(
            case.pk,
            actor=reviewer,
            key=key(),
            expected_version=1,
            reason="等待认定",
            legal_basis="示例办法第二十一条",
        )
    answer = page(applicant, case)
    text = answer.content.decode()
    assert "等待认定" in text
    assert "示例办法第二十一条" in text
    assert reviewer.name not in text
    assert answer.context["links"] == []


def test_the_overdue_days_are_shown_as_late(jiaxing: Town, case: Application) -> None:
    answer = page(jiaxing.user("reviewer"), case, datetime(2026, 11, 4, 9, 0, tzinfo=clock.BEIJING))
    assert answer.context["page"].left == -3
    assert cells(answer)["2026-11-04"].mark == "late"


def test_before_acceptance_the_term_of_the_step_is_shown(jiaxing: Town) -> None:
    with clock.at(MONDAY):
        case = jiaxing.filed("recognition", "nanhu")
    answer = page(jiaxing.user("nanhu_officer"), case)
    shown = answer.context["page"]
    assert (shown.found.due, shown.found.limit) == (date(2026, 10, 10), 5)
    seat = case.process.task_set.get(element="county_review")
    assert seat.due_at.astimezone(clock.BEIJING).date() == shown.found.due + timedelta(days=1)


def test_while_the_applicant_corrects_nothing_runs(jiaxing: Town) -> None:
    with clock.at(MONDAY):
        case = jiaxing.filed("recognition", "nanhu")
        jiaxing.played_to(case, "correction", Plan(returns=1, dice=random.Random(1)))
    answer = page(jiaxing.cast.member_of(case.applicant), case)
    assert answer.context["page"].state == "waiting"
    assert "等待申请人补正" in answer.content.decode()


def test_a_draft_has_no_clock(jiaxing: Town) -> None:
    draft = jiaxing.draft("recognition")
    assert page(jiaxing.cast.member_of(draft.applicant), draft).status_code == 404


def test_who_handles_the_case_finds_the_acts_and_others_do_not(
    jiaxing: Town, case: Application
) -> None:
    offered = [link.label for link in page(jiaxing.user("reviewer"), case).context["links"]]
    assert offered == ["启动特别程序", "中止办理", "申请延长期限"]
    assert page(jiaxing.user("intake"), case).context["links"] == []
    with clock.at(MONDAY):
        services.propose_extension(
            case.pk,
            actor=jiaxing.user("reviewer"),
            key=key(),
            expected_version=1,
            reason="案情复杂",
            days=10,
        )
    leader = page(jiaxing.user("bureau_leader"), case).context["links"]
    assert [link.label for link in leader] == ["启动特别程序", "中止办理", "审批延长期限"]
    asked = page(jiaxing.user("bureau_leader"), case, name="confirm").content.decode()
    assert "案情复杂" in asked


def test_the_status_page_and_the_task_page_lead_to_the_clock(
    jiaxing: Town, case: Application
) -> None:
    address = reverse("deadlines:clock", args=[case.pk])
    seat = case.process.task_set.filter(is_open=True, role="department").select_related("organ")
    organ = seat.first().organ
    for person, path in (
        (jiaxing.cast.member_of(case.applicant), reverse("applications:case", args=[case.pk])),
        (jiaxing.person("department", organ.key), f"/tasks/{seat.first().pk}/"),
    ):
        client = Client()
        client.force_login(person)
        with clock.at(MONDAY):
            assert f'href="{address}"' in client.get(path).content.decode()


@pytest.mark.parametrize("role", ["reviewer", "applicant"])
def test_the_page_costs_the_same_at_few_events_and_at_many(
    jiaxing: Town, case: Application, role: str
) -> None:
    reviewer = jiaxing.user("reviewer")
    person = reviewer if role == "reviewer" else jiaxing.cast.member_of(case.applicant)
    costs, address = [], reverse("deadlines:clock", args=[case.pk])
    for more in (0, 8):
        for n in range(more):
            with clock.at(MONDAY + timedelta(days=n)):
                said = {"actor": reviewer, "expected_version": 1}
                services.suspend(case.pk, key=key(), reason="甲", legal_basis="乙", **said)
                services.resume(case.pk, key=key(), reason="丙", **said)
        client = Client()
        client.force_login(person)
        with clock.at(MONDAY):
            client.get(address)
            with CaptureQueriesContext(connection) as caught:
                client.get(address)
        costs.append(len(caught))
    told = [one["sql"][:110] for one in caught.captured_queries]
    assert costs == [STATEMENTS[role]] * 2, "\n".join(told)
