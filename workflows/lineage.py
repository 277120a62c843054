"""Where the tokens of a case came from: its rows as a graph of visits, each after what led to it.

A row does not name its predecessor; it names its arrow (`via`), and the predecessor is the last
visit of the arrow's source in the same scope that had ended when the row was entered. What a return
or a retraction has undone is left out, so the graph is the history that counts now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from viewflow.workflow.status import STATUS

from workflows.models import Process, Task
from workflows.nodes.boundary import BoundaryEvent
from workflows.nodes.events import Start
from workflows.nodes.gateways import JOINED, InclusiveGateway, JoinGateway
from workflows.nodes.seat import SIGNERS
from workflows.reopened import Reopening, reopening_of

if TYPE_CHECKING:
    from workflows.execution import Execution

_PASSED_BY = "skipped"
"""Outcome of a parked row that the flow administrator took as passed (`operations.mending`)."""


class Lineage:
    """The graph of one case; ids are numbers of task rows."""

    def __init__(self, rows: Iterable[Task], unwritten: Iterable[Task] = ()) -> None:
        """`rows` are all rows of the case, members of repeated steps included; `unwritten` those a
        pass has made: they have no number yet, but what they have undone is undone."""
        self.rows = {row.pk: row for row in sorted(rows, key=lambda row: row.pk)}
        self._unwritten = tuple(unwritten)
        undone = self._undone()
        self._visits: dict[tuple[int | None, str], list[Task]] = defaultdict(list)
        self.present = [row for row in self.rows.values() if row.pk not in undone]
        for row in self.present:
            if not row.item:
                self._visits[self.place(row), row.element].append(row)
        self._after: dict[int, list[int]] = defaultdict(list)
        self._before = {row.pk: self._found_before(row) for row in self.present}
        for pk, earlier in self._before.items():
            for row in earlier:
                self._after[row.pk].append(pk)

    @classmethod
    def of(cls, process: Process) -> Lineage:
        """As it is stored; one query."""
        return cls(Task.objects.filter(process=process))

    @classmethod
    def during(cls, run: Execution) -> Lineage:
        """As it is now in a pass that has not been written; one query."""
        now = {**run.changed, **{row.pk: row for row in run.rows if row.pk is not None}}
        stored = Task.objects.filter(process=run.process)
        unwritten = [row for row in run.created if row.pk is None]
        return cls([now.get(row.pk, row) for row in stored], unwritten)

    def _undone(self) -> frozenset[int]:
        """What returns have taken back, unless the case went straight back to where it was."""
        found = [again for _row, again in self.reopenings()]
        resumed = {again.number for again in found if again.resumed}
        gone = [again.undone for again in found if again.number not in resumed]
        return frozenset(pk for undone in gone for pk in undone)

    def reopenings(self) -> Iterator[tuple[Task, Reopening]]:
        """Rows of steps that were opened again, and why."""
        for row in (*self.rows.values(), *self._unwritten):
            again = reopening_of(row)
            if again is not None:
                yield row, again

    def place(self, row: Task) -> int | None:
        """The scope in which the row's token goes on; None = the process itself."""
        parent = self.rows.get(row.parent_id) if row.parent_id is not None else None
        inside = parent if parent is not None and _hangs_on(row, parent) else row
        found: int | None = inside.parent_id
        return found

    def around(self, row: Task) -> Iterator[Task]:
        """The row and what encloses it, outwards; of a seat its panel."""
        current: Task | None = row
        while current is not None:
            if not current.item and current.flow_task_type != SIGNERS:
                yield current
            current = self.rows.get(current.parent_id) if current.parent_id is not None else None

    # One step back

    def before(self, row: Task) -> list[Task]:
        """The visits this one came from: one, or those that a join has joined."""
        return self._before.get(row.pk, [])

    def _found_before(self, row: Task) -> list[Task]:
        came = self._came_from(row)
        return [*came, *self.joined(row)] if is_firing(row) else came

    def _came_from(self, row: Task) -> list[Task]:
        parent = self.rows.get(row.parent_id) if row.parent_id is not None else None
        if parent is not None and _hangs_on(row, parent):
            return [parent]
        if isinstance(row.flow_task, Start) or row.flow_task.element.triggered or row.item:
            return []
        if not row.via:
            return self._moved_from(row)
        flow = row.flow_task.flow_class.model.flows.get(row.via)
        visits = self._visits[self.place(row), flow.source] if flow is not None else []
        earlier = [seen for seen in visits if _has_ended(seen) and self._is_earlier(seen, row)]
        return earlier[-1:]

    def _moved_from(self, row: Task) -> list[Task]:
        """The administrator put the token here: it came from where he took it away."""
        cause = self.rows.get(row.cause_id) if row.cause_id is not None else None
        return [cause] if cause is not None and self.place(cause) == self.place(row) else []

    def _is_earlier(self, seen: Task, row: Task) -> bool:
        """An event at an edge may be written after what it led to; its host never is."""
        parent = self.rows.get(seen.parent_id) if seen.parent_id is not None else None
        written = parent.pk if parent is not None and _hangs_on(seen, parent) else seen.pk
        ended = seen.finished is None or seen.finished <= row.entered_at
        return bool(written < row.pk and ended)

    def joined(self, firing: Task) -> list[Task]:
        """The other arrivals that went into a join's firing."""
        visits = self._visits[self.place(firing), firing.element]
        return [row for row in visits if row.outcome == JOINED and row.finished == firing.finished]

    # Many steps

    def ancestors(self, row: Task) -> set[int]:
        """Everything that led to the row, in its scope."""
        found: set[int] = set()
        frontier = [row]
        while frontier:
            for earlier in self.before(frontier.pop()):
                if earlier.pk not in found:
                    found.add(earlier.pk)
                    frontier.append(earlier)
        return found

    def visits_of(self, row: Task) -> set[int]:
        """The row, and the visits of the same step for which the case came back and went on."""
        found = {row.pk}
        links = [
            (seen.pk, again.of)
            for seen, again in self.reopenings()
            if again.resumed and again.of is not None and seen.pk is not None
        ]
        while grown := {pk for link in links for pk in link if found & set(link)} - found:
            found |= grown
        return found

    def descendants(self, bases: Iterable[int]) -> set[int]:
        """Everything that came after the given visits.

        An inclusive join waits for what can still come, so what it did after one of the visits had
        ended came after it, if a token at that visit could have reached it.
        """
        origins = [self.rows[pk] for pk in bases]
        found: set[int] = set()
        frontier = [row.pk for row in origins]
        frontier += [row.pk for row in self.present if any(_waited(row, o, self) for o in origins)]
        found.update(set(frontier) - {row.pk for row in origins})
        while frontier:
            for pk in self._after[frontier.pop()]:
                if pk not in found:
                    found.add(pk)
                    frontier.append(pk)
        return found

    def arrivals_outside(self, gone: set[int], bases: Iterable[int]) -> list[Task]:
        """Tokens from elsewhere that a join in `gone` has taken up: each arrival row once."""
        found, within = [], gone | set(bases)
        for pk in sorted(gone):
            row = self.rows[pk]
            if not is_firing(row):
                continue
            for arrival in (row, *self.joined(row)):
                if not any(earlier.pk in within for earlier in self._came_from(arrival)):
                    found.append(arrival)
        return found


def is_firing(row: Task) -> bool:
    """The row of a join by which its one token left."""
    is_join = isinstance(row.flow_task, JoinGateway)
    return bool(is_join and row.status == STATUS.DONE and row.outcome != JOINED)


def is_passed(row: Task) -> bool:
    """The row of a step that somebody or something finished."""
    return _has_ended(row)


def _has_ended(row: Task) -> bool:
    left = row.status == STATUS.REVIVED and row.outcome == _PASSED_BY
    return bool(left or row.status == STATUS.DONE)


def _hangs_on(row: Task, parent: Task) -> bool:
    """At the edge of a step, or one of the rivals behind an event gateway."""
    at_gateway = parent.flow_task.element.kind == "eventBasedGateway"
    return isinstance(row.flow_task, BoundaryEvent) or at_gateway


def _waited(row: Task, origin: Task, lineage: Lineage) -> bool:
    join = row.flow_task
    if not isinstance(join, InclusiveGateway) or not is_firing(row) or origin.finished is None:
        return False
    if lineage.place(row) != lineage.place(origin) or join is origin.flow_task:
        return False
    later = row.finished is not None and row.finished >= origin.finished
    return later and join.reached_from(origin.flow_task)
