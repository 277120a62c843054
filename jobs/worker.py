"""Runs what is due: used by the worker command, by Celery's wake-up, by journeys and by tests."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Collection
from time import monotonic

from django.db import transaction

from jobs import leases
from jobs.models import Job, State
from jobs.registry import registration

logger = logging.getLogger("jobs")


def run_due(limit: int | None = None, *, kinds: Collection[str] | None = None) -> int:
    """Runs due jobs in order of `run_at`, also those promised by jobs, until none is due.

    `kinds` leaves the other kinds to another worker (None = every kind).
    Returns how many ran, failures included. A failing job neither stops nor delays the others. No
    job runs twice in one call unless its next attempt falls due meanwhile.
    """
    worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
    ran = 0
    while limit is None or ran < limit:
        job = leases.take(worker, kinds)
        if job is None:
            break
        _run(job)
        ran += 1
    return ran


def _run(job: Job) -> None:
    started = monotonic()
    try:
        _perform(job)
    except leases.LeaseLostError:
        logger.warning("%s was taken over by another worker", job)
        return
    except Exception as error:  # any handler's failure is recorded, and the next job goes on
        state = leases.mark_failed(job, error)
        level = logging.ERROR if state == State.DEAD else logging.WARNING
        kind = type(error).__name__
        logger.log(level, "%s attempt %d failed (%s): %s", job, job.attempts, kind, state.value)
        return
    logger.info("%s done in %.0f ms", job, (monotonic() - started) * 1000)


def _perform(job: Job) -> None:
    """Work and DONE mark commit together, or (detached) the mark follows the work.

    The mark comes first inside the transaction: it locks the row, so that a job that outlives its
    lease is not taken over while it is still at work.
    """
    known = registration(job.kind)
    if known.detached:
        known.handler(dict(job.payload))
        with transaction.atomic():
            leases.mark_done(job)
        return
    with transaction.atomic():
        leases.mark_done(job)
        known.handler(dict(job.payload))
