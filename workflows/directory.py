"""Who is who, as the engine asks it: really by organizations, in a simulation by its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from django.db.models import BigIntegerField, CharField, DateField, F, Q, QuerySet, Value

import clock
from organizations.holders import resolve_organ
from organizations.models import Membership, Organ, Relation, User
from organizations.permission_names import Permission
from organizations.permissions import grants_at
from organizations.positions import Position
from organizations.roles import Role, acting_roles
from prepared import Given, Reading
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


@dataclass(frozen=True, slots=True)
class Standing:
    """A person before a case: his positions today, and whether he is tied to its party."""

    positions: tuple[Position, ...]
    tied: bool


_USER, _PARTY = Given("user", BigIntegerField()), Given("party", BigIntegerField())
_DAY = cast(Any, Given("day", DateField()))


def _of_person() -> QuerySet[Any, Any]:
    """His memberships of today, and his declared relations to the party."""
    number = BigIntegerField()
    held = Membership.objects.valid_on(_DAY).filter(user_id=_USER).order_by()
    relations = Relation.objects.filter(user_id=_USER, organ_id=_PARTY, valid_from__lte=_DAY)
    declared = relations.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=_DAY)).order_by()
    undated = declared.annotate(
        nothing=Value(0, output_field=number),
        nowhere=Value("", output_field=CharField(max_length=30)),
        above=F("organ_id"),
    )
    return held.values_list("id", "role", "organ_id", "organ__parent_id").union(
        undated.values_list("nothing", "nowhere", "organ_id", "above"), all=True
    )


_STANDING: Reading[tuple[int, str, int, int | None]] = Reading(_of_person)


class OrganizationsDirectory:
    """The real one. It lives as long as one act and asks no question twice."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self._standings: dict[tuple[int, int], Standing] = {}
        self._organs: dict[tuple[str, str, str | None], Organ] = {}

    def organ(
        self, process: Process, *, role: str, scope: str | None, key: str | None
    ) -> Organ | None:
        """By `organizations.holders`; a step nobody can hold is a fault of the flow."""
        if process.party is None:
            raise FlowFault("no_party")
        asked = (role, scope or "city", key)
        if asked not in self._organs:
            self._organs[asked] = _organ(process, *asked)
        return self._organs[asked]

    def person(self, named: int | str) -> Person | None:
        """One query."""
        wanted = {"pk": named} if isinstance(named, int) else {"username": named}
        found: User | None = User.objects.filter(is_active=True, **wanted).first()
        return found

    def position(self, user: Person, task: Task, process: Process) -> Position | None:
        """One query, which also answers `barred`; a second for exceptions when no position fits."""
        held = matching(self.standing(user, process).positions, task.role, task.organ_id)
        return held or _granted(user, task)

    def barred(self, user: Person, task: Task, process: Process) -> bool:
        """Applicants act on their own case; for everybody else own interest bars."""
        if process.party_id is None or task.role in APPLICANT_ROLES:
            return False
        return self.standing(user, process).tied

    def standing(self, user: Person, process: Process) -> Standing:
        """Positions and ties in one statement (`organizations.positions` and `.conflicts`)."""
        asked = (user.pk, process.party_id or 0)
        if asked not in self._standings:
            self._standings[asked] = _standing(cast(User, user), asked[1])
        return self._standings[asked]


def _standing(user: User, party: int) -> Standing:
    """As `organizations.conflicts` says: staff of the party and of what is directly below it, and
    declared relations. An inactive account has no positions, but keeps its ties."""
    rows = _STANDING.run(user=user.pk, party=party, day=clock.today())
    held = sorted(row for row in rows if row[1]) if user.is_active else []
    return Standing(
        tuple(Position(role, organ, acting_roles(role)) for _pk, role, organ, _above in held),
        any(party in (organ, above) for _pk, _role, organ, above in rows),
    )


def _organ(process: Process, role: str, scope: str, key: str | None) -> Organ:
    found = resolve_organ(
        city=process.city,
        role=role,
        scope=scope,
        county=process.county,
        party=cast(Organ, process.party),
        key=key,
    )
    if found is None:
        raise FlowFault(f"missing_organ: {key or role}")
    return found


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
