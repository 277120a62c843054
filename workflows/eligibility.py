"""Who may be given a seat by a person: as a signer, as the next holder, as one who is consulted.

He must exist and be active, hold a post that fits, have no seat that counts in this step (I5), no
tie to the applicant, must not have been recused from the case, and be fit for the role (`fitness`).
An expert's seat is shared with experts only, whatever for.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Q
from django.utils.translation import gettext as _

import clock
from organizations.conflicts import conflicted
from organizations.models import Membership, User
from organizations.positions import positions
from organizations.roles import roles_acting_as
from workflows import fitness
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

    Raises WrongState: unknown_user, already_counted, recused_user, no_position, not_fit.
    """
    seated = set(counted_people(seats_of_step(task)))
    duty = same_duty or task.role in _PERSONAL
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
        role, organ = _post(person, task, process, world, same_duty=duty)
        _is_fit(person, role, process)
        found.append(Post(person=person.pk, role=role, organ=organ, by=by))
        seated.add(person.pk)
    return found


def _not_recused(person: Person, task: Task, process: Process, world: World) -> None:
    if world.directory.barred(person, task, process) or person.pk in recused(process):
        raise WrongState(_("%s应当回避本办件，请另选他人。") % person.name, code="recused_user")


def _is_fit(person: Person, role: str, process: Process) -> None:
    if fitness.unfit(role, process, [person.pk]):
        raise WrongState(
            _("%s目前不符合担任本席位的条件，请另选他人。") % person.name, code="not_fit"
        )


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


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Whom a page offers, by name."""

    duty: tuple[User, ...] = ()
    """Who may have the seat itself, or one that counts beside it."""
    advice: tuple[User, ...] = ()
    """Who may be heard; for an expert's seat experts only."""


def colleagues(task: Task, *, without: int) -> Colleagues:
    """Who may be given a seat of this step by `without`: six queries, whatever the number of
    people; fewer when nobody else has a post there."""
    if task.organ is None or task.role in APPLICANT_ROLES:
        return Colleagues()
    held = Membership.objects.valid_on(clock.today()).filter(organ=task.organ)
    posts = [post for post in held.values_list("user_id", "role") if post[0] != without]
    wanted = roles_acting_as(task.role)
    duty = {person for person, role in posts if role in wanted}
    heard = {person for person, role in posts if role not in _PERSONAL | APPLICANT_ROLES}
    advice = duty if task.role in _PERSONAL else heard
    if not duty | advice:
        return Colleagues()
    away = _kept_away(task, duty | advice)
    people = User.objects.filter(is_active=True, pk__in=(duty | advice) - away)
    found = sorted(people, key=lambda one: one.name)
    return Colleagues(
        duty=tuple(one for one in found if one.pk in duty),
        advice=tuple(one for one in found if one.pk in advice),
    )


def _kept_away(task: Task, people: set[int]) -> set[int]:
    """Who has a seat that counts, was recused, has a tie, or is not fit for the role."""
    away = {*counted_people(seats_of_step(task)), *recused(task.process)}
    if task.process.party is not None:
        away |= conflicted(task.process.party, people)
    return away | fitness.unfit(task.role, task.process, people)
