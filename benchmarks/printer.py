"""A contestant of the documents' benchmark: prints the notice of benchmarks.notice, warm."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Printer:
    """A subject of the worker: `prepare` says how many pages, `run` prints them."""

    def __init__(self) -> None:
        self.count = self.printed = self.size = 0

    def furnish(self) -> None:
        """Two pages, so that everything is loaded."""
        self.prepare(2)
        self.run()

    def prepare(self, cases: int) -> None:
        """So many pages follow."""
        self.count = cases

    def run(self) -> int:
        """Every page with a number of its own."""
        for _one in range(self.count):
            self.printed += 1
            self.size = len(self.page(self.printed))
        return self.count

    def page(self, number: int) -> bytes:
        """The PDF of one notice."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """Size of the last file, memory of this process."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return {"file_kb": round(self.size / 1024, 1), "resident_mb": round(pages / 256, 1)}

    def write(self, path: str) -> str:
        """One page, to look at."""
        Path(path).write_bytes(self.page(1))
        return path
