"""What the row of a re-opened step remembers: why it is open again, and what follows it.

A return or a retraction opens a step by a new row. The row keeps, in its data, what was undone for
it and where the case is to go when the step is done.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from workflows.models import Process, Task

REOPENED = "return"
"""Key in a row's data."""

REPLAY, RESUME = "replay", "resume"
ANNULLED = "annulled"
"""Why a step is open again whose author must stay away; what he said is uncounted by this word."""
RETURNED, RETRACTED = "returned", "retracted"
"""Outcome of what was closed: the step went back; its author took his opinion back."""


@dataclass(slots=True)
class Reopening:
    """Why and how. Numbers are those of task rows."""

    number: int
    """Counts the re-openings of the case from 1."""
    mode: str
    by: int | None
    since: int
    """The material version when the step was opened again."""
    origin: str = ""
    """BPMN id of the step that returned."""
    why: str = RETURNED
    of: int | None = None
    """The earlier visit of the same step; None when the step had not been visited."""
    outcome: str | None = None
    """What that visit answered; going straight back needs the same answer."""
    undone: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    """Where the tokens were: rows that come again when the case goes straight back."""
    then: list[str] = field(default_factory=list)
    """Steps that are opened one after the other before that."""
    of_chain: bool = False
    """One of these steps itself: which are left is known."""
    resumed: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    """What the person said: reason and items."""

    def as_data(self) -> dict[str, Any]:
        """For the row."""
        return {REOPENED: asdict(self)}


def reopening_of(row: Task) -> Reopening | None:
    """None for a first visit; a seat knows what its panel knows by `row.parent`."""
    stored = row.data.get(REOPENED)
    return Reopening(**stored) if isinstance(stored, dict) else None


def first_entered(row: Task) -> datetime:
    """When the step of one seat was opened: what is open again since an opinion was taken back or
    annulled goes on from the visit before, a return begins anew. One query per such reopening."""
    again = reopening_of(row)
    while again is not None and again.why in {RETRACTED, ANNULLED}:
        earlier = Task.objects.filter(
            process=row.process_id, element=row.element, role=row.role, pk__lt=row.pk
        )
        before = earlier.filter(data__uncounted=again.why).order_by("-pk").first()
        if before is None:
            break
        row, again = before, reopening_of(before)
    return row.entered_at


def superseded(process: Process) -> frozenset[int]:
    """Tasks over which a return or a retraction has passed: what was said there does not count now.

    One query; a second one when the case was ever sent back.
    """
    marked = Task.objects.filter(process=process, data__has_key=REOPENED)
    found = [again for row in marked if (again := reopening_of(row)) is not None]
    if not found:
        return frozenset()
    resumed = {again.number for again in found if again.resumed}
    gone = {pk for again in found if again.number not in resumed for pk in again.undone}
    gone |= {again.of for again in found if again.number in resumed and again.of is not None}
    rows = Task.objects.filter(process=process).order_by("id").values_list("pk", "parent_id")
    for pk, parent in rows:
        if parent in gone:
            gone.add(pk)
    return frozenset(gone)


ARRIVAL = "restored"
"""Key in the data of an arrival that was put back at a join: the number of the re-opening."""
