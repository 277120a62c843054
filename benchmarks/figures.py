"""Medians, ratios, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

PACKAGES = ("Django", "django-viewflow", "SpiffWorkflow", "psycopg")
GOALS = {"stock": 4.0, "spiff": 1.0, "spiff_kept": 1.0}
"""By how much our whole act must be faster than each peer (performance.md)."""

Runs = Mapping[tuple[str, str, int], list[dict[str, float]]]
"""(database, subject, workers) to what each repeat gave."""


def machine(postgresql: str) -> dict[str, Any]:
    """What absolute figures depend on."""
    return {
        "cores": os.cpu_count(),
        "cpu": _cpu(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": postgresql or None,
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def acts(runs: Runs) -> list[dict[str, Any]]:
    """One entry a database, subject and number of workers: medians and every run."""
    return [
        {
            "database": database,
            "subject": subject,
            "workers": workers,
            "per_second": median(run["per_second"] for run in measured),
            "cpu_ms": median(run["cpu_ms"] for run in measured),
            "runs": measured,
        }
        for (database, subject, workers), measured in runs.items()
    ]


def ratios(runs: Runs) -> list[dict[str, Any]]:
    """Our whole act against every peer, repeat by repeat (neighbours in time), then the median.

    `floor` is the same ratio of the floor: what nothing that commits on this disk can exceed.
    """
    found = []
    for (database, subject, workers), measured in runs.items():
        if subject in {"whole_act", "engine_act"}:
            continue
        ours = runs[database, "whole_act", workers]
        floor = runs.get((database, "floor", workers))
        found.append(
            {
                "database": database,
                "workers": workers,
                "peer": subject,
                "speed": _against(ours, measured, "per_second"),
                "cpu": _against(measured, ours, "cpu_ms"),
                "floor": _against(floor, measured, "per_second") if floor else None,
                "goal": GOALS.get(subject),
            }
        )
    return found


def scaling(runs: Runs) -> list[dict[str, Any]]:
    """Two workers against one."""
    return [
        {
            "database": database,
            "subject": subject,
            "speed": _against(measured, runs[database, subject, 1], "per_second"),
        }
        for (database, subject, workers), measured in runs.items()
        if workers == 2
    ]


def _against(measured: list[dict[str, float]], other: list[dict[str, float]], name: str) -> float:
    pairs = zip(measured, other, strict=True)
    return round(median(one[name] / two[name] for one, two in pairs), 2)
