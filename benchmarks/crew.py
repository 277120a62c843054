"""Worker processes of one subject on one database, and what they reach together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

SETTINGS = dict.fromkeys(("stock", "stock_together"), "benchmarks.stock.settings")


class Crew:
    """Long-lived workers: starting Python and Django is not part of any figure."""

    def __init__(self, subject: str, url: str, folder: str, size: int = 2) -> None:
        """Starts `size` workers and lets the first furnish the database."""
        surroundings = {
            **os.environ,
            "DATABASE_URL": url,
            "VAR_DIR": folder,
            "DJANGO_SETTINGS_MODULE": SETTINGS.get(subject, "config.settings"),
        }
        command = [sys.executable, "-m", "benchmarks.worker", subject]
        with ExitStack() as stack:
            self.workers = [
                stack.enter_context(
                    subprocess.Popen(
                        command,
                        env=surroundings,
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                )
                for _worker in range(size)
            ]
            self._stack = stack.pop_all()
        self.ask("furnish")

    def ask(self, what: str, *given: Any) -> Any:
        """The first worker's answer."""
        self._tell(self.workers[0], {"do": what, "with": given})
        return self._heard(self.workers[0])["answer"]

    def race(self, workers: int, cases: int) -> dict[str, float]:
        """Tasks a second and CPU a task of so many workers at once, with fresh cases."""
        at_work = self.workers[:workers]
        for worker in at_work:
            self._tell(worker, {"do": "prepare", "with": [cases]})
            self._heard(worker)
        for worker in at_work:
            self._tell(worker, {"do": "run"})
        told = [self._heard(worker) for worker in at_work]
        tasks = sum(answer["tasks"] for answer in told)
        wall = max(a["ended"] for a in told) - min(a["begun"] for a in told)
        cpu = sum(answer["cpu"] for answer in told)
        return {"per_second": round(tasks / wall, 1), "cpu_ms": round(cpu / tasks * 1000, 3)}

    def close(self) -> None:
        """Ends the workers."""
        for worker in self.workers:
            if worker.stdin is not None:
                worker.stdin.close()
        self._stack.close()

    def _tell(self, worker: subprocess.Popen[str], order: dict[str, Any]) -> None:
        assert worker.stdin is not None
        worker.stdin.write(json.dumps(order) + "\n")
        worker.stdin.flush()

    def _heard(self, worker: subprocess.Popen[str]) -> dict[str, Any]:
        assert worker.stdout is not None
        line = worker.stdout.readline()
        if not line:
            message = f"a worker of {worker.args} ended with {worker.wait()}"
            raise RuntimeError(message)
        answer: dict[str, Any] = json.loads(line)
        return answer
