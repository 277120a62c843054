"""C14 容缺受理: accepted without a minor item, and no decision until it has come in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import clock
from approvals.applications import services
from approvals.applications.errors import IncompleteError, NotAllowedError, WrongStateError
from approvals.applications.models import Application, Commitment, CreditNote, DeferredItem
from approvals.applications.selectors import filed_attachments
from approvals.applications.services import curing
from approvals.applications.services.deferral import Deferral, Promise, longest_term
from approvals.notifications.models import Notification
from approvals.reviews.deferring import accept_with_deferred
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.models import Opinion
from approvals.reviews.people import people_for
from approvals.reviews.statement import Reason, Statement
from jobs.worker import run_due
from journal.models import Entry
from tests.applications.filing import upload
from tests.applications.mending import (
    decide,
    the_day_after_workdays,
    waiting,
    workdays_later,
)
from tests.applications.policies import deferring, drafted
from tests.people import Town, key
from workflows.calendar import add_workdays
from workflows.errors import KeyReused, NotAllowed, NotVisible, Stale, WrongState
from workflows.models import Task

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
FINANCE = [Deferral("finance", "原件扫描")]


def submitted(town: Town, draft: Application, *, promised: bool = True) -> Application:
    by = town.cast.member_of(draft.applicant)
    return services.submit(draft, by=by, key=key(), promised=promised)


@pytest.fixture
def case(jiaxing: Town) -> Application:
    """Filed with the promise; it waits at the window."""
    filed = submitted(jiaxing, drafted(jiaxing, deferring(jiaxing), without="finance"))
    jiaxing.played_to(filed, "intake")
    return filed


def accept(town: Town, case: Application, items=FINANCE, promise: Promise | None = None, **options):
    task = Task.objects.select_related("process").get(process=case.process_id, element="intake")
    experts = [person.pk for person in people_for(case, "experts")[:5]]
    return accept_with_deferred(
        task.pk,
        actor=options.get("by") or town.user("intake"),
        key=options.get("with_key") or key(),
        expected_version=options.get("version", 1),
        statement=Statement("accept", text="主要材料齐全。", values={"experts": experts}),
        items=items,
        commitment=promise,
    )


@pytest.fixture
def accepted(jiaxing: Town, case: Application) -> Application:
    accept(jiaxing, case)
    case.refresh_from_db()
    return case


def hand_in(town: Town, case: Application, name: str = "报表.pdf", version: int = 1):
    by = town.cast.member_of(case.applicant)
    services.attach(case, slot="finance", upload=upload(name), by=by)
    return curing.hand_in(case, actor=by, key=key(), expected_version=version)


def titles(person) -> list[str]:
    return list(Notification.objects.filter(person=person).values_list("title", flat=True))


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


# handing in


def test_the_applicant_hands_in_on_his_status_page(
    jiaxing: Town, accepted: Application, client
) -> None:
    applicant = jiaxing.cast.member_of(accepted.applicant)
    client.force_login(applicant, BACKEND)
    page = client.get(f"/applications/{accepted.pk}/").content.decode()
    assert 'id="files-finance"' in page
    assert "目前不需要您做任何事" not in page
    files = f"/applications/{accepted.pk}/files/"
    done = client.post(files, {"slot": "finance", "files": upload("报表.pdf")})
    assert done.headers["Location"] == f"/applications/{accepted.pk}/"
    assert "报表.pdf" not in {file.name for file in filed_attachments(accepted)}
    page = client.get(f"/applications/{accepted.pk}/").content.decode()
    assert "提交补齐的材料" in page
    client.post(f"/applications/{accepted.pk}/deferred/hand-in/", {"key": key(), "version": "1"})
    accepted.refresh_from_db()
    assert accepted.deferred_items.get().cured_version == accepted.version == 2
    assert "报表.pdf" in {file.name for file in filed_attachments(accepted)}
    assert accepted.versions.last().cause == "deferred"
    assert any("已补齐" in title for title in titles(jiaxing.user("intake")))


def test_nothing_uploaded_is_nothing_handed_in(jiaxing: Town, accepted: Application) -> None:
    by = jiaxing.cast.member_of(accepted.applicant)
    with pytest.raises(WrongStateError) as refused:
        curing.hand_in(accepted, actor=by, key=key(), expected_version=1)
    assert refused.value.code == "nothing_uploaded"


def test_a_rival_and_an_official_hand_nothing_in(jiaxing: Town, accepted: Application) -> None:
    with pytest.raises(NotVisible):
        curing.hand_in(
            accepted, actor=jiaxing.user("xiuzhou_officer"), key=key(), expected_version=1
        )
    with pytest.raises(NotAllowedError):
        curing.hand_in(accepted, actor=jiaxing.user("intake"), key=key(), expected_version=1)


def test_only_the_deferred_slot_is_open(jiaxing: Town, accepted: Application) -> None:
    by = jiaxing.cast.member_of(accepted.applicant)
    with pytest.raises(WrongStateError):
        services.attach(accepted, slot="licence", upload=upload("换.pdf"), by=by)


# the end of the term


def test_an_overdue_item_cancels_the_acceptance_and_is_noted(
    jiaxing: Town, accepted: Application
) -> None:
    with the_day_after_workdays(10):
        accepted.refresh_from_db()
        assert accepted.verdict == "not_accepted"
        assert accepted.phase == "not_accepted"
    assert not Task.objects.filter(process=accepted.process_id, is_open=True).exists()
    assert accepted.deferred_items.get().cancelled_at is not None
    assert CreditNote.objects.get().applicant == accepted.applicant
    organ = f"organ:{accepted.applicant.city}/{accepted.applicant.key}"
    assert Entry.objects.filter(stream__key=organ, verb="credit_note").count() == 1
    assert Entry.objects.filter(stream__key=accepted.stream, verb="acceptance_cancelled").exists()
    assert any(
        "受理已撤销" in title for title in titles(jiaxing.cast.member_of(accepted.applicant))
    )


def test_a_minute_before_midnight_it_still_stands(jiaxing: Town, accepted: Application) -> None:
    last = accepted.deferred_items.get().due_on
    with clock.at(clock.now().replace(year=last.year, month=last.month, day=last.day, hour=23)):
        run_due()
    accepted.refresh_from_db()
    assert not accepted.is_closed


def test_what_was_handed_in_in_time_is_left_alone(jiaxing: Town, accepted: Application) -> None:
    with workdays_later(9):
        hand_in(jiaxing, accepted)
    with the_day_after_workdays(10):
        accepted.refresh_from_db()
    assert not accepted.is_closed
    assert not CreditNote.objects.exists()


def test_who_broke_a_promise_gets_no_second_one(jiaxing: Town, accepted: Application) -> None:
    with the_day_after_workdays(10):
        program = accepted.program
        second = drafted(jiaxing, program, without="finance")
        with pytest.raises(WrongStateError) as refused:
            submitted(jiaxing, second)
        assert refused.value.code == "credit_hold"
    with clock.at(clock.now() + timedelta(days=400)):
        submitted_later = CreditNote.objects.filter(holds_until__gte=clock.today())
        assert not submitted_later.exists()


def extend(case: Application, by, **options):
    item = case.deferred_items.get()
    return curing.extend_deferred(
        item.pk,
        actor=by,
        key=options.get("with_key") or key(),
        expected_version=options.get("version", 1),
        due_on=options.get("due_on") or add_workdays(item.due_on, 5).day,
        reason=options.get("reason", "台风停工停产"),
        ground=options.get("ground", "force_majeure"),
    )


def test_a_supervisor_extends_for_force_majeure_and_the_old_job_finds_nothing(
    jiaxing: Town, accepted: Application
) -> None:
    extend(accepted, jiaxing.user("discipline"))
    with the_day_after_workdays(10):
        accepted.refresh_from_db()
        assert not accepted.is_closed
    with the_day_after_workdays(15):
        accepted.refresh_from_db()
        assert accepted.verdict == "not_accepted"
    entry = Entry.objects.get(stream__key=accepted.stream, verb="deferred_extended")
    assert entry.data["ground"] == "force_majeure"
    assert any("延长" in title for title in titles(jiaxing.cast.member_of(accepted.applicant)))


def test_nobody_else_extends_and_for_nothing_else(jiaxing: Town, accepted: Application) -> None:
    with pytest.raises(NotAllowedError):
        extend(accepted, jiaxing.user("intake"))
    with pytest.raises(NotVisible):
        extend(accepted, jiaxing.user("xiuzhou_officer"))
    supervisor = jiaxing.user("discipline")
    for options, code in (
        ({"ground": "busy"}, "only_force_majeure"),
        ({"reason": " "}, "reason_missing"),
        ({"due_on": date(2020, 1, 6)}, "not_later"),
    ):
        with pytest.raises(WrongStateError) as refused:
            extend(accepted, supervisor, **options)
        assert refused.value.code == code
    extend(accepted, supervisor)
    with pytest.raises(WrongStateError) as again:
        extend(accepted, supervisor)
    assert again.value.code == "already_extended"


def test_the_supervisors_page_extends_and_keeps_what_was_typed(
    jiaxing: Town, accepted: Application, client
) -> None:
    client.force_login(jiaxing.user("discipline"), BACKEND)
    address = f"/applications/{accepted.pk}/deferred/"
    assert "批准延期" in client.get(address).content.decode()
    item = accepted.deferred_items.get()
    posted = {"item": item.pk, "version": "1", "key": key(), "reason": "台风停工停产一周"}
    refused = client.post(f"{address}extend/", posted | {"due_on": "2020-01-06"})
    assert refused.status_code == 422
    assert "台风停工停产一周" in refused.content.decode()
    due = add_workdays(item.due_on, 5).day.isoformat()
    assert client.post(f"{address}extend/", posted | {"due_on": due}).status_code == 302
    item.refresh_from_db()
    assert item.due_on.isoformat() == due
    client.force_login(jiaxing.user("intake"), BACKEND)
    assert "批准延期" not in client.get(address).content.decode()
    assert client.post(f"{address}extend/", posted | {"due_on": due}).status_code == 403
