"""Pages a second: our notice, plain and signed, beside typst, ReportLab and Chromium.

All print the same page with the same faces, warm, in turn; two workers at once; the memory of one
process over a thousand pages. A table of 2,000 rows is timed once.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from statistics import median
from typing import Any

from benchmarks import notice
from benchmarks.crew import Crew

SUBJECTS = {
    "paper_ours": "weasyprint",
    "paper_signed": "pyhanko",
    "paper_typst": "typst",
    "paper_reportlab": "reportlab",
    "paper_chromium": "playwright",
}
GOAL = 10.0
"""Signed pages a second on one worker (issue 5)."""
FLAT = 1.1
"""Memory after the last hundred pages against the first hundred."""
Say = Callable[[str], None]


def _present(say: Say) -> Iterator[str]:
    for subject, package in SUBJECTS.items():
        if importlib.util.find_spec(package):
            yield subject
        else:
            say(f"documents: {package} is not installed, {subject} is left out")


def _ratios(runs: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    """Each contestant against our signed page, repeat by repeat, then the median."""
    ours = runs["paper_signed"]
    return {
        name: round(
            median(
                one["per_second"] / two["per_second"] for one, two in zip(each, ours, strict=True)
            ),
            2,
        )
        for name, each in runs.items()
    }


def _memory(crew: Crew, pages: int, say: Say) -> dict[str, Any]:
    """Resident memory of one process at every tenth of so many pages."""
    seen = []
    for part in range(10):
        crew.race(1, pages // 10)
        seen.append(crew.ask("facts")["resident_mb"])
        say(f"documents: {pages // 10 * (part + 1)} pages, {seen[-1]} MB")
    return {"pages": pages, "resident_mb": seen, "flat": seen[-1] <= seen[0] * FLAT}


def _two_workers(crew: Crew, pages: int, repeats: int) -> dict[str, Any]:
    pairs = [(crew.race(1, pages), crew.race(2, pages)) for _repeat in range(repeats)]
    ratio = median(two["per_second"] / one["per_second"] for one, two in pairs)
    return {"speed": round(ratio, 2), "goal": 1.7, "runs": pairs}


def _runs(
    crews: dict[str, Crew], pages: int, repeats: int, say: Say
) -> dict[str, list[dict[str, float]]]:
    """Interleaved: each repeat visits everybody in turn."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in crews}
    for repeat in range(repeats):
        say(f"documents: repeat {repeat + 1}")
        for name, crew in crews.items():
            runs[name].append(crew.race(1, pages))
    return runs


def measure(folder: str, *, quick: bool, repeats: int | None, say: Say) -> dict[str, Any]:
    """The whole report of documents."""
    pages, times, many = (5, 3, 100) if quick else (20, 7, 1000)
    url = f"sqlite:///{folder}/papers.sqlite3"
    with ExitStack() as stack:
        crews: dict[str, Crew] = {}
        for name in _present(say):
            crews[name] = Crew(name, url, folder, size=2 if name == "paper_signed" else 1)
            stack.callback(crews[name].close)
            say(f"documents: {name} is ready")
        runs = _runs(crews, pages, repeats or times, say)
        signed = crews["paper_signed"]
        speed = median(run["per_second"] for run in runs["paper_signed"])
        return {
            "page": notice.TITLE,
            "signed_per_second": {"median": speed, "goal": GOAL, "met": speed >= GOAL},
            "speed": {name: _summary(each) for name, each in runs.items()},
            "against_signed": _ratios(runs),
            "files": {name: crew.ask("facts") for name, crew in crews.items()},
            "two_workers": _two_workers(signed, pages, 3),
            "memory": _memory(signed, many, say),
            "long_table": crews["paper_ours"].ask("long_table", 300 if quick else 2000),
        }


def _summary(runs: list[dict[str, float]]) -> dict[str, Any]:
    return {
        "per_second": median(run["per_second"] for run in runs),
        "cpu_ms": median(run["cpu_ms"] for run in runs),
        "runs": runs,
    }
