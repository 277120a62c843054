"""The optional Celery adapter: a message only *wakes* `run_due`.

The broker may lose messages, the table may not: it stays the truth, and a beat entry wakes the
worker every half minute for timers and for lost messages. Start with
`celery -A jobs.celery worker -B` and DJANGO_SETTINGS_MODULE set.
"""

from __future__ import annotations

import logging

from celery import Celery
from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger("jobs")

WAKE = "jobs.wake"
BEAT_SECONDS = 30.0


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
        broker_connection_retry_on_startup=True,
        beat_schedule={"wake": {"task": WAKE, "schedule": BEAT_SECONDS}},
    )
    made.task(name=WAKE)(wake)
    return made


app = _make_app(settings.BROKER_URL)


def send_wake(job_id: int) -> None:
    """Tells the workers that job `job_id` was committed; a broker that is down is only logged."""
    if app is None:
        return
    try:
        app.send_task(WAKE, retry=False)
    except Exception as error:  # whatever the broker's client raises: the table has the job
        logger.warning("job %d: waking failed (%s)", job_id, type(error).__name__)
