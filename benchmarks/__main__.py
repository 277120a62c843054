"""`python -m benchmarks`: one JSON document on standard output; progress on standard error."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import clock
from benchmarks import databases, documents, figures
from benchmarks.crew import Crew

SUBJECTS = ("whole_act", "stock", "spiff", "engine_act", "spiff_kept", "stock_together", "floor")
WARM_UP = 2


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few cases and repeats, small queues")
    parser.add_argument("--full", action="store_true", help="the queue at 1,000,000 open tasks too")
    parser.add_argument("--only", choices=["acts", "queue", "documents"], help="one part")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="one database")
    parser.add_argument("--repeats", type=int, help="instead of 7 (--quick: 3)")
    parser.add_argument("--subjects", nargs="+", choices=SUBJECTS, default=list(SUBJECTS))
    parser.add_argument("--server", default="postgres://postgres@127.0.0.1:5432/postgres")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _acts(options: argparse.Namespace, kinds: list[str], folder: Path) -> dict[str, Any]:
    """Every subject on every database, interleaved: each repeat visits them all in turn."""
    cases, repeats = (8, 3) if options.quick else (25, 7)
    runs: dict[tuple[str, str, int], list[dict[str, float]]] = {}
    statements: dict[str, dict[str, int]] = {}
    for kind in kinds:
        with ExitStack() as stack:
            crews = {name: _crew(stack, name, kind, folder, options) for name in options.subjects}
            for name, crew in crews.items():
                crew.race(2, WARM_UP)
                statements[name] = crew.ask("statements")
            for repeat in range(options.repeats or repeats):
                _say(f"{kind}: repeat {repeat + 1}")
                for workers in (1, 2):
                    for name, crew in crews.items():
                        runs.setdefault((kind, name, workers), []).append(crew.race(workers, cases))
    return {
        "acts": figures.acts(runs),
        "ratios": figures.ratios(runs),
        "two_workers_against_one": figures.scaling(runs),
        "statements": statements,
    }


def _crew(
    stack: ExitStack, name: str, kind: str, folder: Path, options: argparse.Namespace
) -> Crew:
    url = stack.enter_context(databases.fresh(kind, name, folder, options.server))
    crew = Crew(name, url, str(folder))
    stack.callback(crew.close)
    _say(f"{kind}: {name} is ready")
    return crew


def _queues(options: argparse.Namespace, kinds: list[str], folder: Path) -> dict[str, Any]:
    """Pages of the queue as the number of open tasks grows."""
    sizes = [1_000, 20_000] if options.quick else [1_000, 100_000]
    sizes += [1_000_000] if options.full else []
    found: dict[str, Any] = {}
    for kind in kinds:
        with ExitStack() as stack:
            url = stack.enter_context(databases.fresh(kind, "queue", folder, options.server))
            crew = Crew("queue_pages", url, str(folder), size=1)
            stack.callback(crew.close)
            measured = []
            for size in sizes:
                crew.ask("grow", size)
                measured.append(crew.ask("pages"))
                _say(f"{kind}: queue of {size}")
            found[kind] = measured
    return {"queue": found}


def main() -> None:
    """Measures and prints."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not figures.machine("")["packages"]["SpiffWorkflow"]:
        _say("SpiffWorkflow is not installed (requirements-bench.txt): measured without it")
        options.subjects = [name for name in options.subjects if "spiff" not in name]
    postgresql = databases.reachable(options.server)
    kinds = [options.database] if options.database else ["sqlite", "postgresql"]
    if not postgresql and "postgresql" in kinds:
        _say("no PostgreSQL is reachable: measured on SQLite only")
        kinds.remove("postgresql")
    report: dict[str, Any] = {
        "at": clock.now().isoformat(timespec="seconds"),
        "machine": figures.machine(postgresql),
    }
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        if options.only in {None, "acts"}:
            report |= _acts(options, kinds, Path(folder))
        if options.only in {None, "queue"}:
            report |= _queues(options, kinds, Path(folder))
        if options.only in {None, "documents"}:
            report["documents"] = documents.measure(
                folder, quick=options.quick, repeats=options.repeats, say=_say
            )
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
