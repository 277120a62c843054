"""Who does which job, and what becomes of it. Every change is one compare-and-swap UPDATE, so that
two workers can never hold the same lease, on SQLite as on PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet

import clock
from jobs import registry
from jobs.models import Job, State

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
PAUSE_FACTOR = 4
ERROR_LENGTH = 600


class LeaseLostError(Exception):
    """Another worker took the job over; what this one did must be rolled back."""


def take(worker: str, kinds: Collection[str] | None = None) -> Job | None:
    """Leases a job whose worker crashed, or else the first due one by `run_at`; None: nothing due.

    `kinds` restricts the choice (None = every kind). Without row locks (SQLite) no transaction is
    opened: an idle worker then takes no write lock.
    """
    locks = connection.features.has_select_for_update_skip_locked
    while True:
        now = clock.now()
        with transaction.atomic() if locks else nullcontext():
            job = _first(now, kinds, locks=locks)
            if job is None:
                return None
            if job.attempts >= MOST_ATTEMPTS:
                _bury(_unchanged(job), "WorkerLost: every attempt ended with a lost worker")
            elif _swap(job, worker, now):
                return job


def _first(now: datetime, kinds: Collection[str] | None, *, locks: bool) -> Job | None:
    """Two questions, each answered by the first row of a partial index: one with OR would sort
    the whole backlog for every job."""
    jobs = Job.objects.select_for_update(skip_locked=True) if locks else Job.objects.all()
    if kinds is not None:
        jobs = jobs.filter(kind__in=kinds)
    lost = jobs.filter(state=State.RUNNING, lease_until__lte=now).order_by("lease_until")
    due = jobs.filter(state=State.WAITING, run_at__lte=now).order_by("run_at", "id")
    return lost.first() or due.first()


def _unchanged(job: Job) -> QuerySet[Job]:
    """The row, if it still is as it was read: the compare of compare-and-swap."""
    return Job.objects.filter(
        pk=job.pk, state=job.state, leased_by=job.leased_by, attempts=job.attempts
    )


def _swap(job: Job, worker: str, now: datetime) -> bool:
    until = now + registry.lease_of(job.kind)
    changed = _unchanged(job).update(
        state=State.RUNNING, leased_by=worker, lease_until=until, attempts=F("attempts") + 1
    )
    job.state, job.leased_by, job.lease_until = State.RUNNING, worker, until
    job.attempts += 1
    return changed == 1


def mark_done(job: Job) -> None:
    """Marks a leased job done, in the caller's transaction. Raises LeaseLostError.

    The object in memory stays leased: when the transaction rolls back, it still tells the truth.
    """
    done = _unchanged(job).update(
        state=State.DONE, finished_at=clock.now(), lease_until=None, last_error=""
    )
    if done != 1:
        raise LeaseLostError(str(job))


def mark_failed(job: Job, error: Exception) -> State:
    """Plans the next attempt (WAITING), or gives the job up after the last one (DEAD).

    Only the error's class and message are kept: a traceback would carry personal data.
    """
    told = f"{type(error).__name__}: {error}".replace("\x00", "")[:ERROR_LENGTH]
    if job.attempts >= MOST_ATTEMPTS:
        _bury(_unchanged(job), told)
        return State.DEAD
    pause = FIRST_PAUSE * PAUSE_FACTOR ** (job.attempts - 1)
    _unchanged(job).update(
        state=State.WAITING, run_at=clock.now() + pause, lease_until=None, last_error=told
    )
    return State.WAITING


def _bury(rows: QuerySet[Job], reason: str) -> None:
    rows.update(state=State.DEAD, finished_at=clock.now(), lease_until=None, last_error=reason)
