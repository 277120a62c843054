"""The optional Celery adapter: a message only *wakes* `run_due`.

The broker may lose messages, the table may not: it stays the truth, and a beat entry wakes the
worker every half minute for timers and for lost messages. Start with
`celery -A jobs.celery worker -B` and DJANGO_SETTINGS_MODULE set.
"""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from django.conf import settings
from django.utils.module_loading import import_string

from jobs.processes import settle

logger = logging.getLogger("jobs")

WAKE = "jobs.wake"
BEAT_SECONDS = 30.0
PATIENCE = 1.0
"""Seconds a committed act waits for a broker that does not answer, once in REST_SECONDS."""
REST_SECONDS = 30.0
"""For so long a process leaves a broker alone that did not take its message: nobody's press waits
for it again, and the beat finds the jobs."""


def wake() -> int:
    """Runs what is due. The worker is looked up when called: Celery loads this module before the
    app registry is ready."""
    ran: int = import_string("jobs.worker.run_due")()
    return ran


def _make_app(broker: str) -> Celery | None:
    if not broker:
        return None
    made = Celery("jobs", broker=broker)
    made.conf.update(
        task_ignore_result=True,
        task_default_queue=settings.BROKER_QUEUE,
        broker_connection_timeout=PATIENCE,
        broker_transport_options={"max_retries": 0},
        broker_connection_retry_on_startup=True,
        beat_schedule={"wake": {"task": WAKE, "schedule": BEAT_SECONDS}},
    )
    made.task(name=WAKE)(wake)
    return made


app = _make_app(settings.BROKER_URL)


def begin(**_facts: Any) -> None:
    """A worker's process is born with everything loaded: it is a copy of the one that read it."""
    settle()


worker_process_init.connect(begin)

_down_until = 0.0
"""On `monotonic()`'s scale, in seconds."""


def send_wake(job_id: int) -> None:
    """Tells the workers that job `job_id` was committed; a broker that is down is only logged."""
    global _down_until
    if app is None or monotonic() < _down_until:
        return
    try:
        app.send_task(WAKE, retry=False)
    except Exception as error:  # whatever the broker's client raises: the table has the job
        _down_until = monotonic() + REST_SECONDS
        logger.warning("job %d: waking failed (%s)", job_id, type(error).__name__)
