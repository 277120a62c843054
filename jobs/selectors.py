"""Reads of the outbox."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

import clock
from jobs.models import Job, State


def dead_jobs() -> QuerySet[Job]:
    """Jobs that were given up, newest first: somebody must look at them."""
    return Job.objects.filter(state=State.DEAD).order_by("-finished_at", "-id")


def oldest_waiting_age() -> timedelta | None:
    """How long the oldest due job has been waiting; None when nothing is due."""
    now = clock.now()
    due = Job.objects.filter(state=State.WAITING, run_at__lte=now).order_by("run_at", "id")
    oldest = due.values_list("run_at", flat=True).first()
    return None if oldest is None else now - oldest
