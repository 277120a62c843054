"""C14 容缺受理: accepted without a minor item, and no decision until it has come in."""

from __future__ import annotations

from datetime import date

import pytest

import clock
from approvals.applications.errors import IncompleteError, WrongStateError
from approvals.applications.models import Application, Commitment, DeferredItem
from approvals.applications.services.deferral import Deferral, Promise, longest_term
from approvals.notifications.models import Notification
from approvals.reviews.deferring import accept_with_deferred
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.models import Opinion
from approvals.reviews.people import people_for
from approvals.reviews.statement import Reason, Statement
from tests.applications.deferring import (
    FINANCE,
    accept,
    accepted_with_deferred,
    at_the_window,
    hand_in,
    submitted,
)
from tests.applications.mending import (
    decide,
    the_day_after_workdays,
    waiting,
)
from tests.applications.policies import deferring, drafted
from tests.people import Town, key
from workflows.calendar import add_workdays
from workflows.errors import KeyReused, NotAllowed, NotVisible, Stale, WrongState

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return at_the_window(jiaxing)


@pytest.fixture
def accepted(jiaxing: Town) -> Application:
    return accepted_with_deferred(jiaxing)


# filing


def test_without_a_promise_a_missing_report_keeps_the_case_from_being_filed(
    jiaxing: Town,
) -> None:
    draft = drafted(jiaxing, deferring(jiaxing), without="finance")
    with pytest.raises(IncompleteError) as refused:
        submitted(jiaxing, draft, promised=False)
    assert [problem.anchor for problem in refused.value.problems] == ["slot_finance"]


def test_with_the_promise_it_is_filed_and_the_promise_is_signed(jiaxing: Town) -> None:
    filed = submitted(jiaxing, drafted(jiaxing, deferring(jiaxing), without="finance"))
    promise = Commitment.objects.get(application=filed)
    assert promise.slots == ["finance"]
    assert promise.signed_by == jiaxing.cast.member_of(filed.applicant)


def test_a_promise_does_not_replace_a_primary_material(jiaxing: Town) -> None:
    draft = drafted(jiaxing, deferring(jiaxing), without="licence")
    with pytest.raises(IncompleteError):
        submitted(jiaxing, draft)


def test_the_check_page_offers_the_promise(jiaxing: Town, client) -> None:
    draft = drafted(jiaxing, deferring(jiaxing), without="finance")
    client.force_login(jiaxing.cast.member_of(draft.applicant), BACKEND)
    address = f"/applications/{draft.pk}/submit/"
    posted = {"declared": "yes", "key": key()}
    refused = client.post(address, posted)
    assert refused.status_code == 422
    assert "勾选容缺承诺" in refused.content.decode()
    assert client.post(address, posted | {"promised": "yes", "key": key()}).status_code == 302


# acceptance


def test_the_window_accepts_and_the_applicant_has_the_notice(
    jiaxing: Town, case: Application
) -> None:
    accept(jiaxing, case)
    case.refresh_from_db()
    assert case.accepted_at == clock.today()
    item = case.deferred_items.get()
    assert (item.slot, item.form, item.due_on) == (
        "finance",
        "原件扫描",
        add_workdays(clock.today(), 10).day,
    )
    assert "不予受理" in item.consequence
    line = Notification.objects.get(person=jiaxing.cast.member_of(case.applicant), kind="deferral")
    for word in (item.label, "原件扫描", item.due_on.isoformat(), "信用记录"):
        assert word in line.body
    assert Opinion.objects.get(application=case, step="intake").data["deferral"]["items"]


def test_the_review_proceeds_and_the_proposal_is_blocked_until_it_is_cured(
    jiaxing: Town, accepted: Application
) -> None:
    jiaxing.played_to(accepted, "propose")
    approve = Statement("approve", text="同意。", met=frozenset({"departments", "experts"}))
    with pytest.raises(OpinionRefused, match="容缺材料尚未补齐"):
        decide(accepted, "propose", jiaxing.user("reviewer"), approve)
    hand_in(jiaxing, accepted)
    decide(accepted, "propose", jiaxing.user("reviewer"), approve)


def test_a_refusal_is_not_signed_either_while_an_item_is_open(
    jiaxing: Town, accepted: Application
) -> None:
    jiaxing.played_to(accepted, "propose")
    reason = Reason("示例办法第六条", "面积不低于5000平方米", "实测4800平方米")
    refuse = Statement("reject", text="不符合条件。", reasons=(reason,))
    decide(accepted, "propose", jiaxing.user("reviewer"), refuse)
    with pytest.raises(OpinionRefused, match="容缺材料尚未补齐"):
        decide(accepted, "sign", jiaxing.user("bureau_leader"), Statement("sign", text="签发"))


def test_a_plain_acceptance_of_an_incomplete_case_is_refused(
    jiaxing: Town, case: Application
) -> None:
    experts = [person.pk for person in people_for(case, "experts")[:5]]
    said = Statement("accept", text="受理", values={"experts": experts})
    with pytest.raises(OpinionRefused, match="容缺受理"):
        decide(case, "intake", jiaxing.user("intake"), said)


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], "no_deferred_items"),
        ([Deferral("licence"), Deferral("finance")], "not_deferrable"),
        ([Deferral("finance", due_on=date(2030, 1, 4))], "due_beyond_term"),
        ([Deferral("finance", due_on=date(2020, 1, 6))], "due_beyond_term"),
    ],
)
def test_what_may_not_be_deferred_is_refused_and_nothing_is_done(
    jiaxing: Town, case: Application, items, code: str
) -> None:
    with pytest.raises(WrongStateError) as refused:
        accept(jiaxing, case, items)
    assert refused.value.code == code
    case.refresh_from_db()
    assert case.accepted_at is None
    assert not DeferredItem.objects.exists()
    assert waiting(case, "intake").is_open


def test_without_a_promise_nothing_is_deferred_a_paper_one_is_taken(
    jiaxing: Town, case: Application
) -> None:
    Commitment.objects.all().delete()
    with pytest.raises(WrongStateError) as refused:
        accept(jiaxing, case)
    assert refused.value.code == "commitment_missing"
    accept(jiaxing, case, promise=Promise("样例法人", clock.today()))
    taken = Commitment.objects.get()
    assert (taken.signatory, taken.taken_by) == ("样例法人", jiaxing.user("intake"))


def test_only_the_window_defers_and_only_before_acceptance(
    jiaxing: Town, case: Application
) -> None:
    with pytest.raises(NotVisible):
        accept(jiaxing, case, by=jiaxing.user("xiuzhou_officer"))
    with pytest.raises((NotAllowed, NotVisible)):
        accept(jiaxing, case, by=jiaxing.user("nanhu_officer"))
    with pytest.raises(Stale):
        accept(jiaxing, case, version=5)
    task = waiting(jiaxing.filed("recognition", "nanhu", name="b"), "county_review")
    with pytest.raises((WrongStateError, WrongState)) as early:
        accept_with_deferred(
            task.pk,
            actor=jiaxing.user("nanhu_officer"),
            key=key(),
            expected_version=1,
            statement=Statement("recommend"),
            items=FINANCE,
        )
    assert early.value.code in {"not_at_intake", "unknown_outcome"}


def test_the_same_key_accepts_once(jiaxing: Town, case: Application) -> None:
    one = key()
    first = accept(jiaxing, case, with_key=one)
    again = accept(jiaxing, case, with_key=one)
    assert [task.pk for task in first.opened] == [task.pk for task in again.opened]
    assert DeferredItem.objects.count() == 1
    with pytest.raises(KeyReused):
        accept(jiaxing, case, [Deferral("finance", "复印件")], with_key=one)


def test_silence_at_the_window_defers_what_was_promised(jiaxing: Town, case: Application) -> None:
    with the_day_after_workdays(5):
        case.refresh_from_db()
        assert case.accepted_at is not None
        assert case.deferred_items.get().slot == "finance"
        case.process.refresh_from_db()
        assert "deferral" in case.process.data


def test_the_page_of_the_window_keeps_what_was_typed_and_accepts(
    jiaxing: Town, case: Application, client
) -> None:
    client.force_login(jiaxing.user("intake"), BACKEND)
    task = waiting(case, "intake")
    assert f"/tasks/{task.pk}/defer/" in client.get(f"/tasks/{task.pk}/").content.decode()
    address = f"/tasks/{task.pk}/defer/"
    page = client.get(address)
    assert "已于" in page.content.decode()
    experts = [str(person.pk) for person in people_for(case, "experts")[:5]]
    posted = {
        "key": key(),
        "version": "1",
        "outcome": "accept",
        "text": "我的长篇意见",
        "experts": experts,
        "take-finance": "on",
        "form-finance": "原件",
        "due-finance": "2031-01-01",
    }
    refused = client.post(address, posted)
    assert refused.status_code == 422
    assert "我的长篇意见" in refused.content.decode()
    assert "2031-01-01" in refused.content.decode()
    due = longest_term(case).day.isoformat()
    assert client.post(address, posted | {"due-finance": due}).status_code == 302
    case.refresh_from_db()
    assert case.accepted_at is not None
