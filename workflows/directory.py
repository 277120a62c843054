"""Who is who, as the engine asks it: really by organizations, in a simulation by its own."""

from __future__ import annotations

from typing import Final, Protocol, cast

from organizations.conflicts import conflict
from organizations.holders import resolve_organ
from organizations.models import Organ, User
from organizations.permission_names import Permission
from organizations.permissions import grants_at
from organizations.positions import Position, positions
from organizations.roles import Role, acting_roles
from workflows.errors import FlowFault
from workflows.models import Process, Task

APPLICANT_ROLES: Final = frozenset({"applicant", "agent"})

PERMISSION_TO_ACT: Final[dict[str, Permission]] = {
    "county": Permission.REVIEW_APPLICATION,
    "county_officer": Permission.REVIEW_APPLICATION,
    "county_leader": Permission.RECOMMEND_APPLICATION,
    "department": Permission.GIVE_OPINION,
    "department_officer": Permission.GIVE_OPINION,
    "expert": Permission.SCORE_APPLICATION,
    "intake": Permission.ACCEPT_APPLICATION,
    "reviewer": Permission.PROPOSE_DECISION,
    "bureau_leader": Permission.SIGN_DECISION,
    "finance_officer": Permission.REVIEW_FUNDS,
}
"""What an exceptional grant at the organ must name to act there as the role; others need a post."""


class Person(Protocol):
    """An account: its number and name."""

    @property
    def pk(self) -> int: ...

    @property
    def name(self) -> str: ...


class Directory(Protocol):
    """What the engine needs to know about people and organs."""

    def organ(
        self, process: Process, *, role: str, scope: str | None, key: str | None
    ) -> Organ | None:
        """The organ that holds a step; raises FlowFault when there must be one and is none."""

    def person(self, named: int | str) -> Person | None:
        """An active user by number or user name."""

    def position(self, user: Person, task: Task, process: Process) -> Position | None:
        """The position by which the user may act on the task; None = no right by any position."""

    def barred(self, user: Person, task: Task, process: Process) -> bool:
        """Whether a conflict of interest hides the case from this person (semantics C13)."""


class OrganizationsDirectory:
    """The real one."""

    def organ(
        self, process: Process, *, role: str, scope: str | None, key: str | None
    ) -> Organ | None:
        """By `organizations.holders`; a step nobody can hold is a fault of the flow."""
        if process.party is None:
            raise FlowFault("no_party")
        found = resolve_organ(
            city=process.city,
            role=role,
            scope=scope or "city",
            county=process.county,
            party=process.party,
            key=key,
        )
        if found is None:
            raise FlowFault(f"missing_organ: {key or role}")
        return found

    def person(self, named: int | str) -> Person | None:
        """One query."""
        wanted = {"pk": named} if isinstance(named, int) else {"username": named}
        found: User | None = User.objects.filter(is_active=True, **wanted).first()
        return found

    def position(self, user: Person, task: Task, process: Process) -> Position | None:
        """One query for the positions held today; a second for exceptions when none fits."""
        held = matching(positions(cast(User, user)), task.role, task.organ_id)
        return held or _granted(user, task)

    def barred(self, user: Person, task: Task, process: Process) -> bool:
        """Applicants act on their own case; for everybody else own interest bars."""
        if process.party is None or task.role in APPLICANT_ROLES:
            return False
        return not conflict(cast(User, user), process.party)


def matching(held: tuple[Position, ...], role: str, organ_id: int | None) -> Position | None:
    """The first position that acts as `role` at that organ, or anywhere when the task has none."""
    for position in held:
        if role in position.acting and organ_id in (None, position.organ_id):
            return position
    return None


def _granted(user: Person, task: Task) -> Position | None:
    """An exception granted at this very organ, shown as a position of the task's role."""
    permission = PERMISSION_TO_ACT.get(task.role)
    if permission is None or task.organ is None:
        return None
    if (user.pk, permission.value) not in grants_at(task.organ):
        return None
    return Position(task.role, task.organ.pk, frozenset({task.role}))


def known_roles() -> frozenset[str]:
    """The contract's vocabulary: every role and every short name a lane may bear."""
    return frozenset().union(*(acting_roles(role.value) for role in Role))
