"""交接: somebody leaves, and his seats become another's (semantics C4, the bulk form).

Who keeps accounts may do it in his cities, a leader at his organ. What a leader must not know of
(回避) is not handed over by him; an account keeper sees steps and numbers, never the material.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.operations import services as operations
from approvals.worklist.errors import WorklistRefused
from organizations.models import Membership, User
from organizations.permissions import Permission, cities_where
from organizations.positions import positions
from workflows import queue
from workflows.cases import World
from workflows.eligibility import posts_of
from workflows.errors import OperationError
from workflows.models import Task
from workflows.nodes.seat import SIGNER
from workflows.operations.transferring import seats_held

MOST = 500
LEADERS = frozenset({"county_leader", "department_leader", "bureau_leader", "finance_leader"})


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person may hand seats over: cities as an account keeper, organs as their leader."""

    user: User
    cities: frozenset[str]
    organs: frozenset[int]
    parties: frozenset[int] = field(default=frozenset())
    cases: frozenset[int] = field(default=frozenset())

    def covers(self, task: Task) -> bool:
        """A seat within reach; what is hidden from a leader is not there for him."""
        if task.process.city in self.cities:
            return True
        hidden = task.process.party_id in self.parties or task.process_id in self.cases
        return task.organ_id in self.organs and not hidden

    def people(self) -> list[User]:
        """Everybody who holds or held a post there, by name; one query."""
        there = Q(organ__city__in=self.cities) | Q(organ__in=self.organs)
        held = Membership.objects.filter(there).exclude(organ__kind="applicant")
        return list(User.objects.filter(pk__in=held.values("user_id")).order_by("name", "pk"))


def reach_of(user: User) -> Reach:
    """Raises PermissionDenied for who may nowhere. Four queries."""
    cities = cities_where(user, Permission.MANAGE_PEOPLE)
    cities |= cities_where(user, Permission.MANAGE_SECURITY)
    organs = frozenset(held.organ_id for held in positions(user) if held.role in LEADERS)
    if not cities and not organs:
        raise PermissionDenied(_("交接由系统管理员、安全管理员或本机构负责人办理。"))
    parties, cases = queue.hidden_from(user.pk)
    return Reach(user, cities, organs, frozenset(parties), frozenset(cases))


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat with its case and what became of it, or would; an empty reason is yes."""

    task: Task
    application: Application | None
    reason: str = ""


def seats_within(reach: Reach, principal: User) -> list[Seat]:
    """What the leaver holds within reach, soonest due first; at most MOST, two queries."""
    return _with_cases([task for task in seats_held(principal) if reach.covers(task)][:MOST])


def programs_of(seats: Sequence[Seat]) -> list[tuple[int, str]]:
    """(number, title) of the programs to choose from."""
    cases = (seat.application for seat in seats)
    return sorted({(case.program_id, case.program.title) for case in cases if case is not None})


def of_program(seats: Sequence[Seat], program: int | None) -> list[Seat]:
    """Those of one program; None = all."""
    return [
        seat
        for seat in seats
        if program is None
        or (seat.application is not None and seat.application.program_id == program)
    ]


def _with_cases(tasks: Sequence[Task]) -> list[Seat]:
    processes = [task.process_id for task in tasks]
    rows = Application.objects.filter(process__in=processes).select_related("program", "applicant")
    light = rows.defer("data", "facts", "program__content")
    cases = {case.process_id: case for case in light}
    return [Seat(task, cases.get(task.process_id)) for task in tasks]


def tried(reach: Reach, seats: Sequence[Seat], to: User) -> list[Seat]:
    """The dry run: the engine's own question whether this person can have each seat."""
    return [Seat(seat.task, seat.application, _unfit(reach, seat.task, to)) for seat in seats]


def _unfit(reach: Reach, task: Task, to: User) -> str:
    try:
        posts_of(
            [to.pk],
            task=task,
            process=task.process,
            by=reach.user.pk,
            world=World(),
            same_duty=not task.data.get(SIGNER),
        )
    except OperationError as refusal:
        return refusal.detail
    return ""


def hand_over(
    reach: Reach, *, principal: User, to: User, key: str, reason: str, task_ids: Sequence[int]
) -> list[Seat]:
    """Every seat in a transaction of its own; sent twice under one key, it is done once.

    Raises WorklistRefused for a missing reason; seats out of reach are left out.
    """
    if not reason.strip():
        raise WorklistRefused(_("请写明交接原因，例如调离、退休。"), code="reason_missing")
    rows = Task.objects.filter(pk__in=list(task_ids)[:MOST], owner=principal)
    tasks = [task for task in rows.select_related("process").order_by("due_at", "pk")]
    seats = _with_cases([task for task in tasks if reach.covers(task)])
    done = operations.handover(
        [seat.task for seat in seats], actor=reach.user, key=key, reason=reason.strip(), to=to.pk
    )
    told = {handed.task: handed.detail for handed in done}
    return [Seat(seat.task, seat.application, told[seat.task.pk]) for seat in seats]
