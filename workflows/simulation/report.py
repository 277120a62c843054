"""A file of scenarios in, the contract's JSON out; nothing stays in the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction

import clock
from workflows.flows import forget
from workflows.releases import ReleaseRefused
from workflows.simulation.scenario import ImpossibleStepError, Run, UndoTrialError, play

log = logging.getLogger(__name__)


def simulate(document: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Every scenario in a transaction of its own; a crash of one leaves the others alone."""
    return {"scenarios": [_one(scenario, folder) for scenario in document.get("scenarios", [])]}


def _one(given: Any, folder: Path) -> dict[str, Any]:
    scenario: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    report: dict[str, Any] = {
        "id": scenario.get("id"),
        "load": "ok",
        "issues": [],
        "open": [],
        "allowed_for": [],
        "status": "failed",
        "ended": [],
        "completed": {},
        "data": {},
        "error": None,
    }
    forget()
    try:
        with transaction.atomic():
            _run(scenario, folder, report)
            raise UndoTrialError
    except UndoTrialError:
        pass
    except Exception as error:  # the contract: a crash is reported in its own scenario
        log.info("scenario %s", scenario.get("id"), exc_info=True)
        report["error"] = f"{type(error).__name__}: {error}"
    finally:
        forget()
    return report


def _run(scenario: Mapping[str, Any], folder: Path, report: dict[str, Any]) -> None:
    run = Run(scenario, folder)
    try:
        with clock.at(run.now):
            versions = run.load()
    except ReleaseRefused as refused:
        report |= {"load": "rejected", "issues": [asdict(issue) for issue in refused.issues]}
        return
    except (OSError, KeyError) as error:
        message = f"the file cannot be read: {error}"
        report |= {"load": "rejected", "error": message}
        return
    report["issues"] = [asdict(issue) for issue in run.warnings]
    report["open"], report["allowed_for"] = run.open, run.allowed_for
    try:
        play(run, versions[0], scenario.get("steps") or [])
    except ImpossibleStepError as error:
        report["error"] = str(error)
    report |= run.result()
