"""What upper packages read about a case's course, without knowing nodes and rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import clock
from workflows.models import Process, Task


@dataclass(frozen=True, slots=True)
class Window:
    """A term that ran with a step: when it opened, and its last day."""

    opened: datetime
    last_day: date


def window_of_phase(process: Process, phase: str) -> Window | None:
    """The latest term that a boundary timer measured on a step of this phase; two queries."""
    hosts = [
        task
        for task in Task.objects.filter(process=process, flow_task_type="HUMAN").order_by("-id")
        if task.flow_task.element.attributes.get("phase") == phase
    ]
    if not hosts:
        return None
    timer = (
        Task.objects.filter(parent=hosts[0], flow_task_type="BOUNDARY", scheduled__isnull=False)
        .order_by("-id")
        .first()
    )
    if timer is None or timer.scheduled is None:
        return None
    last = (timer.scheduled - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()
    return Window(hosts[0].entered_at, last)
