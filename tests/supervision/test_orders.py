"""督办: obligation, level, written answer, closing by the issuer; and no right to decide."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from approvals.notifications.models import Notification
from approvals.supervision import selectors
from approvals.supervision.levels import Level
from approvals.supervision.models import Step, Subject, SupervisionOrder
from approvals.supervision.services import close_order, insist, open_order, reply
from journal.models import Entry
from organizations.models import Relation
from tests.people import Town, key
from tests.reviews.test_deciding import decide
from workflows.errors import KeyReused, NotAllowed, NotVisible, WrongState

pytestmark = pytest.mark.django_db

DEMAND = "请说明会审进展并于期限内反馈意见。"


def opened(course, name: str = "discipline", **more) -> SupervisionOrder:
    given = {
        "actor": course.person(name),
        "key": key(),
        "level": Level.YELLOW,
        "organ": course.seats[0].organ,
        "demand": DEMAND,
        "due_on": clock.today() + timedelta(days=3),
        "application_pk": course.case.pk,
        **more,
    }
    return open_order(**given)


def addressee(course):
    return course.seats[0].organ.memberships.first().user


@pytest.fixture
def day(course):
    with course.on(5):
        yield


@pytest.mark.usefixtures("day")
class TestOpening:
    def test_discipline_demands_and_the_office_is_told(self, course) -> None:
        order = opened(course)
        assert (order.subject, order.level, order.issuer) == (
            Subject.CASE,
            Level.YELLOW,
            course.person("discipline"),
        )
        told = Notification.objects.filter(key=f"order:{order.pk}")
        assert addressee(course).pk in set(told.values_list("person", flat=True))
        entry = Entry.objects.get(stream__key=course.case.stream, verb="supervision_opened")
        assert entry.data["order"] == order.pk

    def test_the_bureau_leader_may_and_nobody_else_of_the_house(self, course) -> None:
        assert opened(course, "bureau_leader")
        for name in ("reviewer", "intake", "nanhu_leader"):
            with pytest.raises(NotAllowed):
                opened(course, name)

    def test_strangers_find_no_case(self, course, mudanjiang: Town) -> None:
        with pytest.raises(NotVisible):
            opened(course, actor=mudanjiang.user("discipline"))

    def test_another_city_gives_no_right_to_supervise_an_organ(
        self, course, mudanjiang: Town
    ) -> None:
        with pytest.raises(NotAllowed):
            opened(course, actor=mudanjiang.user("discipline"), application_pk=None)

    def test_an_organ_and_a_target_are_supervised_in_the_organs_stream(self, course) -> None:
        organ = course.town.organ("nanhu")
        for target, subject in (("", Subject.ORGAN), ("年内新增孵化器2家", Subject.TARGET)):
            order = opened(course, application_pk=None, organ=organ, target=target)
            assert order.subject == subject
            assert Entry.objects.filter(stream__key=organ.stream, data__order=order.pk).exists()

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"demand": "  "}, "no_demand"),
            ({"due_on": date(2020, 1, 1)}, "bad_due"),
            ({"due_on": date(2036, 1, 1)}, "bad_due"),
        ],
    )
    def test_what_is_missing_is_said(self, course, change, code: str) -> None:
        with pytest.raises(WrongState) as refusal:
            opened(course, **change)
        assert refusal.value.code == code

    def test_an_office_that_never_had_the_case_cannot_answer_for_it(self, course) -> None:
        with pytest.raises(WrongState) as refusal:
            opened(course, organ=course.town.organ("xiuzhou"))
        assert refusal.value.code == "not_involved"

    def test_the_same_key_opens_one_order(self, course) -> None:
        again = key()
        first = opened(course, key=again)
        assert opened(course, key=again).pk == first.pk
        assert SupervisionOrder.objects.count() == 1
        with pytest.raises(KeyReused):
            opened(course, key=again, demand="别的要求")

    def test_a_red_order_is_urgent(self, course) -> None:
        order = opened(course, level=Level.RED)
        kinds = set(
            Notification.objects.filter(key=f"order:{order.pk}").values_list("kind", flat=True)
        )
        assert kinds == {"supervision_red"}


@pytest.mark.usefixtures("day")
class TestAnswering:
    def test_the_addressee_answers_and_the_issuer_learns_it(self, course) -> None:
        order = opened(course)
        reply(order.pk, actor=addressee(course), key=key(), reason="本周五前反馈。")
        order.refresh_from_db()
        assert order.answered
        assert order.entries.get().text == "本周五前反馈。"
        told = Notification.objects.filter(person=order.issuer, title__contains="已答复")
        assert told.count() == 1

    def test_nobody_else_answers(self, course) -> None:
        order = opened(course)
        for name, error in (
            ("discipline", NotAllowed),
            ("bureau_leader", NotAllowed),
            ("xiuzhou_officer", NotVisible),
            ("nanhu_officer", NotVisible),
        ):
            with pytest.raises(error):
                reply(order.pk, actor=course.person(name), key=key(), reason="好")

    def test_who_is_tied_to_the_firm_finds_no_order(self, course) -> None:
        order, officer = opened(course), addressee(course)
        Relation.objects.create(
            user=officer, organ=course.case.applicant, ground="持股", valid_from=date(2026, 1, 1)
        )
        assert not selectors.order_page(officer).rows
        with pytest.raises(NotVisible):
            reply(order.pk, actor=officer, key=key(), reason="好")

    def test_an_empty_answer_is_none(self, course) -> None:
        order = opened(course)
        with pytest.raises(WrongState) as refusal:
            reply(order.pk, actor=addressee(course), key=key(), reason=" \x00 ")
        assert refusal.value.code == "no_text"
        order.refresh_from_db()
        assert not order.answered

    def test_sent_twice_it_is_kept_once(self, course) -> None:
        order, again = opened(course), key()
        for _time in range(2):
            reply(order.pk, actor=addressee(course), key=again, reason="本周五前反馈。")
        assert order.entries.count() == 1


@pytest.mark.usefixtures("day")
class TestClosing:
    @pytest.fixture
    def answered(self, course) -> SupervisionOrder:
        order = opened(course)
        reply(order.pk, actor=addressee(course), key=key(), reason="已反馈。")
        return order

    def test_only_the_issuer_closes_after_the_answer(self, course, answered) -> None:
        for name in ("bureau_leader", "discipline_of_nobody"):
            actor = addressee(course) if name.endswith("nobody") else course.person(name)
            with pytest.raises(NotAllowed):
                close_order(answered.pk, actor=actor, key=key(), reason="属实")
        done = close_order(
            answered.pk, actor=course.person("discipline"), key=key(), reason="核查属实"
        )
        assert (done.closed_by, done.closing) == (course.person("discipline"), "核查属实")
        assert [entry.step for entry in answered.entries.all()] == [Step.REPLIED, Step.CLOSED]

    def test_silence_cannot_be_closed(self, course) -> None:
        order = opened(course)
        with pytest.raises(WrongState) as refusal:
            close_order(order.pk, actor=course.person("discipline"), key=key(), reason="算了")
        assert refusal.value.code == "not_answered"

    def test_what_is_closed_stays_closed(self, course, answered) -> None:
        issuer = course.person("discipline")
        close_order(answered.pk, actor=issuer, key=key(), reason="属实")
        for act in (close_order, reply):
            actor = issuer if act is close_order else addressee(course)
            with pytest.raises(WrongState) as refusal:
                act(answered.pk, actor=actor, key=key(), reason="再")
            assert refusal.value.code == "order_closed"

    def test_a_thin_answer_is_sent_back_with_a_new_day(self, course, answered) -> None:
        day = clock.today() + timedelta(days=2)
        insist(
            answered.pk, actor=course.person("discipline"), key=key(), reason="缺日期", due_on=day
        )
        answered.refresh_from_db()
        assert (answered.answered, answered.due_on) == (False, day)
        with pytest.raises(WrongState):
            close_order(answered.pk, actor=course.person("discipline"), key=key(), reason="属实")

    def test_an_issuer_who_supervises_no_more_closes_nothing(self, course, answered) -> None:
        issuer = course.person("discipline")
        issuer.memberships.all().delete()
        with pytest.raises(NotVisible):
            close_order(answered.pk, actor=issuer, key=key(), reason="属实")


@pytest.mark.usefixtures("day")
def test_supervising_gives_no_right_to_decide(course) -> None:
    opened(course)
    before = course.again().process.phase
    with pytest.raises(NotVisible):
        decide(course.seats[0], course.person("discipline"))
    assert course.again().process.phase == before
