"""Seats that were just opened for a person who must stay away, or who has given them up before:
left at once (semantics C13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from organizations.conflicts import conflicted
from workflows import vacancies
from workflows.directory import APPLICANT_ROLES, OrganizationsDirectory
from workflows.models import LIVE, Task
from workflows.nodes import panel
from workflows.nodes.ballot import LEFT
from workflows.nodes.human import HumanActivation
from workflows.recusals import recused_people

if TYPE_CHECKING:
    from workflows.execution import Execution

RECUSED = "recused"


def vacate(run: Execution) -> None:
    """Asks about seats that name a person; none are opened by most acts, then nothing is asked.

    Two queries, and what the rules of absence ask where a panel's seats open; the same again for
    seats that open because of it, as the next of a sequence. Too few seats that count park the
    step until somebody is named.
    """
    asked: set[int] = set()
    while True:
        named = [row for row in run.opened if _names_person(row) and id(row) not in asked]
        if not named or not isinstance(run.directory, OrganizationsDirectory):
            return
        asked.update(id(row) for row in named)
        gone = _away(run, named), _absent(run, named)
        if not _leave(run, named, *gone):
            return
        run.drain()


def _away(run: Execution, named: list[Task]) -> set[int]:
    away = set(recused_people(run.process.pk))
    if run.process.party is not None:
        away |= conflicted(run.process.party, {cast(int, row.owner_id) for row in named})
    return away


def _absent(run: Execution, named: list[Task]) -> frozenset[int]:
    return vacancies.absent(run.process) if any(row.item for row in named) else frozenset()


def _leave(run: Execution, named: list[Task], away: set[int], gone: frozenset[int]) -> bool:
    """All of them before any panel is weighed: it must not be decided between two who leave. False
    when nobody does."""
    bodies: dict[int, panel.Counting] = {}
    left = [row for row in named if row.owner_id in away | gone]
    for row in left:
        body = panel.body_of_seat(run, row)
        why = RECUSED if row.owner_id in away else LEFT
        panel.uncount(cast(HumanActivation, run.activation(row)), why)
        vacancies.fill(run, row)
        if body is not None:
            bodies[id(body.task)] = body
    for body in bodies.values():
        if body.task.status in LIVE:
            panel.reweigh(body)
    return bool(left)


def _names_person(row: Task) -> bool:
    return row.is_open and row.owner_id is not None and row.role not in APPLICANT_ROLES
