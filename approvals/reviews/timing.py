"""Timers of a case: the engine moves the tokens, this layer tells people what has opened."""

from __future__ import annotations

from typing import Any

from approvals.applications.models import Application
from approvals.reviews.following import follow
from jobs import registry
from workflows import timers


def fire(payload: dict[str, Any]) -> None:
    """Job body: fires one timer under the case lock; a timer that is gone does nothing."""
    step = timers.fire(int(payload["task"]))
    if step is not None:
        application = Application.objects.get(process=step.process)
        follow(application, step, by=None)


def register_all() -> None:
    """Called once at start-up."""
    registry.register(timers.JOB_KIND, fire)
