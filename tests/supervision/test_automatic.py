"""What the clock does by itself: half blue, three left yellow, over red; silence raises."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

import clock
from approvals.applications.services import withdraw
from approvals.deadlines.models import ClockEvent
from approvals.notifications.models import Notification
from approvals.supervision import automatic
from approvals.supervision.levels import Level
from approvals.supervision.models import ReviewFlag, SupervisionOrder
from approvals.supervision.services import close_order, open_order, reply
from jobs.models import Job, State
from jobs.worker import run_due
from tests.people import key
from tests.supervision.conftest import FILED

pytestmark = pytest.mark.django_db

KINDS = {automatic.DAILY, automatic.CASE, automatic.SILENT}


def morning() -> None:
    """The day's job and what it promises; earlier days are not caught up on."""
    Job.objects.filter(kind=automatic.DAILY, state=State.WAITING).delete()
    automatic.promise(clock.today())
    run_due(kinds=KINDS)


def only() -> SupervisionOrder:
    return SupervisionOrder.objects.get()


def test_before_half_of_the_term_nothing_happens(course) -> None:
    with course.on(9):
        morning()
    assert not SupervisionOrder.objects.exists()


def test_the_level_follows_the_term(course) -> None:
    found = []
    for workday in (10, 16, 17, 20, 21):
        with course.on(workday):
            morning()
        SupervisionOrder.objects.update(answered=True)  # the level of the term, not of silence
        found.append(Level(only().level))
    assert found == [Level.BLUE, Level.BLUE, Level.YELLOW, Level.YELLOW, Level.RED]
    assert only().is_automatic


def test_a_second_run_of_the_same_day_does_nothing(course) -> None:
    with course.on(10):
        morning()
        before = (only().level, only().asked_at, Notification.objects.count())
        automatic.supervise_case({"application": course.case.pk})
        morning()
        assert (only().level, only().asked_at, Notification.objects.count()) == before


def test_a_new_level_asks_for_a_new_answer(course) -> None:
    with course.on(10):
        morning()
        officer = only().organ.memberships.first().user
        reply(only().pk, actor=officer, key=key(), reason="本周完成。")
    with course.on(17):
        morning()
    assert (only().level, only().answered) == (Level.YELLOW, False)


def test_a_term_that_stands_still_raises_nothing(course) -> None:
    ClockEvent.objects.create(
        application=course.case,
        kind=ClockEvent.Kind.SUSPENSION,
        state=ClockEvent.State.IN_FORCE,
        at=course.case.accepted_at,
        reason="等待现场核查",
        legal_basis="示例办法第十条",
        key=key(),
        by=course.person("reviewer"),
        recorded_at=FILED,
    )
    with course.on(15):
        morning()
    assert not SupervisionOrder.objects.exists()


def test_silence_raises_the_level_step_by_step_and_red_tells_the_supervisors(course) -> None:
    with course.on(3):
        order = open_order(
            actor=course.person("discipline"),
            key=key(),
            level=Level.BLUE,
            organ=course.seats[0].organ,
            demand="请说明进展。",
            due_on=clock.today(),
            application_pk=course.case.pk,
        )
        morning()
    levels = []
    for _time in range(4):
        order.refresh_from_db()
        levels.append(Level(order.level))
        eight = datetime.combine(order.due_on + timedelta(days=1), time(8), clock.BEIJING)
        with clock.at(eight):
            morning()
    assert levels == [Level.BLUE, Level.YELLOW, Level.RED, Level.RED]
    assert ReviewFlag.objects.filter(kind="silent_red", application=course.case).exists()
    assert [entry.step for entry in order.entries.all()] == ["raised"] * 4


def test_an_answer_in_time_keeps_the_level(course) -> None:
    with course.on(3):
        order = open_order(
            actor=course.person("discipline"),
            key=key(),
            level=Level.BLUE,
            organ=course.seats[0].organ,
            demand="请说明进展。",
            due_on=clock.today(),
            application_pk=course.case.pk,
        )
        officer = order.organ.memberships.first().user
        reply(order.pk, actor=officer, key=key(), reason="已安排。")
    with course.on(6):
        morning()
    order.refresh_from_db()
    assert order.level == Level.BLUE


def test_the_clocks_own_order_is_closed_by_a_supervisor_or_by_the_end_of_the_case(course) -> None:
    with course.on(10):
        morning()
        order = only()
        officer = order.organ.memberships.first().user
        reply(order.pk, actor=officer, key=key(), reason="本周完成。")
        close_order(order.pk, actor=course.person("bureau_leader"), key=key(), reason="属实")
    with course.on(17):
        morning()
        assert SupervisionOrder.objects.filter(closed_at=None).get().level == Level.YELLOW
        course.town.played_to(course.case, "propose")
        withdraw(course.again(), by=course.applicant, reason="不再申报", key=key())
    with course.on(18):
        morning()
    last = SupervisionOrder.objects.order_by("pk").last()
    assert last.closed_at is not None
    assert last.closed_by is None
    assert last.entries.last().text == "办件已办结，自动销号。"


def test_tomorrows_look_is_promised(course) -> None:
    with course.on(3):
        morning()
        tomorrow = clock.today() + timedelta(days=1)
    waiting = Job.objects.get(kind=automatic.DAILY, state=State.WAITING)
    assert waiting.key == tomorrow.isoformat()
