"""One application driven from the draft to the issued notice, on a simulated clock."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import clock
from approvals.applications.models import Application
from approvals.decisions.models import Decision
from approvals.programs.models import Program
from approvals.rehearsal import filing, play
from approvals.rehearsal.choices import Plan
from documents import files
from documents import services as documents
from jobs.worker import run_due
from organizations.models import Organ, User
from workflows import timers
from workflows.models import Task

KINDS = frozenset({timers.JOB_KIND, documents.JOB_KIND, documents.LONG_JOB_KIND})
"""Jobs that move the case; its mails are left to the worker."""

PACE = timedelta(hours=2)
"""Simulated time between two acts; nights and weekends are skipped."""


@dataclass
class Journey:
    """The case, its acts, and the paper it came to."""

    application: Application
    steps: list[play.Played]
    decision: Decision


class JourneyStuck(RuntimeError):
    """The case neither ends nor waits for anything."""


def next_office_hour(moment: datetime) -> datetime:
    """The same moment moved into office hours of a weekday (9 to 17 o'clock)."""
    while moment.weekday() >= 5 or moment.hour >= 17:
        moment = (moment + timedelta(days=1)).replace(hour=9)
    return moment.replace(hour=max(moment.hour, 9))


def drive(program: Program, organ: Organ, by: User, begin: datetime, plan: Plan) -> Journey:
    """Files and plays the case until its diagram has ended; jobs run as a worker would run them."""
    moment = next_office_hour(begin)
    with clock.at(moment):
        application = filing.submit(filing.draft(program, organ, by), by)
        run_due(kinds=KINDS)
    filed = play.Played("filed", "提交申请", by.name, "applicant", organ.name, "submitted", moment)
    steps = [filed]
    while True:
        moment = next_office_hour(moment + PACE)
        with clock.at(moment):
            played = play.next_act(application, plan)
            run_due(kinds=KINDS)
        if played is not None:
            steps.append(played)
            continue
        application.refresh_from_db()
        if application.is_closed:
            break
        moment = _wait_for_timer(application, moment)
    return Journey(application, steps, _decision(application))


def _wait_for_timer(application: Application, moment: datetime) -> datetime:
    """Moves on to the case's next timer and lets the worker fire it."""
    due = play.pending_moment(application)
    if due is None:
        waiting = list(
            Task.objects.filter(process=application.process_id, is_open=True).values_list(
                "element", flat=True
            )
        )
        raise JourneyStuck(f"{application}: {waiting} {application.process}")
    later = max(moment, due.astimezone(clock.BEIJING))
    with clock.at(later):
        run_due(kinds=KINDS)
    return later


def _decision(application: Application) -> Decision:
    return Decision.objects.select_related("document").get(
        application=application, superseded_by=None
    )


def write_paper(journey: Journey, folder: Path) -> dict[str, Any]:
    """Copies the notice into the folder and tells the case as journey.json does."""
    decision = journey.decision
    documents.render(decision.document_id)
    decision.document.refresh_from_db()
    with files.open_pdf(decision.document) as source:
        pdf = source.read()
    application = journey.application
    program = application.program
    name = f"{program.city}-{program.kind}-{application.number}.pdf"
    (folder / name).write_bytes(pdf)
    return {
        "city": program.city,
        "kind": program.kind,
        "program": program.code,
        "number": decision.document.number,
        "amount": None if decision.amount is None else f"{decision.amount:.2f}",
        "sum": decision.sum,
        "pdf": name,
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "steps": [
            {
                "task": step.task,
                "title": step.title,
                "actor": step.actor,
                "role": step.role,
                "organ": step.organ,
                "outcome": step.outcome,
                "at": step.at.isoformat(),
            }
            for step in journey.steps
        ],
    }
