"""A registry: who takes a seat of a panel whose holder must stay away (semantics C13), and who
has given up his seat before it was opened.

The engine closes the seat and weighs the panel again; whether the step has a rule by which somebody
takes it at once (the next of a draw) is for an upper package to say, filled in `AppConfig.ready`.
Without one the panel goes on with a seat less, or waits for a replacement below its minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from workflows.directory import OrganizationsDirectory
from workflows.nodes import panel
from workflows.nodes.seat import SIGNER

if TYPE_CHECKING:
    from workflows.execution import Execution
    from workflows.models import Process, Task

Rule = Callable[["Process", "Task", frozenset[int]], Mapping[str, Any] | None]
"""Given the locked case, the seat that was left, and who holds or held a seat of the panel; answers
`{"person", "role", "organ", "by"}` as `panel.add_seat` takes it, or None."""

_rules: list[Rule] = []


def register(rule: Rule) -> None:
    """Publishes a rule; twice changes nothing. The first that names somebody wins."""
    if rule not in _rules:
        _rules.append(rule)


Absence = Callable[["Process"], frozenset[int]]
"""Given the case; people who do not come although the step names them. Asked when seats open."""

_absences: list[Absence] = []


def register_absence(absence: Absence) -> None:
    """Publishes a rule; twice changes nothing."""
    if absence not in _absences:
        _absences.append(absence)


def absent(process: Process) -> frozenset[int]:
    """Everybody who has given up a seat of this case; a query a rule."""
    return frozenset().union(*(absence(process) for absence in _absences))


def fill(run: Execution, seat: Task) -> bool:
    """Seats the rule's successor in the place of a seat that was just uncounted before it acted;
    False when there is none. Ask `panel.reweigh` afterwards."""
    body = panel.body_of_seat(run, seat)
    if not isinstance(body, panel.PanelActivation) or seat.data.get(SIGNER):
        return False
    if not isinstance(run.directory, OrganizationsDirectory):
        return False
    seated = frozenset(
        cast(int, person)
        for row in run.rows
        if row.parent_id == body.task.pk
        for person in (row.owner_id, row.actor_id)
        if person is not None
    )
    found = (rule(run.process, seat, seated) for rule in _rules)
    person = next((one for one in found if one is not None), None)
    if person is None:
        return False
    panel.add_seat(body, person, place=seat.data["seat"])
    return True
