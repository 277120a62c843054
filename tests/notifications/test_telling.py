"""Telling people: once, in the act's own transaction, and only what they may still see."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import clock
from approvals.notifications import kinds, selectors, services
from approvals.notifications.kinds import UnknownKindError
from approvals.notifications.models import Notification
from approvals.notifications.services import notify
from jobs.models import Job
from organizations.models import Membership, Relation
from tests.people import Town

pytestmark = pytest.mark.django_db


def lines(person) -> list[str]:
    return [row.title for row in selectors.page(person).rows]


def test_each_person_has_a_line_and_the_act_one_job(officer, colleague) -> None:
    notify([officer, colleague, officer], kind="trial", title="待办：审核（A-1）", link="/tasks/1/")
    assert lines(officer) == lines(colleague) == ["待办：审核（A-1）"]
    assert Job.objects.filter(kind=services.DELIVER).count() == 1


def test_an_act_that_fails_has_told_nobody(officer) -> None:
    def failing_act() -> None:
        with transaction.atomic():
            notify([officer], kind="trial", title="甲")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing_act()
    assert not Notification.objects.exists()
    assert not Job.objects.filter(kind=services.DELIVER).exists()


def test_a_key_tells_each_person_once_for_ever(officer, colleague) -> None:
    notify([officer], kind="trial", title="甲", key="k")
    notify([officer, colleague], kind="trial", title="乙", key="k")
    assert (lines(officer), lines(colleague)) == (["甲"], ["乙"])


def test_without_a_key_the_same_words_are_two_lines(officer) -> None:
    notify([officer], kind="trial", title="甲")
    notify([officer], kind="trial", title="甲")
    assert lines(officer) == ["甲", "甲"]


def test_telling_costs_the_same_for_one_person_and_for_fifty(officer, django_user_model) -> None:
    people = [
        django_user_model.objects.create_user(f"many{number}", name="某") for number in range(50)
    ]
    counts = []
    for told in ([officer], people):
        with CaptureQueriesContext(connection) as captured:
            notify(told, kind="trial", title="甲")
        counts.append(sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in captured))
    assert counts == [2, 2]


def test_nobody_who_has_left_is_told(officer) -> None:
    officer.is_active = False
    officer.save()
    notify([officer], kind="trial", title="甲")
    assert not Notification.objects.exists()
    assert not Job.objects.filter(kind=services.DELIVER).exists()


def test_a_kind_nobody_registered_is_a_mistake_of_the_programmer(officer) -> None:
    with pytest.raises(UnknownKindError):
        notify([officer], kind="nothing", title="甲")


def test_a_kind_has_one_meaning() -> None:
    kinds.register("trial", "试验通知")
    with pytest.raises(ValueError, match="twice"):
        kinds.register("trial", "别的")


@pytest.mark.parametrize(
    "link", ["https://example.invalid/", "//example.invalid/", "tasks/1/", "/\\example.invalid"]
)
def test_no_line_leads_out_of_the_site(officer, link: str) -> None:
    with pytest.raises(ValueError, match="page of this site"):
        notify([officer], kind="trial", title="甲", link=link)


@pytest.mark.parametrize("case", ["organ:jiaxing/nanhu", "case:", "case:x", "12"])
def test_a_line_tells_of_a_case_or_of_none(officer, case: str) -> None:
    with pytest.raises(ValueError, match="no case's stream"):
        notify([officer], kind="trial", title="甲", case=case)


def test_reading_keeps_the_first_moment(officer, morning) -> None:
    notify([officer], kind="trial", title="甲")
    row = Notification.objects.get()
    services.read(officer, row.pk)
    with clock.at(morning.replace(hour=15)):
        again = services.read(officer, row.pk)
    assert again.read_at == morning


def test_nobody_reads_another_persons_line(officer, colleague) -> None:
    notify([officer], kind="trial", title="甲")
    row = Notification.objects.get()
    assert services.read(colleague, row.pk) is None
    assert services.mark_read(colleague, [row.pk]) == 0
    assert selectors.bell(officer).unread == 1


def test_what_came_after_the_page_was_drawn_stays_unread(officer) -> None:
    notify([officer], kind="trial", title="甲")
    seen = Notification.objects.get().pk
    notify([officer], kind="trial", title="乙")
    assert services.mark_all_read(officer, up_to=seen) == 1
    assert [row.title for row in selectors.page(officer, unread_only=True).rows] == ["乙"]


class TestSight:
    """The lines of a case follow the sight of the case."""

    @pytest.fixture
    def told(self, jiaxing: Town):
        case = jiaxing.filed("recognition", "nanhu")
        officer = jiaxing.user("nanhu_officer")
        Notification.objects.filter(person=officer).delete()
        notify([officer], kind="trial", title=f"问询（{case.number}）", case=case.stream)
        return officer, case

    def test_who_reads_the_case_reads_the_line(self, told) -> None:
        officer, case = told
        assert lines(officer) == [f"问询（{case.number}）"]
        assert selectors.bell(officer).unread == 1

    def test_who_has_left_his_post_finds_no_line(self, told) -> None:
        officer, _case = told
        Membership.objects.filter(user=officer).delete()
        assert lines(officer) == []
        assert selectors.bell(officer).unread == 0

    def test_who_is_tied_to_the_firm_finds_no_line_and_cannot_open_it(self, told, client) -> None:
        officer, case = told
        row = Notification.objects.get(person=officer)
        Relation.objects.create(
            user=officer, organ=case.applicant, ground="亲属任职", valid_from=clock.today()
        )
        assert lines(officer) == []
        assert services.read(officer, row.pk) is None
        assert services.mark_read(officer, [row.pk]) == 0
        client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
        assert case.number not in client.get("/notifications/").content.decode()
        hidden, missing = (
            client.get(f"/notifications/{number}/") for number in (row.pk, 987_654_321)
        )
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content

    def test_another_persons_line_of_a_case_stays_his(self, told, jiaxing: Town) -> None:
        _officer, _case = told
        assert lines(jiaxing.user("xiuzhou_officer")) == []


def test_the_bell_costs_one_statement_and_stops_at_ninety_nine(officer) -> None:
    counts = []
    for size in (1, 150):
        for number in range(size):
            notify([officer], kind="trial", title=f"{number}", case=f"case:{number}")
            notify([officer], kind="trial", title=f"{number}")
        with CaptureQueriesContext(connection) as captured:
            found = selectors.bell(officer, ())
        counts.append(len(captured))
    assert counts == [1, 1]
    assert (found.unread, found.label) == (100, "99+")


def test_pages_follow_each_other_without_gap_or_double(
    officer, django_assert_max_num_queries
) -> None:
    for number in range(60):
        notify([officer], kind="trial", title=f"{number:02}")
    services.mark_read(
        officer, Notification.objects.order_by("pk").values_list("pk", flat=True)[:40]
    )
    seen, after = [], None
    while True:
        with django_assert_max_num_queries(3):
            found = selectors.page(officer, after=after)
        seen += [row.title for row in found.rows]
        if found.after is None:
            break
        after = selectors.Mark.from_text(found.after.as_text())
    newest_first = [f"{number:02}" for number in range(59, -1, -1)]
    assert seen == newest_first  # the last twenty are unread


def test_unread_lines_come_before_newer_read_ones(officer) -> None:
    for title in ("旧", "新"):
        notify([officer], kind="trial", title=title)
    services.read(officer, Notification.objects.get(title="新").pk)
    assert lines(officer) == ["旧", "新"]


@pytest.mark.parametrize("text", ["", "x1", "u", "u-1", "r1.5", "u" + "9" * 30])
def test_a_mark_nobody_made_means_the_first_page(text: str) -> None:
    assert selectors.Mark.from_text(text) is None
