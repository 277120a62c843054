"""催办: who may remind whom, how often; and that nothing else happens."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.urls import reverse

import clock
from approvals.notifications.models import Notification
from approvals.notifications.services import read
from approvals.rehearsal.choices import Plan
from approvals.supervision.models import Side, Urge
from approvals.supervision.selectors import urge_lines
from approvals.supervision.services import urge_case, urge_seat
from jobs.worker import run_due
from journal.models import Entry
from organizations.models import Relation
from tests.people import key
from workflows.errors import AlreadyDecided, KeyReused, NotAllowed, NotVisible, Stale, WrongState
from workflows.models import Task
from workflows.operations import claim

pytestmark = pytest.mark.django_db


def by_applicant(course, **more):
    given = {"actor": course.applicant, "key": key(), "expected_version": course.version, **more}
    return urge_case(course.case.pk, **given)


def by_office(course, name: str, seat: Task | None = None, **more):
    given = {"actor": course.person(name), "key": key(), "expected_version": course.version, **more}
    return urge_seat((seat or course.seats[0]).pk, **given)


class TestApplicant:
    def test_before_half_of_the_term_it_is_too_early(self, course) -> None:
        with course.on(9), pytest.raises(WrongState) as refusal:
            by_applicant(course)
        assert refusal.value.code == "too_early"

    def test_after_half_every_open_seat_is_reminded(self, course) -> None:
        with course.on(10):
            urges = by_applicant(course)
        assert len(course.seats) > 1
        assert {urge.task_id for urge in urges} == {seat.pk for seat in course.seats}
        told = Notification.objects.filter(kind="urge")
        assert set(told.values_list("person__memberships__organ", flat=True)) == {
            seat.organ_id for seat in course.seats
        }
        assert all(course.case.number in row.title for row in told)

    def test_once_in_five_working_days(self, course) -> None:
        with course.on(10):
            by_applicant(course)
        with course.on(14), pytest.raises(WrongState) as refusal:
            by_applicant(course)
        assert refusal.value.code == "urged_lately"
        with course.on(15):
            assert by_applicant(course)

    def test_not_while_his_own_correction_is_awaited(self, course) -> None:
        case = course.town.filed("recognition", "nanhu", name="r")
        course.town.played_to(case, "correction", Plan(returns=1, dice=random.Random(2)))
        member = course.town.cast.member_of(case.applicant)
        later = clock.now() + timedelta(days=40)
        with clock.at(later), pytest.raises(WrongState) as refusal:
            urge_case(case.pk, actor=member, key=key(), expected_version=1)
        assert refusal.value.code in {"nothing_open", "waits_for_applicant"}

    def test_the_same_key_reminds_once_and_another_payload_is_refused(self, course) -> None:
        again = key()
        with course.on(10):
            by_applicant(course, key=again)
            count = Urge.objects.count()
            assert by_applicant(course, key=again) == []
            assert Urge.objects.count() == count
            with pytest.raises(KeyReused):
                by_applicant(course, key=again, reason="别的话")

    def test_strangers_find_no_case_and_officers_have_their_own_way(self, course) -> None:
        with course.on(10):
            for name, error in (
                ("xiuzhou_officer", NotVisible),
                ("intake", NotAllowed),
            ):
                with pytest.raises(error):
                    by_applicant(course, actor=course.person(name))

    def test_a_page_of_yesterdays_material_is_stale(self, course) -> None:
        with course.on(10), pytest.raises(Stale):
            by_applicant(course, expected_version=99)


class TestOffice:
    def test_the_handler_reminds_a_department_once_a_day(self, course) -> None:
        with course.on(3):
            (urge,) = by_office(course, "reviewer")
            assert urge.side == Side.OWNER
            with pytest.raises(WrongState) as refusal:
                by_office(course, "reviewer")
            assert refusal.value.code == "urged_today"
            assert by_office(course, "reviewer", course.seats[1])  # another seat
        with course.on(4):
            assert by_office(course, "reviewer")

    def test_supervisors_remind_and_share_the_days_one_reminder(self, course) -> None:
        with course.on(3):
            (urge,) = by_office(course, "discipline")
            assert urge.side == Side.SUPERVISOR
            with pytest.raises(WrongState):
                by_office(course, "bureau_leader")

    def test_a_department_reminds_nobody(self, course) -> None:
        officer = course.seats[0].organ.memberships.first().user
        with course.on(3), pytest.raises(NotAllowed):
            by_office(course, "reviewer", actor=officer)

    def test_who_is_tied_to_the_firm_finds_no_seat(self, course) -> None:
        reviewer = course.person("reviewer")
        Relation.objects.create(
            user=reviewer, organ=course.case.applicant, ground="持股", valid_from=date(2026, 1, 1)
        )
        with course.on(3), pytest.raises(NotVisible):
            by_office(course, "reviewer")

    def test_a_seat_that_has_acted_says_by_whom(self, course) -> None:
        done = Task.objects.filter(process_id=course.case.process_id, element="intake").get()
        with course.on(3), pytest.raises(AlreadyDecided) as refusal:
            by_office(course, "reviewer", done)
        assert refusal.value.by == course.person("intake").name

    def test_nobody_reminds_himself(self, course) -> None:
        with course.on(3):
            course.town.played_to(course.case, "propose")
            seat = course.seats[0]
            claim(seat.pk, actor=course.person("reviewer"))
            with pytest.raises(WrongState) as refusal:
                by_office(course, "reviewer", seat)
        assert refusal.value.code == "own_seat"


def test_a_reminder_changes_nothing_of_the_case(course) -> None:
    def state():
        case = course.again()
        tasks = Task.objects.filter(process=case.process).order_by("pk")
        fields = ("pk", "status", "owner_id", "due_at", "is_open", "outcome")
        return (
            case.phase,
            case.due_on,
            case.version,
            case.process.material_version,
            list(tasks.values_list(*fields)),
        )

    before = state()
    with course.on(10):
        by_applicant(course)
        by_office(course, "discipline")
    assert state() == before
    entries = Entry.objects.filter(stream__key=course.case.stream, verb="urged")
    assert entries.count() == len(course.seats) + 1


def test_who_reminded_learns_that_it_was_delivered_and_read(course) -> None:
    with course.on(3):
        (urge,) = by_office(course, "discipline", reason="请本周内反馈")
        (line,) = urge_lines(course.again())
        assert (line.delivered, line.read) == (False, False)
        run_due()
        (line,) = urge_lines(course.again())
        assert (line.delivered, line.read) == (True, False)
        told = Notification.objects.filter(key=urge.notification_key).first()
        read(told.person, told.pk)
        (line,) = urge_lines(course.again())
        assert (line.delivered, line.read) == (True, True)


class TestPages:
    def test_the_applicant_presses_the_button_and_reads_when_she_may_again(
        self, course, logged_in
    ) -> None:
        client = logged_in(course.applicant)
        address = reverse("applications:case", args=[course.case.pk])
        with course.on(3):
            assert "过半后才可以催办" in client.get(address).content.decode()
        with course.on(10):
            shown = client.get(address)
            panel = next(one for one in shown.context["panels"] if one.title == "催办")
            facts = panel.context
            posted = {"key": facts["key"], "version": facts["version"]}
            done = client.post(facts["url"], posted, follow=True).content.decode()
        assert "已催办" in done
        assert "可再次催办" in done
        names = [seat.organ.memberships.first().user.name for seat in course.seats]
        assert not any(name in done for name in names)

    def test_the_holder_sees_who_reminded_him(self, course, logged_in) -> None:
        seat = course.seats[0]
        officer = seat.organ.memberships.first().user
        with course.on(3):
            by_office(course, "discipline", seat, reason="请本周内反馈")
            page = logged_in(officer).get(reverse("reviews:task", args=[seat.pk]))
        assert "请本周内反馈" in page.content.decode()

    def test_the_handlers_page_reminds_and_shows_the_proof(self, course, logged_in) -> None:
        client = logged_in(course.person("reviewer"))
        address = reverse("supervision:urge_seat", args=[course.seats[0].pk])
        with course.on(3):
            shown = client.get(address)
            posted = {
                "key": shown.context["key"],
                "version": shown.context["version"],
                "reason": "请尽快",
            }
            done = client.post(address, posted, follow=True)
            assert "已催办" in done.content.decode()
            assert "今天已经催办过" in done.content.decode()
            again = client.post(address, {**posted, "key": key()})
        assert again.status_code == 422
        assert "请尽快" in again.content.decode()  # nothing typed is lost
