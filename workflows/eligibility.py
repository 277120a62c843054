"""Who may be given a seat by a person: as a signer, as the next holder, as one who is consulted.

He must exist and be active, hold a post that fits, have no seat that counts in this step (I5), no
tie to the applicant, and must not have been recused from the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Q
from django.utils.translation import gettext as _

import clock
from organizations.conflicts import conflicted
from organizations.holders import holders
from organizations.models import Membership, User
from organizations.positions import positions
from workflows.cases import World
from workflows.directory import APPLICANT_ROLES
from workflows.errors import WrongState
from workflows.models import Process, Task
from workflows.seating import counted_people, seats_of_step

if TYPE_CHECKING:
    from workflows.directory import Person

_PERSONAL = frozenset({"expert"})
"""A post in the pool is no post of an organ: it is not asked for advice by it."""


class Post(TypedDict):
    """A person on a seat: with which role, where, and who put him there."""

    person: int
    role: str
    organ: int | None
    by: int


def posts_of(
    numbers: Sequence[int],
    *,
    task: Task,
    process: Process,
    by: int,
    world: World,
    same_duty: bool,
) -> list[Post]:
    """The people as the seat's data keep them. `same_duty`: their seat counts in a step reserved to
    a role, so they must hold it; else any post at the organ will do.

    Raises WrongState: unknown_user, already_counted, recused_user, no_position.
    """
    seated = set(counted_people(seats_of_step(task)))
    found: list[Post] = []
    for number in numbers:
        person = world.directory.person(int(number))
        if person is None:
            raise WrongState(_("没有这个人员，或者该账号已停用。"), code="unknown_user")
        if person.pk in seated or person.pk == by:
            raise WrongState(
                _("%s在本环节已有席位，不能重复计入。") % person.name, code="already_counted"
            )
        _not_recused(person, task, process, world)
        role, organ = _post(person, task, process, world, same_duty=same_duty)
        found.append(Post(person=person.pk, role=role, organ=organ, by=by))
        seated.add(person.pk)
    return found


def _not_recused(person: Person, task: Task, process: Process, world: World) -> None:
    if world.directory.barred(person, task, process) or person.pk in recused(process):
        raise WrongState(_("%s应当回避本办件，请另选他人。") % person.name, code="recused_user")


def recused(process: Process) -> frozenset[int]:
    """Who has left a seat of this case by recusal; one query."""
    left = Q(outcome="recused") | Q(data__uncounted="annulled")
    rows = Task.objects.filter(left, process=process).values_list("owner_id", "actor_id")
    return frozenset(person for row in rows for person in row if person is not None)


def _post(
    person: Person, task: Task, process: Process, world: World, *, same_duty: bool
) -> tuple[str, int | None]:
    probe = copy(task)
    probe.owner = None
    held = world.directory.position(person, probe, process)
    if held is not None and held.principal_id is None:
        return task.role, task.organ_id
    if not same_duty and task.organ_id is not None:
        for position in positions(cast(User, person)):
            if position.organ_id == task.organ_id and position.role not in _PERSONAL:
                return position.role, task.organ_id
    raise WrongState(
        _("%s没有可以担任本席位的岗位，请从名单中选择。") % person.name, code="no_position"
    )


def candidates(task: Task, *, same_duty: bool, without: int) -> list[User]:
    """Whom a page offers, by name: a handful of queries, whatever the number of people."""
    if task.organ is None or task.role in APPLICANT_ROLES:
        return []
    people = holders(task.role, task.organ) if same_duty else _colleagues(task.organ.pk)
    taken = counted_people(seats_of_step(task)) | recused(task.process) | {without}
    offered = [person for person in people if person.pk not in taken]
    party = task.process.party
    tied: Any = conflicted(party, [person.pk for person in offered]) if party is not None else ()
    return sorted((one for one in offered if one.pk not in tied), key=lambda one: one.name)


def _colleagues(organ_id: int) -> list[User]:
    held = Membership.objects.valid_on(clock.today()).filter(organ_id=organ_id)
    posts = held.exclude(role__in=_PERSONAL | APPLICANT_ROLES)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user_id")))
