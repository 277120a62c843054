"""Seats that were just opened for a person who must stay away, or who has given them up before:
left at once (semantics C13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from organizations.conflicts import conflicted
from workflows import vacancies
from workflows.directory import APPLICANT_ROLES, OrganizationsDirectory
from workflows.models import Task
from workflows.nodes import panel
from workflows.nodes.ballot import LEFT
from workflows.nodes.human import HumanActivation
from workflows.recusals import recused_people

if TYPE_CHECKING:
    from workflows.execution import Execution

RECUSED = "recused"


def vacate(run: Execution) -> None:
    """Asks about seats that name a person; none are opened by most acts, then nothing is asked.

    Two queries, and what the rules of absence ask where a panel's seats open. Too few seats that
    count park the step until somebody is named.
    """
    named = [row for row in run.opened if _names_person(row)]
    if not named or not isinstance(run.directory, OrganizationsDirectory):
        return
    away = recused_people(run.process.pk)
    if run.process.party is not None:
        away |= conflicted(run.process.party, {cast(int, row.owner_id) for row in named})
    gone = vacancies.absent(run.process) if any(row.item for row in named) else frozenset()
    left = [row for row in named if row.owner_id in away | gone and row.is_open]
    for row in left:
        body = panel.body_of_seat(run, row)
        why = RECUSED if row.owner_id in away else LEFT
        panel.uncount(cast(HumanActivation, run.activation(row)), why)
        vacancies.fill(run, row)
        if body is not None:
            panel.reweigh(body)
    if left:
        run.drain()


def _names_person(row: Task) -> bool:
    return row.is_open and row.owner_id is not None and row.role not in APPLICANT_ROLES
