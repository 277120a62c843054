"""回避 (semantics C13): a person leaves a case, before or after he has acted in it.

Before he acted, his seat is closed and filled again by the rule of the step: an office's seat goes
back to its queue, a seat that names a person goes to whom the step's rule names (`vacancies`), else
waits for a replacement. What he said in an undecided
step is annulled and the step weighed again; a step that has passed is opened again. After the
decision nothing is undone here: the caller raises a flag.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

import clock
from organizations.conflicts import conflicted
from organizations.holders import holders
from workflows import reopening, rewinding, vacancies
from workflows.calendar import Workday, count_workdays, stored_days
from workflows.cases import World, execution, live_rows, lock, run_through
from workflows.directory import APPLICANT_ROLES
from workflows.errors import NotAllowed, NotVisible, WrongState
from workflows.execution import Execution
from workflows.lineage import Lineage, is_passed
from workflows.models import LIVE, Process, ProcessStatus, Task
from workflows.nodes import panel
from workflows.nodes.human import HumanActivation
from workflows.nodes.seat import ADDRESSED, NAMED, SAID, SIGNER
from workflows.nodes.signers import DELEGATE, SignersActivation
from workflows.operations.acts import Step, journalled, step_of
from workflows.recusals import Kind, Recusal, State, recused_people
from workflows.reopened import ANNULLED, REPLAY, Reopening

if TYPE_CHECKING:
    from organizations.models import User

RECUSED = "recused"
RULING_WORKDAYS = 2
"""A request is ruled within this many working days (semantics C13)."""
_CALENDAR = timedelta(days=30)
"""Days of the calendar that are read for it: longer than any holiday."""


@dataclass(frozen=True, slots=True)
class Left:
    """The answer, and the tasks whose opinions were annulled."""

    step: Step
    annulled: tuple[int, ...]


def ruling_due(asked_at: datetime, workday: Workday) -> datetime:
    """The first moment at which a request is overdue: 24:00 of the second working day after the day
    it was asked on. Pure: the same moment and calendar give the same answer for ever."""
    day = asked_at.astimezone(clock.BEIJING).date()
    return count_workdays(day, RULING_WORKDAYS, "next", workday).moment


def overdue_requests(now: datetime) -> list[Recusal]:
    """Requests in running cases that nobody has ruled in time, by the calendar of today; two
    queries, one when none waits."""
    waiting = Recusal.objects.filter(state=State.REQUESTED, process__status=ProcessStatus.NEW)
    rows = list(waiting.order_by("pk"))
    if not rows:
        return []
    first = min(row.asked_at for row in rows).astimezone(clock.BEIJING).date()
    workday = stored_days(first, max(now.astimezone(clock.BEIJING).date(), first) + _CALENDAR)
    return [row for row in rows if ruling_due(row.asked_at, workday) <= now]


@transaction.atomic
def request(process: Process, *, user: User, by: User, ground: str, task: Task | None) -> Recusal:
    """Somebody asks that `user` stay away: he cannot act until a third person has ruled."""
    locked = _locked(process)
    _new(locked, user, ground)
    if user.pk == by.pk:
        raise WrongState(_("本人申请回避请直接办理，无须他人决定。"), code="self_is_not_requested")
    now = clock.now()
    recusal = Recusal.objects.create(
        process=locked,
        user=user,
        task=task,
        kind=Kind.REQUESTED,
        ground=ground.strip(),
        asked_by=by,
        asked_at=now,
        due_at=ruling_due(now, stored_days(clock.today(), clock.today() + _CALENDAR)),
        state=State.REQUESTED,
    )
    told = {"person": user.pk, "ground": recusal.ground}
    journalled(_still(locked), "request_recusal", by, told)
    return recusal


@transaction.atomic
def rule(
    recusal: Recusal, *, by: User, grant: bool, reason: str, decided: bool = False
) -> Left | None:
    """A third person grants or refuses a request; None when it is refused.

    Raises NotAllowed (no_third_person) for the two concerned, WrongState (already_ruled,
    reason_missing).
    """
    locked = _locked(recusal.process)
    current = Recusal.objects.select_for_update().get(pk=recusal.pk)
    if current.state != State.REQUESTED:
        raise WrongState(_("该回避申请已作出决定。"), code="already_ruled")
    if by.pk in (current.user_id, current.asked_by_id):
        raise NotAllowed(_("回避申请须由当事人以外的第三人决定。"), code="no_third_person")
    if not reason.strip():
        raise WrongState(_("请写明决定的理由。"), code="reason_missing")
    current.ruled_by, current.ruled_at, current.ruling = by, clock.now(), reason.strip()
    current.state = State.IN_FORCE if grant else State.REFUSED
    current.save(update_fields=["ruled_by", "ruled_at", "ruling", "state"])
    told = {"person": current.user_id, "reason": current.ruling, "granted": grant}
    if not grant:
        journalled(_still(locked), "rule_recusal", by, told)
        return None
    return _leave(locked, current.user, "rule_recusal", by, told, decided=decided)


@transaction.atomic
def recuse(
    process: Process,
    *,
    user: User,
    kind: str,
    ground: str,
    by: User | None,
    task: Task | None = None,
    decided: bool = False,
    world: World | None = None,
) -> Left:
    """`user` leaves the case at once: by himself, by order, or because a tie became known.

    `decided`: the decision is made, so nothing is undone. A request that waits is overtaken.
    Raises WrongState (ground_missing, already_recused, process_ended is no hindrance).
    """
    locked = _locked(process)
    waiting = Recusal.objects.filter(process=locked, user=user, state=State.REQUESTED).first()
    now = clock.now()
    if waiting is not None:
        waiting.state, waiting.ruled_by, waiting.ruled_at = State.IN_FORCE, by, now
        waiting.ruling = ground.strip()
        waiting.save(update_fields=["state", "ruled_by", "ruled_at", "ruling"])
    else:
        _new(locked, user, ground)
        Recusal.objects.create(
            process=locked,
            user=user,
            task=task,
            kind=kind,
            ground=ground.strip(),
            asked_by=by,
            asked_at=now,
            ordered_by=by if kind == Kind.ORDERED else None,
            ruled_at=now,
            state=State.IN_FORCE,
        )
    told = {"person": user.pk, "kind": str(kind), "ground": ground.strip()}
    return _leave(locked, user, "recuse", by, told, decided=decided, world=world)


def _new(process: Process, user: User, ground: str) -> None:
    if not ground.strip():
        raise WrongState(_("请写明回避的事由。"), code="ground_missing")
    if Recusal.objects.filter(process=process, user=user).exclude(state=State.REFUSED).exists():
        raise WrongState(_("该人员已经回避，或者对其回避申请正在审查。"), code="already_recused")


def _locked(process: Process) -> Process:
    locked = lock(process.pk)
    if locked is None:
        raise NotVisible
    return locked


def _still(process: Process) -> Step:
    return Step(process, None, [], process.phase, process.verdict, process.blocked_reason)


def _leave(
    process: Process,
    user: User,
    verb: str,
    by: User | None,
    told: dict[str, Any],
    *,
    decided: bool,
    world: World | None = None,
) -> Left:
    around = world or World()
    if process.status != ProcessStatus.NEW:
        journalled(_still(process), verb, by, told)
        return Left(_still(process), ())
    annulled: list[int] = []

    def go(run: Execution) -> None:
        annulled[:] = [] if decided else _annul_acts(run, user)
        annulled.extend(_vacate_seats(run, user))
        _leave_offices(run, user)

    run = run_through(execution(process, live_rows(process), around), go, around)
    step = step_of(run, None)
    journalled(step, verb, by, {**told, "annulled": annulled} if annulled else told)
    return Left(step, tuple(annulled))


# What he has said


def _annul_acts(run: Execution, user: User) -> list[int]:
    """Every opinion of his that counts, the earliest first: opening its step undoes later ones."""
    annulled: list[int] = []
    while True:
        run.drain()
        lineage = Lineage.during(run)
        seat = _next_act(lineage, user, annulled)
        if seat is None:
            return annulled
        annulled.append(seat.pk)
        _annul(run, lineage, seat, user)


def _next_act(lineage: Lineage, user: User, known: list[int]) -> Task | None:
    present = {row.pk for row in lineage.present}
    for row in lineage.rows.values():
        acted = row.actor_id == user.pk and row.status == STATUS.DONE
        if not acted or row.flow_task_type != "HUMAN" or row.role in APPLICANT_ROLES:
            continue
        counts = "uncounted" not in row.data and row.pk not in known
        if counts and reopening.step_of_seat(lineage, row).pk in present:
            return row
    return None


def _annul(run: Execution, lineage: Lineage, seat: Task, user: User) -> None:
    said = Reopening(
        number=rewinding.next_number(lineage),
        mode=REPLAY,
        by=None,
        since=run.process.material_version,
        origin=seat.element,
        why=ANNULLED,
    )
    step = reopening.step_of_seat(lineage, seat)
    if not (step.status in LIVE or is_passed(step)):
        _strike_out(run, seat)
        return
    if SIGNER in seat.data:
        refill = bool(_others(run.process, step))
        reopening.annul_signer(run, lineage, seat, said, refill=refill)
        return
    refill = not _names_person(seat) and bool(_others(run.process, seat))
    reopening.annul(run, lineage, seat, said, refill=refill)


def _strike_out(run: Execution, seat: Task) -> None:
    """A panel that was left by a return from which the case came straight back has been asked anew:
    what was said in the one that was closed counts no more, and nothing is open again for it."""
    seat.data["uncounted"] = ANNULLED
    run.touch(seat)


# The seats he holds


def _vacate_seats(run: Execution, user: User) -> list[int]:
    """Open and waiting seats of his; what he said while signers are asked is annulled: answers
    those tasks. Who was only consulted leaves the question with whom it came from."""
    said: list[int] = []
    for seat in [row for row in run.rows if _holds(row, user)]:
        if seat.status not in LIVE:
            continue
        said += [seat.pk] if SAID in seat.data else []
        activation = cast(HumanActivation, run.activation(seat))
        if seat.data.get(SIGNER) == DELEGATE:
            cast(SignersActivation, panel.body_of_seat(run, seat)).withdraw(RECUSED)
        elif not _names_person(seat) and _others(run.process, seat):
            reopening.refill(run, activation, RECUSED)
        else:
            body, acted = panel.body_of_seat(run, seat), SAID in seat.data
            panel.uncount(activation, ANNULLED if acted else RECUSED)
            if not acted:
                vacancies.fill(run, seat)
            if body is not None:
                panel.reweigh(body)
    return said


def _holds(row: Task, user: User) -> bool:
    mine = row.owner_id == user.pk or (SAID in row.data and row.actor_id == user.pk)
    return bool(
        mine
        and row.flow_task_type == "HUMAN"
        and row.status in LIVE
        and row.role not in APPLICANT_ROLES
    )


def _leave_offices(run: Execution, user: User) -> None:
    """A seat in his office's queue that nobody else can take any more waits for a replacement."""
    for row in [row for row in run.rows if row.is_open and row.owner_id is None]:
        if row.role in APPLICANT_ROLES or row.organ is None or row.status not in LIVE:
            continue
        if holders(row.role, row.organ).filter(pk=user.pk).exists() and not _others(
            run.process, row
        ):
            cast(HumanActivation, run.activation(row)).park(f"needs_replacement: {row.element}")


def _names_person(seat: Task) -> bool:
    """By the rule of the step (semantics C13): a step of one seat is its office's, whoever has it
    by a transfer, unless the diagram names its holder; a panel's seats are of those they name."""
    if seat.item:
        return bool(seat.data.get(ADDRESSED) or seat.data.get(NAMED))
    element = seat.flow_task.element
    return element.holder is not None or bool(element.attributes.get("assign"))


def _others(process: Process, seat: Task) -> list[int]:
    """Who else can act at the seat's office: its holders without those who must stay away."""
    if seat.organ is None:
        return []
    people = list(holders(seat.role, seat.organ).values_list("pk", flat=True))
    away = recused_people(process.pk)
    if process.party is not None:
        away |= conflicted(process.party, people)
    return [person for person in people if person not in away]
