"""The queue: what waits for me or my office, soonest deadline first, at any number of cases.

One index range per (role, organ) over the partial index of open tasks, keyset pagination, no COUNT
and no OFFSET: a page costs the same at a thousand and at a million open tasks (performance.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Value

from workflows import ranges
from workflows.cases import World
from workflows.conflicting import tied_parties
from workflows.errors import NotVisible
from workflows.models import Process, Task
from workflows.operations.deciding import sight
from workflows.ranges import Count, Filter, Part, Scope
from workflows.recusals import recused_cases

if TYPE_CHECKING:
    from organizations.models import User
    from organizations.positions import Position

__all__ = [
    "Count",
    "Filter",
    "Mark",
    "Page",
    "Scope",
    "agent_scope",
    "count_label",
    "counts",
    "hidden_from",
    "office_scope",
    "open_count",
    "own_scope",
    "page",
    "page_of",
    "visible_task",
    "whole_scope",
]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended: the last task's deadline and number."""

    due_at: datetime | None
    id: int

    def as_text(self) -> str:
        """For a link to the next page."""
        return f"{self.due_at.isoformat() if self.due_at else ''}~{self.id}"

    @classmethod
    def from_text(cls, text: str) -> Mark | None:
        """None for anything that is no mark: the first page then."""
        due, _separator, number = text.rpartition("~")
        try:
            moment = datetime.fromisoformat(due) if due else None
            return cls(moment, int(number)) if moment is None or moment.tzinfo else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Page:
    """Tasks with process, organ and owner; `after` leads to the next page, None = the last.

    `partial`: the search stopped at its window before the page was full; `after` looks on.
    """

    tasks: list[Task]
    after: Mark | None
    partial: bool = False


def _offices(positions: Sequence[Position]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted({(role, held.organ_id) for held in positions for role in held.acting}))


def hidden_from(user_id: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(parties, cases) of which this person must not know: ties and recusals; one query."""
    case = Value(True, BooleanField())
    tied = tied_parties(user_id).annotate(is_case=Value(False, BooleanField()))
    left = recused_cases(user_id).annotate(is_case=case)
    rows = list(tied.values_list("pk", "is_case").union(left.values_list("process_id", "is_case")))
    parties = sorted(number for number, is_case in rows if not is_case)
    return tuple(parties), tuple(sorted(number for number, is_case in rows if is_case))


def whole_scope(positions: Sequence[Position], user: User) -> Scope:
    """Mine, and what nobody of my offices has taken. One query (what is hidden from me)."""
    parties, cases = hidden_from(user.pk)
    return Scope(_offices(positions), user.pk, without=parties, recused=cases)


def agent_scope(own: Scope, principal: int, positions: Sequence[Position]) -> Scope:
    """What a principal would find, as far as the agency reaches, without what is hidden from
    either of the two; `own` is the agent's. One query."""
    parties, cases = hidden_from(principal)
    offices = _offices(positions)
    return Scope(
        offices,
        principal,
        without=tuple(sorted({*own.without, *parties})),
        recused=tuple(sorted({*own.recused, *cases})),
        roles=tuple(sorted({role for role, _organ in offices})),
    )


def own_scope(scope: Scope) -> Scope:
    """Only what this person has taken himself."""
    return replace(scope, offices=())


def office_scope(scope: Scope, position: Position) -> Scope:
    """Everything at one post, also what colleagues have taken."""
    return replace(scope, offices=_offices([position]), mine=False, colleagues=True)


def page(
    positions: Sequence[Position],
    user: User,
    *,
    after: Mark | None = None,
    size: int = 25,
    city: str | None = None,
    phase: str | None = None,
) -> Page:
    """Mine, and what nobody of my offices has taken; three statements at any size.

    What a colleague has taken is not listed but stays reachable by `visible_task`; cases of an
    organ in which the user has an interest are never listed.
    """
    condition = Part()
    for column, wanted in (("city", city), ("phase", phase)):
        if wanted:
            condition = condition.and_(f"p.{column} = %s", wanted)
    return page_of(whole_scope(positions, user), Filter(condition), after=after, size=size)


def page_of(scope: Scope, wanted: Filter, *, after: Mark | None = None, size: int = 25) -> Page:
    """One page of a search; two statements, one when nothing is found."""
    behind = (after.due_at, after.id) if after is not None else None
    found, horizon = ranges.hits(scope, wanted, behind, size + 1)
    numbers = [number for number, _due in found[:size]]
    rows = Task.objects.select_related("process__party", "process__county", "organ", "owner")
    by_number = rows.in_bulk(numbers) if numbers else {}
    tasks = [by_number[number] for number in numbers if number in by_number]
    if len(found) > size:
        return Page(tasks, Mark(found[size - 1][1], found[size - 1][0]))
    if horizon is not None:
        return Page(tasks, Mark(horizon[1], horizon[0]), partial=True)
    return Page(tasks, None)


def counts(asked: Mapping[str, tuple[Scope, Filter]]) -> dict[str, Count]:
    """How many each of the searches holds; one statement, bounded."""
    return ranges.counts(asked)


def open_count(positions: Sequence[Position], user: User, limit: int = 1000) -> int:
    """How many wait, counted up to limit + 1 (which means "more than limit")."""
    found = ranges.counts({"all": (whole_scope(positions, user), Filter())}, limit)["all"]
    return found.number + 1 if found.more else found.number


def count_label(number: int, limit: int = 1000) -> str:
    """`37`, or `1000+` beyond the limit."""
    return f"{limit}+" if number > limit else str(number)


def visible_task(user: User, task_id: int, *, world: World | None = None) -> Task:
    """The human task if this person may know of it, in whatever state; else NotVisible.

    Who has left the post is told so at the act, but reads nothing more."""
    rows = Task.objects.select_related(
        "process__party", "process__county", "organ", "owner", "actor"
    )
    task: Task | None = rows.filter(pk=task_id).first()
    if task is None:
        raise NotVisible
    process: Process = task.process
    if sight(task, process, user, world or World()) is None:
        raise NotVisible
    return task
