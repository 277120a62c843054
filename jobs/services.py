"""Writes of the outbox: promising a job, retrying a dead one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db import transaction

import clock
from jobs import celery
from jobs.models import Job, State


class Operator(Protocol):
    """Who asks for a retry: anything with a number."""

    @property
    def pk(self) -> Any: ...


class NotDeadError(Exception):
    """Only a job that was given up can be retried by hand."""


def enqueue(
    kind: str, payload: Mapping[str, Any], *, key: str = "", run_at: datetime | None = None
) -> Job:
    """Promises a job in the caller's transaction; it runs after the commit, at `run_at` or at once.

    A non-empty `key` makes the job unique within its kind for ever: a second promise returns the
    first job, whatever has become of it. The payload must be JSON.
    """
    now = clock.now()
    job = Job(kind=kind, key=key, payload=dict(payload), run_at=run_at or now, created_at=now)
    if key:
        Job.objects.bulk_create([job], ignore_conflicts=True)
        job = Job.objects.get(kind=kind, key=key)
    else:
        job.save(force_insert=True)
    if celery.app is not None:
        transaction.on_commit(partial(celery.send_wake, job.pk))
    return job


def retry(job: Job, by: Operator) -> Job:
    """Gives a dead job a new set of attempts, at once. Raises NotDeadError in any other state.

    The job remembers who asked; the journal entry is the caller's (jobs and journal do not know
    each other).
    """
    changed = Job.objects.filter(pk=job.pk, state=State.DEAD).update(
        state=State.WAITING, attempts=0, run_at=clock.now(), finished_at=None, retried_by=by.pk
    )
    if not changed:
        message = f"job {job.pk} is not dead"
        raise NotDeadError(message)
    job.refresh_from_db()
    return job
