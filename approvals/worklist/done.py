"""What a person has decided himself, newest first, as far as he may still read it."""

from __future__ import annotations

from dataclasses import dataclass

from approvals.applications.models import Application
from approvals.programs.form_schema import task_form_of
from approvals.programs.models import Program
from approvals.reviews.models import Opinion
from approvals.worklist.rows import cases_of
from workflows.models import Task
from workflows.queue import Filter, Scope
from workflows.ranges import WINDOW, Part, run

_OPINION = Opinion._meta.db_table
_TASK = Task._meta.db_table


@dataclass(frozen=True, slots=True)
class DoneRow:
    """One act of this person."""

    opinion: Opinion
    application: Application
    outcome: str


@dataclass(frozen=True, slots=True)
class DonePage:
    """`after` is the number of the last opinion looked at; None = to the end."""

    rows: list[DoneRow]
    after: int | None
    partial: bool = False


def done_page(
    scope: Scope, wanted: Filter, *, after: int | None = None, size: int = 25
) -> DonePage:
    """Four statements at any size: looks through at most WINDOW of the person's own opinions."""
    found, horizon = _numbers(scope, wanted, after, size + 1)
    listed = found[:size]
    more = len(found) > size
    rows = _rows(scope.user_id, listed)
    if more:
        return DonePage(rows, listed[-1])
    return DonePage(rows, horizon, partial=horizon is not None)


def _numbers(
    scope: Scope, wanted: Filter, after: int | None, limit: int
) -> tuple[list[int], int | None]:
    """Opinions on tasks of posts the person still holds, without cases he must not see."""
    own = Part(
        f"SELECT o.id, o.task_id FROM {_OPINION} o WHERE o.author_id = %s",  # noqa: S608
        (scope.user_id,),
    )
    own += Part(" AND o.id < %s", (after,)) if after is not None else Part()
    window = Part("(") + own + Part(" ORDER BY o.id DESC LIMIT %s) w", (WINDOW,))
    posts = " OR ".join(["(t.role = %s AND t.organ_id = %s)"] * len(scope.offices)) or "1 = 0"
    held = Part(f" AND ({posts})", tuple(value for office in scope.offices for value in office))
    hits = Part("SELECT w.id, 1 AS hit FROM ") + window
    hits += Part(f" JOIN {_TASK} t ON t.id = w.task_id JOIN workflows_process p")
    hits += Part(" ON p.id = t.process_id WHERE 1 = 1") + held + scope.hidden()
    hits += wanted.condition + wanted.bounds()
    hits += Part(" ORDER BY w.id DESC LIMIT %s", (limit,))
    end = Part("SELECT s.id, 0 AS hit FROM (") + own
    end += Part(" ORDER BY o.id DESC LIMIT 1 OFFSET %s) s", (WINDOW - 1,))
    statement = f"SELECT * FROM ({hits.text}) h UNION ALL {end.text}"  # noqa: S608 - our own words
    rows = run(statement, [hits, end])
    numbers = sorted((number for number, hit in rows if hit), reverse=True)
    return numbers, next((number for number, hit in rows if not hit), None)


def _rows(user_id: int, numbers: list[int]) -> list[DoneRow]:
    opinions = Opinion.objects.filter(pk__in=numbers, author=user_id).select_related(
        "task__process", "organ"
    )
    by_number = {opinion.pk: opinion for opinion in opinions}
    found = [by_number[number] for number in numbers if number in by_number]
    cases = cases_of([opinion.task for opinion in found])
    contents = _contents({case.program_id for case in cases.values()})
    rows = []
    for opinion in found:
        case = cases.get(opinion.task.process_id)
        if case is not None:
            case.process = opinion.task.process
            form = task_form_of(contents[case.program_id], opinion.form, opinion.step)
            rows.append(DoneRow(opinion, case, form.outcome(opinion.outcome).label))
    return rows


def _contents(programs: set[int]) -> dict[int, dict[str, object]]:
    found = Program.objects.filter(pk__in=programs)
    return dict(found.values_list("pk", "content"))
