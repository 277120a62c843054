"""Writes of the outbox: promising a job, retrying a dead one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

import clock
from jobs.models import Job, State
from prepared import Rows, later

_JOBS = Rows(Job)


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
    first job, whatever has become of it. The payload must be JSON. Directly inside an act that is
    `prepared.gathered` a job without a key is written, and gets its number, when the act ends.
    """
    now = clock.now()
    job = _JOBS.new(kind=kind, key=key, payload=dict(payload), run_at=run_at or now, created_at=now)
    if key:
        Job.objects.bulk_create([job], ignore_conflicts=True)
        job = Job.objects.get(kind=kind, key=key)
    else:
        later(_JOBS, job)
    if settings.BROKER_URL and job.run_at <= now:
        _wake_for(job)
    return job


def _wake_for(job: Job) -> None:
    """A job of a later hour is the beat's. The number of a gathered job is known at the commit
    only. Without a broker nobody waits for Celery to be imported: a third of the time a process
    takes to start."""
    transaction.on_commit(lambda: import_string("jobs.celery.send_wake")(job.pk))


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


def drop_waiting(kinds: Collection[str]) -> int:
    """Marks waiting jobs of these kinds as done without running them; answers how many.

    For loading a played past: nobody wants mails about tasks of last month.
    """
    return Job.objects.filter(state=State.WAITING, kind__in=kinds).update(
        state=State.DONE, finished_at=clock.now()
    )
