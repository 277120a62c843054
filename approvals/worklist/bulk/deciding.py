"""Which opinions were given in a bulk act: they stand earlier than others (semantics C7)."""

from __future__ import annotations

from datetime import datetime

from approvals.worklist.bulk.acts import BulkAct
from approvals.worklist.models import BulkLine
from workflows.models import Task

_GIVE_OPINIONS = (BulkAct.DECIDE, BulkAct.MINUTES)


def decided_at(task: Task) -> datetime | None:
    """When a line of a bulk act decided the task; None when none did. One query.

    The line's own moment counts, not the run's start: a long run takes nobody's time to think.
    """
    lines = BulkLine.objects.filter(task=task, state=BulkLine.State.DONE)
    given: datetime | None = (
        lines.filter(run__act__in=_GIVE_OPINIONS).values_list("at", flat=True).first()
    )
    return given
