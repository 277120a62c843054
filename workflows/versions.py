"""Which version of a flow a new case takes, and which one a call activity binds."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from workflows.flow import ApprovalFlow
from workflows.flows import compiled
from workflows.models import FlowVersion


def versions_on(day: date) -> QuerySet[FlowVersion]:
    """Versions valid on a day, the newest first."""
    return FlowVersion.objects.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).order_by(
        "-version"
    )


def newest(key: str, day: date) -> FlowVersion | None:
    """What a case that starts on the day runs on."""
    return versions_on(day).filter(key=key).first()


def called_flow(called: str, city: str, day: date) -> type[ApprovalFlow] | None:
    """The flow a call activity means: by key or process id, the city's newest valid version."""
    row = versions_on(day).filter(Q(key=called) | Q(process_id=called), city=city).first()
    return compiled(row.class_name) if row is not None else None
