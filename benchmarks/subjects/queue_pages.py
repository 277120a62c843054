"""Pages of the queue for readers with many, few and no tasks, at any number of open tasks."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection

from benchmarks.subjects import django_world, whole_act

# isort: split
from approvals.applications.models import Application
from approvals.worklist.listing import Listing
from organizations.models import Organ, User
from organizations.positions import positions
from workflows import queue
from workflows.models import Process, Task

READERS = {
    "many": "jx_reviewer",
    "few": "jx_intake",
    "none": "jx_finance_officer",
}
SEARCHES = {
    "plain": "",
    "wide": "县区:南湖 项目:J03",
    "nothing in the window": "阶段:公示",
    "nothing, by an index": "县区:秀洲",
    "one case": "编号:JX-B-2026-1000001",
    "applicant": "企业:孵化",
    "number in part": "000001",
    "soon due": "到期:<5 县区:南湖",
}
"""Searches by what they ask of the database."""
FEW = 40
REPEATS = 31
_COUNT = (
    "WITH RECURSIVE n(i) AS (SELECT CAST(%s AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
)


class Subject(whole_act.Subject):
    """Copies of one filed case, written by INSERT … SELECT; every second task is one reader's."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        super().__init__()
        self.size = 0

    def furnish(self) -> None:
        """The city, and one case at its county."""
        super().furnish()
        self.prepare(1)
        self.model = Task.objects.get(pk=self.waiting[0]["county_review"])
        self.first = 1_000_000

    def grow(self, size: int) -> None:
        """So many open tasks in all; each in a case of its own."""
        organs = Organ.objects.filter(city=whole_act.CITY)
        places = {
            "bureau": organs.get(kind="science_bureau").pk,
            "county": organs.get(key=whole_act.COUNTY).pk,
            "rare": max(1, size // FEW),
        }
        bounds = [self.first + self.size, self.first + size - 1]
        self._copy(Process, self.model.process_id, bounds, {"id": "n.i"})
        case = Application.objects.get(process=self.model.process_id)
        numbered = {"id": "n.i", "process_id": "n.i", "number": "'JX-B-2026-' || n.i"}
        self._copy(Application, case.pk, bounds, numbered)
        role = (
            "CASE WHEN n.i %% 2 = 0 THEN 'reviewer'"
            " WHEN n.i %% {rare} = 1 THEN 'intake' ELSE 'county' END"
        )
        organ = "CASE WHEN n.i %% 2 = 0 OR n.i %% {rare} = 1 THEN {bureau} ELSE {county} END"
        changes = {
            "id": "n.i",
            "process_id": "n.i",
            "role": role,
            "organ_id": organ,
            "due_at": self._due(),
        }
        self._copy(
            Task, self.model.pk, bounds, {k: text.format(**places) for k, text in changes.items()}
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.size = size

    def _due(self) -> str:
        """Deadlines spread over seventy days."""
        minutes = "((n.i * 7919) %% 100000)"
        if connection.vendor == "sqlite":
            return f"datetime('2026-12-01', '+' || {minutes} || ' minutes')"
        return f"timestamptz '2026-12-01 00:00+00' + {minutes} * interval '1 minute'"

    def _copy(self, model: Any, number: int, bounds: list[int], changes: dict[str, str]) -> None:
        name = connection.ops.quote_name
        columns = [field.column for field in model._meta.local_concrete_fields]
        taken = ", ".join(changes.get(column, f"m.{name(column)}") for column in columns)
        table = name(model._meta.db_table)
        into = f"INSERT INTO {table} ({', '.join(map(name, columns))}) "
        chosen = f"SELECT {taken} FROM {table} m CROSS JOIN n WHERE m.id = %s"
        with connection.cursor() as cursor:
            cursor.execute(_COUNT + into + chosen, [*bounds, number])

    def pages(self) -> dict[str, Any]:
        """Median milliseconds of the first and the fourth page and of the bounded count."""
        return {"open": self.size, **{name: self._of(user) for name, user in READERS.items()}}

    def _of(self, username: str) -> dict[str, Any]:
        user = User.objects.get(username=username)
        held = positions(user)
        mark: queue.Mark | None = None
        for _page in range(3):
            found = queue.page(held, user, after=mark)
            mark = found.after or mark
        sql, page = django_world.statements(lambda: queue.page(held, user))
        return {
            "rows": len(page.tasks),
            "statements": len(sql),
            "first_page_ms": _milliseconds(lambda: queue.page(held, user)),
            "fourth_page_ms": _milliseconds(lambda: queue.page(held, user, after=mark)),
            "count_ms": _milliseconds(lambda: queue.open_count(held, user)),
            "search_ms": {name: _searched(user, text) for name, text in SEARCHES.items()},
            "counts_ms": _milliseconds(lambda: Listing(user, "all", SEARCHES["wide"]).counts([])),
        }


def _searched(user: User, text: str) -> float:
    """The first page of a search, with posts, ties and the words of the search."""
    return _milliseconds(lambda: Listing(user, "all", text).page())


def _milliseconds(work: Any) -> float:
    times = []
    for _repeat in range(REPEATS):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return round(median(times) * 1000, 2)
