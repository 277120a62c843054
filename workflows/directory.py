"""Who is who, as the engine asks it: really by organizations, in a simulation by its own."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, NamedTuple, Protocol, cast

from django.db.models import BigIntegerField, CharField, DateField, F, Q, QuerySet, Subquery, Value

import clock
from organizations.agencies import agent_scopes, positions_of
from organizations.conflicts import conflicted
from organizations.holders import (
    CITY_KINDS,
    kinds_for,
    organs_valid_on,
    preferred,
    resolve_organ,
)
from organizations.models import Membership, Organ, Relation, User
from organizations.permission_names import Permission
from organizations.permissions import grants_at
from organizations.positions import Position
from organizations.roles import Role, acting_roles
from prepared import Asked, Given, Reading, stored
from workflows.errors import FlowFault
from workflows.models import Process, Task
from workflows.recusals import Recusal, State, recused_people

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

    def awaits_ruling(self, user: Person, process: Process) -> bool:
        """Whether his recusal was asked for and is not ruled: he cannot act meanwhile."""

    def foreseen(self, user: Person, task_id: int) -> Asked | None:
        """What it reads about a person who acts on a task, so that the rows of the case can be read
        on the same way to the server; None: nothing."""

    def told(self, user: Person, process: Process, rows: list[Any]) -> object:
        """The answer to what was foreseen."""


class CityOrgan(NamedTuple):
    """One that holds steps by their role alone; its row is not read here."""

    kind: str
    pk: int
    key: str

    def row(self, city: str) -> Organ:
        """An instance of which the rest is read when it is asked for."""
        organ: Organ = stored(Organ, id=self.pk, city=city, kind=self.kind, key=self.key)
        return organ


@dataclass(frozen=True, slots=True)
class Standing:
    """A person before a case: his positions today, whether he is tied to its party, and the organs
    of its city that may have to act next."""

    positions: tuple[Position, ...]
    tied: bool
    """To the party, or recused from this very case."""
    awaits_ruling: bool
    organs: tuple[CityOrgan, ...]


_USER, _CASE, _TASK = (Given(name, BigIntegerField()) for name in ("user", "process", "task"))
_DAY = cast(Any, Given("day", DateField()))
_NO_NUMBER, _NO_TEXT = Value(0, BigIntegerField()), Value("", CharField(max_length=80))
_RECUSAL = -1
"""In the place of a post's number: the row is a recusal and its role the state."""


def _of_person(case: Any) -> QuerySet[Any, Any]:
    """His memberships of today, his declared relations to the party, his recusal in this case, the
    city's own organs. `case`: the number of the process, or what finds it."""
    named = Process.objects.filter(pk=case)
    party, city = (Subquery(named.values(name)) for name in ("party_id", "city"))
    held = Membership.objects.valid_on(_DAY).filter(user_id=_USER).order_by()
    relations = Relation.objects.filter(user_id=_USER, organ_id=party, valid_from__lte=_DAY)
    declared = relations.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=_DAY)).order_by()
    organs = organs_valid_on(cast(Any, city), _DAY).filter(kind__in=sorted(CITY_KINDS)).order_by()
    posts = held.annotate(no_key=_NO_TEXT)
    undated = declared.annotate(
        no_post=_NO_NUMBER, no_role=_NO_TEXT, above=F("organ_id"), no_key=_NO_TEXT
    )
    own = organs.annotate(no_post=_NO_NUMBER, above=F("parent_id"))
    live = Recusal.objects.filter(user_id=_USER, process_id=case).exclude(state=State.REFUSED)
    recused = live.order_by().annotate(
        no_post=Value(_RECUSAL, BigIntegerField()),
        nobody=_NO_NUMBER,
        above=_NO_NUMBER,
        no_key=_NO_TEXT,
    )
    return posts.values_list("id", "role", "organ_id", "organ__parent_id", "no_key").union(
        undated.values_list("no_post", "no_role", "organ_id", "above", "no_key"),
        own.values_list("no_post", "kind", "id", "above", "key"),
        recused.values_list("no_post", "state", "nobody", "above", "no_key"),
        all=True,
    )


_Found = tuple[int, str, int, int | None, str]
_STANDING: Reading[_Found] = Reading(lambda: _of_person(_CASE))
_STANDING_AT_TASK: Reading[_Found] = Reading(
    lambda: _of_person(Subquery(Task.objects.filter(pk=_TASK).values("process_id")))
)


class OrganizationsDirectory:
    """The real one. It lives as long as one act and asks no question twice."""

    def __init__(self) -> None:
        """Nothing is asked yet."""
        self._standings: dict[tuple[int, int | None], Standing] = {}
        self._organs: dict[tuple[str, str, str | None], Organ] = {}
        self._known: dict[str, tuple[CityOrgan, ...]] = {}

    def organ(
        self, process: Process, *, role: str, scope: str | None, key: str | None
    ) -> Organ | None:
        """By `organizations.holders`; a step nobody can hold is a fault of the flow."""
        if process.party_id is None:
            raise FlowFault("no_party")
        asked = (role, scope or "city", key)
        if asked not in self._organs:
            self._organs[asked] = self._found(process, *asked)
        return self._organs[asked]

    def _found(self, process: Process, role: str, scope: str, key: str | None) -> Organ:
        """Among those read beside the actor's posts, where the role alone decides."""
        known, kinds = self._known.get(process.city), kinds_for(role, scope)
        found: Organ | None
        if known is not None and kinds and not key:
            chosen = preferred(kinds, known)
            found = None if chosen is None else chosen.row(process.city)
        else:
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

    def person(self, named: int | str) -> Person | None:
        """One query."""
        wanted = {"pk": named} if isinstance(named, int) else {"username": named}
        found: User | None = User.objects.filter(is_active=True, **wanted).first()
        return found

    def position(self, user: Person, task: Task, process: Process) -> Position | None:
        """One query, which also answers `barred`; further ones for exceptions and agencies (代理)
        only when no own position fits or a colleague has taken the task."""
        held = matching(self.standing(user, process).positions, task.role, task.organ_id)
        if held is not None and task.owner_id in (None, user.pk):
            return held
        return self._deputed(user, task, process) or held or _granted(user, task)

    def _deputed(self, user: Person, task: Task, process: Process) -> Position | None:
        """The position of a principal for whom the user may act on this very task today.

        Who must stay away from the case has nobody act for him either.
        """
        if task.role in APPLICANT_ROLES:
            return None
        scopes = agent_scopes(cast(User, user))
        if task.owner_id is not None:
            scopes = {key: scope for key, scope in scopes.items() if key == task.owner_id}
        held = matching(positions_of(scopes), task.role, task.organ_id)
        if held is None or process.party is None:
            return held
        principal = held.principal_id or 0
        if conflicted(process.party, [principal]) or principal in recused_people(process.pk):
            return None
        return held

    def barred(self, user: Person, task: Task, process: Process) -> bool:
        """Applicants act on their own case; for everybody else own interest bars."""
        if process.party_id is None or task.role in APPLICANT_ROLES:
            return False
        return self.standing(user, process).tied

    def awaits_ruling(self, user: Person, process: Process) -> bool:
        """Answered by the same query."""
        return self.standing(user, process).awaits_ruling

    def standing(self, user: Person, process: Process) -> Standing:
        """Positions and ties in one statement (`organizations.positions` and `.conflicts`), and
        with them the organs among which `organ` will look."""
        found = self._standings.get((user.pk, process.pk))
        if found is None:
            day = clock.today()
            rows = _STANDING.run(user=user.pk, process=process.pk, day=day)
            found = self.told(user, process, rows)
        return found

    def foreseen(self, user: Person, task_id: int) -> Asked | None:
        """His standing in the task's case."""
        return _STANDING_AT_TASK, {"user": user.pk, "task": task_id, "day": clock.today()}

    def told(self, user: Person, process: Process, rows: list[Any]) -> Standing:
        """Keeps it for the time of the act."""
        found = _standing(cast(User, user), process, rows)
        self._standings[user.pk, process.pk] = found
        self._known[process.city] = found.organs
        return found


def _standing(user: User, process: Process, rows: list[Any]) -> Standing:
    """As `organizations.conflicts` says: staff of the party and of what is directly below it, and
    declared relations. An inactive account has no positions, but keeps its ties."""
    party = process.party_id or 0
    own = sorted((row for row in rows if row[4]), key=itemgetter(4))
    recusals = {row[1] for row in rows if row[0] == _RECUSAL}
    ties = [row for row in rows if not row[4] and row[0] != _RECUSAL]
    held = sorted(row for row in ties if row[1]) if user.is_active else []
    return Standing(
        tuple(Position(role, organ, acting_roles(role)) for _pk, role, organ, _above, _key in held),
        State.IN_FORCE in recusals
        or any(party in (organ, above) for _pk, _role, organ, above, _key in ties),
        State.REQUESTED in recusals,
        tuple(CityOrgan(kind, organ, key) for _pk, kind, organ, _above, key in own),
    )


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
