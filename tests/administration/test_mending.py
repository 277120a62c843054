"""Four eyes over a stuck case: one proposes, another confirms, and both are in the journal."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from approvals.administration import mending
from approvals.administration.mending import Plan, confirm, decline, propose
from approvals.administration.models import Mending, Way
from approvals.applications.models import Application
from approvals.reviews.models import Opinion
from journal.models import Entry
from journal.verification import verify
from organizations.accounts import declare_relation
from organizations.models import User
from tests.people import Town, key
from workflows.errors import KeyReused, NotAllowed, WrongState
from workflows.models import Task

RETRY = Plan(Way.RETRY)


def parked_row(case: Application) -> Task:
    return Task.objects.get(process=case.process, status="ERROR")


def open_elements(case: Application) -> list[str]:
    return list(
        Task.objects.filter(process=case.process, is_open=True).values_list("element", flat=True)
    )


def proposed(town: Town, case: Application, plan: Plan = RETRY, by: str = "flow_admin") -> Mending:
    return propose(case, by=town.user(by), plan=plan, reason="机构改革后单位已补录", key=key())


def test_the_opinion_stands_although_the_next_step_found_nobody(parked: Application) -> None:
    assert parked.process.blocked_reason == "missing_organ: intake"
    assert Opinion.objects.get(application=parked).outcome == "recommend"


def test_a_retry_happens_when_the_security_administrator_confirms(
    jiaxing: Town, parked: Application
) -> None:
    made = proposed(jiaxing, parked)
    assert open_elements(parked) == []
    step = confirm(made, by=jiaxing.user("security_admin"))
    assert [task.element for task in step.opened] == ["intake"]
    assert open_elements(parked) == ["intake"]
    made.refresh_from_db()
    assert (made.state, made.settled_by) == (Mending.State.DONE, jiaxing.user("security_admin"))


def test_a_second_flow_administrator_may_confirm_too(
    jiaxing: Town, parked: Application, second_flow_admin: User
) -> None:
    confirm(proposed(jiaxing, parked), by=second_flow_admin)
    assert open_elements(parked) == ["intake"]


def test_nobody_confirms_his_own_proposal(jiaxing: Town, parked: Application) -> None:
    made = proposed(jiaxing, parked)
    with pytest.raises(NotAllowed) as refusal:
        confirm(made, by=jiaxing.user("flow_admin"))
    assert refusal.value.code == "four_eyes"
    assert open_elements(parked) == []


def test_the_database_itself_refuses_one_pair_of_eyes(jiaxing: Town, parked: Application) -> None:
    made = proposed(jiaxing, parked)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mending.objects.filter(pk=made.pk).update(
            state=Mending.State.DONE, settled_by=made.proposed_by
        )


@pytest.mark.parametrize("role", ["security_admin", "system_admin", "audit_admin", "reviewer"])
def test_only_flow_administrators_propose(jiaxing: Town, parked: Application, role: str) -> None:
    with pytest.raises(NotAllowed):
        proposed(jiaxing, parked, by=role)


@pytest.mark.parametrize("role", ["system_admin", "audit_admin", "bureau_leader"])
def test_others_do_not_confirm(jiaxing: Town, parked: Application, role: str) -> None:
    made = proposed(jiaxing, parked)
    with pytest.raises(NotAllowed):
        confirm(made, by=jiaxing.user(role))


def test_another_citys_administrators_neither_propose_nor_confirm(
    jiaxing: Town, mudanjiang: Town, parked: Application
) -> None:
    with pytest.raises(NotAllowed):
        propose(parked, by=mudanjiang.user("flow_admin"), plan=RETRY, reason="x", key=key())
    made = proposed(jiaxing, parked)
    with pytest.raises(NotAllowed):
        confirm(made, by=mudanjiang.user("security_admin"))


def test_who_is_tied_to_the_applicant_stays_away(jiaxing: Town, parked: Application) -> None:
    declare_relation(jiaxing.user("flow_admin"), parked.applicant, ground="近亲属", by=None)
    with pytest.raises(NotAllowed):
        proposed(jiaxing, parked)


def test_a_reason_is_needed(jiaxing: Town, parked: Application) -> None:
    with pytest.raises(WrongState):
        propose(parked, by=jiaxing.user("flow_admin"), plan=RETRY, reason="  ", key=key())


def test_the_same_form_proposes_once(jiaxing: Town, parked: Application) -> None:
    form, who = key(), jiaxing.user("flow_admin")
    first = propose(parked, by=who, plan=RETRY, reason="重试", key=form)
    again = propose(parked, by=who, plan=RETRY, reason="重试", key=form)
    assert first.pk == again.pk
    other = jiaxing.filed("recognition", "xiuzhou")
    with pytest.raises(KeyReused):
        propose(other, by=who, plan=RETRY, reason="重试", key=form)


def test_a_case_has_one_open_proposal(jiaxing: Town, parked: Application) -> None:
    proposed(jiaxing, parked)
    with pytest.raises(WrongState) as refusal:
        proposed(jiaxing, parked)
    assert refusal.value.code == "already_proposed"


def test_confirming_twice_acts_once(jiaxing: Town, parked: Application) -> None:
    made, second = proposed(jiaxing, parked), jiaxing.user("security_admin")
    confirm(made, by=second)
    before = Entry.objects.count()
    assert confirm(made, by=second) is None
    assert Entry.objects.count() == before
    assert open_elements(parked) == ["intake"]


def test_a_skip_takes_the_parked_step_as_passed(jiaxing: Town, parked: Application) -> None:
    row = parked_row(parked)
    arrow = next(iter(mending.skips(row)))
    plan = Plan(Way.SKIP, row.pk, flow=arrow, outcome="not_accept")
    confirm(proposed(jiaxing, parked, plan), by=jiaxing.user("security_admin"))
    parked.refresh_from_db()
    assert parked.verdict == "not_accepted"
    assert parked.closed_at is not None


def test_a_move_puts_the_case_on_another_step(jiaxing: Town, parked: Application) -> None:
    plan = Plan(Way.MOVE, parked_row(parked).pk, target="county_review")
    confirm(proposed(jiaxing, parked, plan), by=jiaxing.user("security_admin"))
    assert open_elements(parked) == ["county_review"]


def test_an_open_task_can_be_moved_back_and_its_term_ends(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "intake")
    plan = Plan(Way.MOVE, task.pk, target="county_review")
    confirm(proposed(jiaxing, case, plan), by=jiaxing.user("security_admin"))
    assert open_elements(case) == ["county_review"]
    assert not Task.objects.filter(parent=task, status="SCHEDULED").exists()


def test_nothing_is_put_on_the_applicants_own_steps(jiaxing: Town, parked: Application) -> None:
    row = parked_row(parked)
    assert "correction" not in mending.moves(row)
    with pytest.raises(WrongState):
        proposed(jiaxing, parked, Plan(Way.MOVE, row.pk, target="correction"))


def test_a_case_that_moved_on_meanwhile_is_left_alone(jiaxing: Town, parked: Application) -> None:
    plan = Plan(Way.MOVE, parked_row(parked).pk, target="county_review")
    late = proposed(jiaxing, parked, plan)
    Task.objects.filter(pk=late.task_id).update(status="CANCELED")
    with pytest.raises(WrongState):
        confirm(late, by=jiaxing.user("security_admin"))
    late.refresh_from_db()
    assert late.state == Mending.State.PROPOSED


def test_the_author_withdraws_and_the_second_person_declines(
    jiaxing: Town, parked: Application
) -> None:
    withdrawn = decline(proposed(jiaxing, parked), by=jiaxing.user("flow_admin"))
    declined = decline(proposed(jiaxing, parked), by=jiaxing.user("security_admin"))
    assert (withdrawn.state, declined.state) == (Mending.State.WITHDRAWN, Mending.State.DECLINED)
    with pytest.raises(WrongState):
        confirm(declined, by=jiaxing.user("security_admin"))
    assert open_elements(parked) == []


def test_the_journal_names_both_and_the_reason(jiaxing: Town, parked: Application) -> None:
    plan = Plan(Way.MOVE, parked_row(parked).pk, target="county_review")
    confirm(proposed(jiaxing, parked, plan), by=jiaxing.user("security_admin"))
    told = {entry.verb: entry for entry in Entry.objects.filter(stream__key=parked.stream)}
    author, second = jiaxing.user("flow_admin"), jiaxing.user("security_admin")
    assert told["mending_proposed"].actor_id == author.pk
    assert told["mending_confirmed"].actor_id == second.pk
    moved = told["move_token"]
    assert (moved.actor_id, moved.data["proposed_by"]) == (second.pk, author.pk)
    assert moved.data["reason"] == "机构改革后单位已补录"
    assert verify() == []
