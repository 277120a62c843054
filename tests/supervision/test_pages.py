"""Pages of supervision: what each person finds, what is said, what they cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import clock
from approvals.notifications.models import Notification
from approvals.reviews.flags import raise_flag
from approvals.supervision.models import ReviewFlag, SupervisionOrder
from approvals.supervision.services import close_flag
from organizations.models import Relation
from tests.people import key
from tests.supervision.test_orders import addressee, opened
from workflows.errors import KeyReused, NotVisible, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_fifth_day(course):
    with course.on(5):
        yield


def test_from_the_case_to_the_closed_order_by_the_pages_alone(course, logged_in) -> None:
    client = logged_in(course.person("discipline"))
    case = client.get(reverse("applications:case", args=[course.case.pk])).content.decode()
    address = f"{reverse('supervision:new')}?case={course.case.pk}"
    assert address in case
    shown = client.get(address)
    due = clock.today() + timedelta(days=3)
    posted = {
        "key": shown.context["key"],
        "case": course.case.pk,
        "level": "yellow",
        "organ": course.seats[0].organ_id,
        "demand": "请说明进展。",
        "due_on": due.isoformat(),
    }
    made = client.post(reverse("supervision:new"), posted)
    order = SupervisionOrder.objects.get()
    page = reverse("supervision:order", args=[order.pk])
    assert made.headers["Location"] == page
    assert "等待被督办机构书面答复" in client.get(page).content.decode()

    officer = logged_in(addressee(course))
    desk = officer.get(reverse("reviews:task", args=[course.seats[0].pk])).content.decode()
    assert page in desk
    reply = {"key": officer.get(page).context["key"], "reason": "周五前反馈。"}
    officer.post(reverse("supervision:reply", args=[order.pk]), reply)

    client = logged_in(course.person("discipline"))
    check = {"key": client.get(page).context["key"], "reason": "属实。"}
    closed = client.post(reverse("supervision:check", args=[order.pk]), check, follow=True)
    assert "已销号" in closed.content.decode()


def test_what_is_typed_is_kept_and_the_missing_is_named(course, logged_in) -> None:
    client = logged_in(course.person("discipline"))
    posted = {"case": course.case.pk, "demand": "请说明进展。", "due_on": "2020-01-01"}
    answer = client.post(reverse("supervision:new"), posted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请说明进展。" in text
    assert set(answer.context["form"].errors) == {"level", "organ", "due_on"}


def test_a_check_without_words_and_an_early_check_are_refused_by_page(course, logged_in) -> None:
    order = opened(course)
    client = logged_in(course.person("discipline"))
    address = reverse("supervision:check", args=[order.pk])
    for posted, expected in (
        ({}, 422),
        ({"reason": "属实"}, 422),
        ({"insist": "1", "reason": "缺"}, 422),
    ):
        assert client.post(address, posted).status_code == expected
    stranger = logged_in(addressee(course))
    assert stranger.post(address, {"reason": "属实"}).status_code == 403
    assert stranger.post(address, {}).status_code == 403


def test_each_finds_his_own_orders(course, logged_in) -> None:
    order = opened(course)
    found = {
        name: order.pk
        in [
            row.order.pk
            for row in logged_in(course.person(name)).get("/supervision/").context["rows"]
        ]
        for name in ("discipline", "bureau_leader", "nanhu_officer", "xiuzhou_officer")
    }
    assert found == {
        "discipline": True,
        "bureau_leader": True,
        "nanhu_officer": False,
        "xiuzhou_officer": False,
    }
    rows = logged_in(addressee(course)).get("/supervision/").context["rows"]
    assert [row.order.pk for row in rows] == [order.pk]


def test_filters_by_state_and_level(course, logged_in) -> None:
    opened(course)
    client = logged_in(course.person("discipline"))
    for query, number in (
        ("?state=open", 1),
        ("?state=closed", 0),
        ("?state=answered", 0),
        ("?level=yellow", 1),
        ("?level=red", 0),
        ("?level=nonsense&state=nonsense&after=x", 1),
    ):
        assert len(client.get(f"/supervision/{query}").context["rows"]) == number, query


def _orders(course, number: int) -> None:
    first = opened(course)
    SupervisionOrder.objects.bulk_create(
        SupervisionOrder(
            city=first.city,
            level=first.level,
            subject=first.subject,
            application=first.application,
            organ=first.organ,
            issuer=first.issuer,
            issued_at=first.issued_at,
            asked_at=first.asked_at,
            demand=first.demand,
            due_on=first.due_on,
        )
        for _copy in range(number - 1)
    )


def statements(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_the_list_costs_the_same_at_one_and_at_a_hundred_orders(course, logged_in) -> None:
    client = logged_in(course.person("discipline"))
    _orders(course, 1)
    alone = statements(client, "/supervision/")
    _orders(course, 99)
    assert statements(client, "/supervision/") == alone
    # session, user, positions, cities, rows, calendar, rights, bell
    assert alone == 8


def test_the_case_page_costs_the_same_at_one_and_at_fifty_orders(course, logged_in) -> None:
    client = logged_in(course.person("reviewer"))
    _orders(course, 1)
    address = reverse("applications:case", args=[course.case.pk])
    alone = statements(client, address)
    _orders(course, 49)
    assert statements(client, address) == alone


class TestFlags:
    TEXT = "承办人员在决定后被发现与申请单位有利害关系。"

    @pytest.fixture
    def flag(self, course) -> ReviewFlag:
        raise_flag(course.case, "recused_after_decision", self.TEXT)
        return ReviewFlag.objects.get()

    def test_supervisors_are_told_and_nothing_else_changes(self, course, flag) -> None:
        told = Notification.objects.filter(key=f"flag:{flag.pk}")
        assert {row.person.username for row in told} >= {
            course.person("discipline").username,
            course.person("bureau_leader").username,
        }
        assert course.again().process.phase == course.case.process.phase

    def test_the_same_flag_is_raised_once_while_it_is_open(self, course, flag) -> None:
        raise_flag(course.case, flag.kind, self.TEXT)
        assert ReviewFlag.objects.count() == 1
        close_flag(flag.pk, actor=course.person("discipline"), key=key(), reason="已核查")
        raise_flag(course.case, flag.kind, self.TEXT)
        assert ReviewFlag.objects.count() == 2

    def test_a_supervisor_closes_it_with_words(self, course, flag, logged_in) -> None:
        client = logged_in(course.person("discipline"))
        assert self.TEXT in client.get("/supervision/flags/").content.decode()
        address = reverse("supervision:close_flag", args=[flag.pk])
        assert client.post(address, {"reason": " "}).status_code == 422
        client.post(address, {"reason": "已核查，不影响结果。"})
        assert self.TEXT not in client.get("/supervision/flags/").content.decode()
        shown = client.get("/supervision/flags/?state=closed").content.decode()
        assert "已核查，不影响结果。" in shown

    def test_closing_twice_and_with_a_used_key(self, course, flag) -> None:
        again, actor = key(), course.person("discipline")
        for _time in range(2):
            close_flag(flag.pk, actor=actor, key=again, reason="已核查")
        with pytest.raises(KeyReused):
            close_flag(flag.pk, actor=actor, key=again, reason="别的")
        with pytest.raises(WrongState):
            close_flag(flag.pk, actor=actor, key=key(), reason="别的")

    def test_others_see_no_flags(self, course, flag, logged_in) -> None:
        for name in ("reviewer", "nanhu_officer"):
            assert logged_in(course.person(name)).get("/supervision/flags/").status_code == 403
            with pytest.raises(NotVisible):
                close_flag(flag.pk, actor=course.person(name), key=key(), reason="x")

    def test_a_tied_supervisor_sees_nothing_of_it(self, course, flag, logged_in) -> None:
        leader = course.person("bureau_leader")
        Relation.objects.create(
            user=leader,
            organ=course.case.applicant,
            ground="亲属任职",
            valid_from=clock.today() - timedelta(days=1),
        )
        client = logged_in(leader)
        assert self.TEXT not in client.get("/supervision/flags/").content.decode()
        assert course.case.number not in client.get("/notifications/").content.decode()

    def test_the_list_costs_the_same_at_one_and_at_a_hundred(self, course, flag, logged_in) -> None:
        client = logged_in(course.person("discipline"))
        alone = statements(client, "/supervision/flags/")
        for number in range(99):
            ReviewFlag.objects.create(
                application=course.case,
                kind="transfer_chain",
                reason=f"{number}",
                raised_at=clock.now(),
            )
        assert statements(client, "/supervision/flags/") == alone
