"""One worker process: does what it is told on standard input, a line of JSON each way.

`python -m benchmarks.worker SUBJECT` with DATABASE_URL and, for Django, DJANGO_SETTINGS_MODULE.
"""

from __future__ import annotations

import importlib
import json
import sys
from time import perf_counter, process_time
from typing import Any

from jobs.processes import settle


def _timed(subject: Any) -> dict[str, Any]:
    """CLOCK_MONOTONIC is one clock for all processes, so the crew can compare the moments."""
    cpu, begun = process_time(), perf_counter()
    tasks = subject.run()
    ended = perf_counter()
    return {"tasks": tasks, "begun": begun, "ended": ended, "cpu": process_time() - cpu}


def main(name: str) -> None:
    """Obeys until the input ends."""
    told, sys.stdout = sys.stdout, sys.stderr
    subject = importlib.import_module(f"benchmarks.subjects.{name}").Subject()
    for line in sys.stdin:
        settle()  # the house's processes do; so do its peers' here
        order = json.loads(line)
        if order["do"] == "run":
            answer = _timed(subject)
        else:
            answer = {"answer": getattr(subject, order["do"])(*order.get("with", []))}
        print(json.dumps(answer), file=told, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
