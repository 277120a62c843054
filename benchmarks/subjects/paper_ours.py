"""Our renderer, as a worker process of the house calls it."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from benchmarks import notice
from benchmarks.printer import Printer
from benchmarks.subjects.django_world import awake


class Subject(Printer):
    """Content document to PDF."""

    def __init__(self) -> None:
        super().__init__()
        awake()

    def page(self, number: int) -> bytes:
        from documents.rendering.pipeline import render

        return render(notice.content(number)).pdf

    def long_table(self, rows: int) -> dict[str, Any]:
        """One annex of so many rows, in the child process that long documents get."""
        from documents import rendering

        table = {
            "kind": "table",
            "header": ["序号", "单位", "所在地", "金额（元）"],
            "rows": [
                [str(row), f"示例创业园{row}号", "示例一区", "1000.00"] for row in range(rows)
            ],
        }
        annexes = [{"title": "资金分配表", "body": [table]}]
        begun = perf_counter()
        made = rendering.render({**notice.content(1), "annexes": annexes})
        taken = round(perf_counter() - begun, 1)
        return {"rows": rows, "seconds": taken, "pages": made.pages}
