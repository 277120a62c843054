"""Writes of the outbox: promising a job, retrying a dead one."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from django.db import connection, transaction

import clock
from jobs import celery
from jobs.models import Job, State
from prepared import Rows

_JOBS = Rows(Job)
_gathering = threading.local()


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
    first job, whatever has become of it. The payload must be JSON. Directly inside `gathered` a job
    without a key is written, and gets its number, when the block ends.
    """
    now = clock.now()
    job = Job(kind=kind, key=key, payload=dict(payload), run_at=run_at or now, created_at=now)
    if key:
        Job.objects.bulk_create([job], ignore_conflicts=True)
        job = Job.objects.get(kind=kind, key=key)
        _wake_for([job])
    elif (waiting := getattr(_gathering, "jobs", None)) is not None and not _in_savepoint():
        waiting.append(job)
    else:
        _write([job])
    return job


@contextmanager
def gathered() -> Iterator[None]:
    """What is promised inside the block is written in one statement at its end.

    For an act that promises several jobs (timers, notices): same transaction, same jobs. A block
    that raises promises nothing; an inner block is part of the outer one. What is promised within
    a savepoint set meanwhile is written at once, so that it goes when the savepoint is undone.
    """
    if getattr(_gathering, "jobs", None) is not None:
        yield
        return
    waiting: list[Job] = []
    _gathering.jobs, _gathering.depth = waiting, len(connection.atomic_blocks)
    try:
        yield
    finally:
        _gathering.jobs = None
    _write(waiting)


def _in_savepoint() -> bool:
    return len(connection.atomic_blocks) > int(_gathering.depth)


def _write(jobs: list[Job]) -> None:
    _JOBS.write(jobs)
    _wake_for(jobs)


def _wake_for(jobs: list[Job]) -> None:
    if celery.app is not None:
        for job in jobs:
            transaction.on_commit(partial(celery.send_wake, job.pk))


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
