"""加签 and 减签 (semantics C3): asking colleagues before, after or beside one's own answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from workflows import voting
from workflows.cases import Beside, World
from workflows.choices import offered
from workflows.directory import APPLICANT_ROLES
from workflows.eligibility import Post, posts_of
from workflows.errors import NotAllowed, WrongState
from workflows.execution import Execution
from workflows.models import LIVE, Task
from workflows.nodes import panel
from workflows.nodes.ballot import Rule
from workflows.nodes.seat import SAID, SIGNER, HumanActivation
from workflows.nodes.signers import (
    AFTER,
    BEFORE,
    DELEGATE,
    MAX_DEPTH,
    PARALLEL,
    SignersActivation,
    depth_of,
    open_signers,
)
from workflows.operations.acts import Act, Step
from workflows.operations.opening import Then, concluded, opening

if TYPE_CHECKING:
    from organizations.models import User

KINDS = (BEFORE, AFTER, PARALLEL)
ADDED = "add_kind"
"""Key in a seat's data: before and after are not mixed on one seat."""


@transaction.atomic
def add_signer(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    reason: str,
    kind: str,
    users: Sequence[int],
    rule: Rule | None = None,
    binding: bool = False,
    outcome: str = "",
    data: Mapping[str, Any] | None = None,
    bound: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    then: Then | None = None,
    world: World | None = None,
    beside: Beside | None = None,
) -> Step:
    """Asks `users` for their opinions; WrongState with the codes of docs/operations.md.

    `before`: the actor's seat waits for them and opens again. `after`: his `outcome` (with `data`)
    is stored at once, the step goes on behind them. `parallel`: they decide with him. `binding`:
    when they refuse, the step fails. `bound`: what else he said, to which the key is bound.
    """
    theirs, said = rule or Rule(), {"outcome": outcome} if outcome else {}
    told = {"kind": kind, "users": list(users), "reason": reason, "binding": binding, **said}
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload=_asked(told, rule, outcome, data) | dict(bound or {}),
        world=world,
        beside=beside,
    )
    if act.replayed is not None:
        return act.replayed
    posts = _checked(act, kind, users, theirs, reason, binding=binding)
    _said_oneself(act.task, kind, outcome)

    def doing(run: Execution) -> None:
        seat = _taken(run, act)
        if kind == PARALLEL:
            _sit_beside(run, seat, posts, theirs, reason)
        else:
            _step_aside(seat, kind, outcome, data or {}, actor.pk)
            open_signers(seat, kind, posts, theirs, binding=binding, by=actor.pk, question=reason)

    return concluded(act, doing, "add_signer", {**told, **(facts or {})}, then)


def _asked(
    told: Mapping[str, Any], rule: Rule | None, outcome: str, data: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What the idempotency key stands for."""
    kept = {"outcome": outcome, "rule": rule.as_json() if rule else None, "data": dict(data or {})}
    return {"operation": "add_signer", **told, **kept}


def _taken(run: Execution, act: Act) -> HumanActivation:
    """The actor's own seat; out of the office's queue when nobody had it."""
    seat = cast(HumanActivation, run.activation(run.causing))
    if act.task.owner_id is None:
        seat.assign(act.actor)
    return seat


def _step_aside(
    seat: HumanActivation, kind: str, outcome: str, data: Mapping[str, Any], actor: int
) -> None:
    """`before`: the seat waits for its signers; `after`: it has spoken already."""
    seat.task.data[ADDED] = kind
    if kind == BEFORE:
        seat.wait(BEFORE)
    else:
        seat.say(outcome, data, actor)


def _said_oneself(task: Task, kind: str, outcome: str) -> None:
    """Signers `after` follow one's own opinion."""
    if kind != AFTER:
        return
    choices, _obligatory = offered(task)
    if not outcome or (choices and outcome not in choices):
        raise WrongState(_("请先选择您本人的办理结果。"), code="unknown_outcome")


def _checked(
    act: Act,
    kind: str,
    users: Sequence[int],
    rule: Rule,
    reason: str,
    *,
    binding: bool,
) -> list[Post]:
    """Everything that can refuse, before anything is changed."""
    task = act.task
    said(reason)
    if kind not in KINDS:
        raise WrongState(_("没有这种加签方式，可选前加签、后加签、并加签。"), code="unknown_kind")
    if not users:
        raise WrongState(_("请至少选择一名加签人。"), code="no_users")
    offered_here(task)
    if kind != PARALLEL and task.data.get(ADDED, kind) != kind:
        raise WrongState(
            _("同一席位不能混用前加签和后加签，请等待已有加签办结。"), code="mixed_add_kinds"
        )
    beside = kind == PARALLEL and panel.body_of_seat(cast(Execution, act.run), task) is not None
    if not beside:
        not_too_deep(task)
    if binding and not task.flow_task.failing and not task.data.get(SIGNER):
        raise WrongState(
            _("本环节没有否定性结论，加签意见只能作为参考。"), code="binding_impossible"
        )
    if not beside:
        _rule_fits(rule, len(users) + (kind == PARALLEL))
    return posts_of(
        users,
        task=task,
        process=act.process,
        by=act.actor.pk,
        world=act.world,
        same_duty=kind == PARALLEL,
    )


def said(reason: str) -> None:
    """Every operation says why."""
    if not reason.strip():
        raise WrongState(_("请写明事由。"), code="reason_missing")


def offered_here(task: Task) -> None:
    """Not on the applicant's own steps; who is only consulted does not ask further."""
    if task.role in APPLICANT_ROLES:
        raise WrongState(_("申请人的办理环节不能使用这项操作。"), code="not_offered")
    if task.data.get(SIGNER) == DELEGATE:
        raise WrongState(
            _("受委派人只出具意见，不能再委派、转办或者加签；请答复后由委派人处理。"),
            code="no_redelegation",
        )


def not_too_deep(task: Task) -> None:
    """Signers of signers, three steps deep."""
    if depth_of(task) >= MAX_DEPTH:
        raise WrongState(_("加签最多三层，不能再向下加签。"), code="depth_exceeded")


def _rule_fits(rule: Rule, n: int) -> None:
    if n < max(rule.min_quorum, 1):
        raise WrongState(
            _("加签人数%(n)d人，少于规定的最少%(least)d人。") % {"n": n, "least": rule.min_quorum},
            code="below_quorum",
        )
    if rule.mode == "QUORUM" and rule.need is not None and voting.required(rule.need, n) > n:
        raise WrongState(_("所需同意人数多于加签人数，永远无法通过。"), code="need_too_high")


def _sit_beside(
    run: Execution, seat: HumanActivation, posts: list[Post], rule: Rule, reason: str
) -> None:
    """n + 1: in a panel (or among signers) a seat more, beside a single seat a small panel."""
    body = panel.body_of_seat(run, seat.task)
    if body is None:
        steps = [cast(SignersActivation, run.activation(row)) for row in seat.signers()]
        body = next((step for step in steps if step.kind == PARALLEL), None)
    if body is None:
        by = posts[0]["by"]
        open_signers(seat, PARALLEL, posts, rule, binding=True, by=by, question=reason)
        return
    for post in posts:
        panel.add_seat(body, post)
    panel.reweigh(body)


@transaction.atomic
def remove_signer(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    user: int,
    as_admin: bool = False,
    facts: Mapping[str, Any] | None = None,
    then: Then | None = None,
    world: World | None = None,
    beside: Beside | None = None,
) -> Step:
    """Takes an added signer who has not acted off the step of `task_id` (the adder's seat, in any
    state; with `as_admin`, whose right the caller has asked, any seat of the step).

    Never below the quorum, and a step never passes by it: the rule is asked again over who is left.
    Raises WrongState: reason_missing, not_added, seat_has_acted, below_quorum; NotAllowed:
    not_adder.
    """
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "remove_signer", "user": user, "reason": reason},
        world=world,
        beside=beside,
        state=_any_state,
        right=_asked_below,
        seen=as_admin,
    )
    if act.replayed is not None:
        return act.replayed
    said(reason)
    row = _added_row(act, user, as_admin=as_admin)

    def doing(run: Execution) -> None:
        seat = cast(HumanActivation, run.activation(row))
        body = cast(panel.Counting, panel.body_of_seat(run, row))
        if isinstance(body, SignersActivation) and body.kind == PARALLEL and body.ballot.size == 1:
            body.withdraw("removed")
            return
        panel.uncount(seat, "removed")
        panel.reweigh(body)

    told = {"user": user, "seat": row.pk, "reason": reason}
    return concluded(act, doing, "remove_signer", {**told, **(facts or {})}, then)


def _any_state(task: Task) -> None:
    """The adder may have acted meanwhile."""


def _asked_below(*_asked: Any) -> None:
    """The right is asked about the signer's seat, not about the adder's."""


def _added_row(act: Act, user: int, *, as_admin: bool) -> Task:
    """The live seat of the added person; under the lock."""
    run = cast(Execution, act.run)
    here = [row for row in run.rows if row.element == act.task.element and "by" in row.data]
    row = next((row for row in here if row.owner_id == user and row.status in LIVE), None)
    if row is None or row.data.get(SIGNER) == DELEGATE:
        acted = Task.objects.filter(
            process=act.process, element=act.task.element, actor_id=user, data__has_key="by"
        )
        if acted.exists():
            raise WrongState(_("该加签人已经办理，不能减签。"), code="seat_has_acted")
        raise WrongState(_("该人员不是本环节的加签人。"), code="not_added")
    if not as_admin and row.data["by"] != act.actor.pk:
        raise NotAllowed(_("只有加签的发起人或者流程管理员可以减签。"), code="not_adder")
    if SAID in row.data:
        raise WrongState(_("该加签人已经办理，不能减签。"), code="seat_has_acted")
    _stays_quorate(run, row)
    return row


def _stays_quorate(run: Execution, row: Task) -> None:
    body = cast(panel.Counting, panel.body_of_seat(run, row))
    if isinstance(body, SignersActivation):
        rule = Rule.from_json(body.task.data["rule"])
        left = body.ballot.size - 1 + (body.kind == PARALLEL)
    else:
        rule, left = body.rule, body.ballot.size - 1
    if left < max(rule.min_quorum, 1):
        raise WrongState(
            _("减签后只剩%(n)d席，少于规定的最少%(least)d席。")
            % {"n": left, "least": max(rule.min_quorum, 1)},
            code="below_quorum",
        )
