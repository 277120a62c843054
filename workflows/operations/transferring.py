"""转办 (semantics C4): a seat is another person's for good; in bulk when somebody leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction

from workflows import rows as task_rows
from workflows.cases import Beside, World
from workflows.eligibility import Post, posts_of
from workflows.errors import OperationError
from workflows.execution import Execution
from workflows.models import LIVE, Task
from workflows.nodes import panel
from workflows.nodes.seat import ADDRESSED, NAMED, WAITS_FOR, HumanActivation
from workflows.operations.acts import Act, Step
from workflows.operations.opening import Then, acted_not, concluded, opening
from workflows.operations.signers import offered_here, said
from workflows.seating import FROM, HELD

if TYPE_CHECKING:
    from organizations.models import User

TRANSFERRED = "transferred"
MAX_HOPS = 5
"""More hands than these are told to the supervisor."""
WARNING = "warning"
MANY_HOPS, CAME_BACK = "many_hops", "returned_to_earlier_holder"
_LEFT_BEHIND = frozenset({FROM, HELD, NAMED, ADDRESSED, "fault", "uncounted", WARNING})


@transaction.atomic
def transfer_seat(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    to: int,
    as_admin: bool = False,
    facts: Mapping[str, Any] | None = None,
    then: Then | None = None,
    world: World | None = None,
    beside: Beside | None = None,
) -> Step:
    """The actor's open seat is closed, `to` has one in its place: same due day, same number in a
    sequence. With `as_admin` (whose right the caller has asked) any live seat that has not acted.

    The new row's `data["from"]` is the old one, `data["held"]` everybody who held it; `warning` is
    `many_hops` or `returned_to_earlier_holder`. Raises WrongState: reason_missing, not_offered,
    no_redelegation, unknown_user, already_counted, recused_user, no_position.
    """
    act = opening(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "transfer_seat", "to": to, "reason": reason},
        world=world,
        beside=beside,
        state=acted_not if as_admin else None,
        right=_asked_above if as_admin else None,
        seen=as_admin,
    )
    if act.replayed is not None:
        return act.replayed
    said(reason)
    offered_here(act.task)
    post = _post_of(act, to)
    hanging, heirs = list[Task](), list[Task]()

    def doing(run: Execution) -> None:
        if act.task.owner_id is None:
            cast(HumanActivation, run.activation(act.task)).assign(actor)
        heirs[:] = [take_over(run, act.task, post, TRANSFERRED, hanging)]

    told: dict[str, Any] = {"from": act.task.owner_id or actor.pk, "to": to, "reason": reason}
    told |= {WARNING: warning} if (warning := warned(act.task, to, actor.pk)) else {}
    step = concluded(act, doing, "transfer_seat", {**told, **(facts or {})}, then)
    move_hanging(hanging, heirs[0])
    return step


def _post_of(act: Act, to: int) -> Any:
    """The post in which `to` takes the seat over; refuses who may not."""
    (post,) = posts_of(
        [to],
        task=act.task,
        process=act.process,
        by=act.actor.pk,
        world=act.world,
        same_duty=not act.task.data.get("signer"),
    )
    return post


def _asked_above(*_asked: Any) -> None:
    """An administrator's right is the caller's to ask."""


def warned(task: Task, to: int, holder: int) -> str:
    """What a supervisor is told about the next hand-over, if anything."""
    held = [*task.data.get(HELD, ()), task.owner_id or holder]
    if to in held:
        return CAME_BACK
    return MANY_HOPS if len(held) > MAX_HOPS else ""


def take_over(run: Execution, old: Task, post: Post, why: str, hanging: list[Task]) -> Task:
    """A new row in the place of `old`, which is closed with the outcome `why`.

    What hangs on the old one (boundary timers, signers) hangs on the new one; `hanging` collects it
    for `move_hanging`, to be called when the pass is written.
    """
    heir = task_rows.new(run, old.flow_task, via=old.via, parent=old.parent)
    heir.item, heir.entered_at, heir.due_at = old.item, old.entered_at, old.due_at
    heir.role, heir.organ_id = post["role"], post["organ"]
    heir.data = {name: value for name, value in old.data.items() if name not in _LEFT_BEHIND}
    heir.data |= {NAMED: post["person"], FROM: old.pk}
    heir.data[HELD] = [*old.data.get(HELD, ()), *([old.owner_id] if old.owner_id else [])]
    body = panel.body_of_seat(run, old)
    if body is not None:
        panel.hand_place(body, old.data["seat"], {**post, "by": old.data.get("by")})
    if warning := warned(old, post["person"], post["by"]):
        heir.data[WARNING] = warning
    waiting = heir.data.get(WAITS_FOR)
    for row in run.children(old):
        row.parent = heir
        hanging.append(row)
    old.outcome = why
    run.activation(old).cancel()
    seat = cast(HumanActivation, run.activation(heir))
    seat.activate()
    if waiting:
        seat.wait(waiting)
    run.keep(heir)
    return heir


def move_hanging(hanging: Sequence[Task], heir: Task) -> None:
    """Writes what `take_over` has moved; one statement."""
    if hanging:
        Task.objects.filter(pk__in=[row.pk for row in hanging]).update(parent=heir)


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one seat in a bulk hand-over; `code` and `detail` when it stayed."""

    task: int
    step: Step | None
    code: str = ""
    detail: str = ""


Transfer = Callable[[int, str], Step]


def handover(
    seats: Sequence[Task],
    *,
    actor: User,
    key: str,
    reason: str,
    to: int,
    transfer: Transfer | None = None,
    world: World | None = None,
) -> list[Handed]:
    """Every seat for itself, in a transaction of its own: one that cannot be handed over hinders no
    other. The same `key` again answers the same. Who may is the caller's to ask.

    `transfer` does one (the caller's own, which also writes its rows); the engine's by default.
    """

    def plain(task_id: int, key_of_seat: str) -> Step:
        return transfer_seat(
            task_id,
            actor=actor,
            key=key_of_seat,
            expected_version=None,
            reason=reason,
            to=to,
            as_admin=True,
            facts={"handover": key},
            world=world,
        )

    return [_handed(seat.pk, f"{key}:{seat.pk}", transfer or plain) for seat in seats]


def _handed(task_id: int, key: str, transfer: Transfer) -> Handed:
    try:
        with transaction.atomic():
            return Handed(task_id, transfer(task_id, key))
    except OperationError as refusal:
        return Handed(task_id, None, refusal.code, refusal.detail)


def seats_held(person: User, *, city: str = "", role: str = "") -> list[Task]:
    """The seats a person holds now and has not used, waiting ones too, the soonest due first."""
    rows = Task.objects.filter(owner=person, status__in=LIVE, flow_task_type="HUMAN")
    rows = rows.filter(process__city=city) if city else rows
    rows = rows.filter(role=role) if role else rows
    found = rows.filter(actor=None).select_related("process").order_by("due_at", "pk")
    return list(found)
