"""A requested recusal nobody has ruled within two working days alarms the supervisors (C13).

Which requests are overdue is a pure function of when they were asked and of the calendar; the
morning's job asks it and promises one alarm a request. A worker that slept for days finds them at
its first morning, and tells of each once for ever.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.supervision.flags import flag
from jobs import registry
from jobs import services as jobs
from workflows import cases
from workflows.models import Recusal
from workflows.operations import recusing

JOB = "alarm_unruled_recusal"
KIND = "recusal_unruled"


def promise() -> None:
    """One alarm for each overdue request; promising again changes nothing."""
    for row in recusing.overdue_requests(clock.now()):
        jobs.enqueue(JOB, {"recusal": row.pk}, key=str(row.pk))


def alarm(payload: dict[str, Any]) -> None:
    """Job body: tells the supervisors, unless it was ruled meanwhile; under the case's lock."""
    found = Recusal.objects.filter(pk=payload["recusal"]).first()
    if found is None or cases.lock(found.process_id) is None:
        return
    overdue = {row.pk: row for row in recusing.overdue_requests(clock.now())}
    recusal = overdue.get(found.pk)
    application = Application.objects.filter(process=found.process_id).first()
    if recusal is None or application is None:
        return
    asked = recusal.asked_at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
    words = _("%(asked)s提出的回避申请逾两个工作日未作决定，有关人员不能办理，请督促决定。")
    text = words % {"asked": asked}
    if not application.review_flags.filter(kind=KIND, reason=text).exists():
        flag(application, KIND, text)


def register_all() -> None:
    """Called once at start-up."""
    registry.register(JOB, alarm)
