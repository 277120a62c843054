"""The lines of a run with what has to be known of each: read once, for page, trial and start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.programs.models import Program
from approvals.reviews import steps
from approvals.worklist.models import BulkLine, BulkRun
from approvals.worklist.rows import cases_of
from organizations.agencies import positions_by_agency
from organizations.models import User
from organizations.positions import Position, positions
from workflows import queue
from workflows.choices import offered
from workflows.directory import matching
from workflows.models import Task


@dataclass(frozen=True, slots=True)
class Entry:
    """One line; `case` is None when the person must not (or no longer) know of it; `is_hidden`
    when not even that there is such a case: his tie or recusal, or his principal's."""

    line: BulkLine
    case: Application | None
    position: Position | None
    is_hidden: bool = False

    @property
    def task(self) -> Task:
        task: Task = self.line.task
        return task


def entries_of(run: BulkRun) -> list[Entry]:
    """Every line, in the order of the list; seven queries at any number of lines."""
    user = run.owner
    lines = list(
        run.lines.select_related(
            "task__process__party", "task__organ", "task__owner", "task__actor"
        )
    )
    held = (*positions(user), *positions_by_agency(user))
    hidden = _Hidden(user.pk)
    cases = cases_of([line.task for line in lines])
    _with_contents(list(cases.values()))
    found = []
    for line in lines:
        task = line.task
        position = matching(held, task.role, task.organ_id)
        strange = task.role == "expert" and user.pk not in (task.owner_id, task.actor_id)
        unseen = position is None or (strange and not (task.is_open and task.owner_id is None))
        barred = hidden.covers(task, position)
        case = None if unseen or barred else cases.get(task.process_id)
        if case is not None:
            case.process = task.process
        found.append(Entry(line, case, position, barred))
    return found


class _Hidden:
    """What the person must not know of, and for an agency his principal; one query each."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.known: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {}

    def covers(self, task: Task, position: Position | None) -> bool:
        principal = position.principal_id if position is not None else None
        people = [self.user_id, *([principal] if principal is not None else [])]
        return any(self._covers(person, task) for person in people)

    def _covers(self, person: int, task: Task) -> bool:
        if person not in self.known:
            self.known[person] = queue.hidden_from(person)
        parties, cases = self.known[person]
        tied = task.process.party_id in parties and task.role not in FILING_ROLES
        return tied or task.process_id in cases


def _with_contents(cases: Sequence[Application]) -> None:
    """The policy of each program, once: the forms of the steps stand in it."""
    numbers = {case.program_id for case in cases}
    contents = dict(Program.objects.filter(pk__in=numbers).values_list("pk", "content"))
    for case in cases:
        case.program.content = contents[case.program_id]


def outcomes_of(entries: Sequence[Entry]) -> list[tuple[str, str, int]]:
    """(outcome, label, how many of the lines know it), the most frequent first."""
    found: dict[str, tuple[str, int]] = {}
    for entry in entries:
        if entry.case is None or not entry.task.is_open or entry.task.role in FILING_ROLES:
            continue
        form = steps.form_of(entry.case, entry.task)
        for outcome in offered(entry.task)[0]:
            label, number = found.get(outcome, (form.outcome(outcome).label, 0))
            found[outcome] = (label, number + 1)
    listed = [(outcome, label, number) for outcome, (label, number) in found.items()]
    return sorted(listed, key=lambda one: -one[2])


def own_acts(user: User, entries: Sequence[Entry]) -> dict[int, list[Task]]:
    """What this person, and for whom he is agent, have done in these cases, by process: for the
    rule of four eyes; one query."""
    processes = {entry.task.process_id for entry in entries}
    principals = {entry.position.principal_id for entry in entries if entry.position is not None}
    found: dict[int, list[Task]] = {}
    for task in Task.objects.filter(
        process__in=processes, actor__in=[user.pk, *(principals - {None})]
    ):
        found.setdefault(task.process_id, []).append(task)
    return found
