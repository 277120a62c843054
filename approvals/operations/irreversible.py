"""What cannot be undone, and so forbids taking an opinion back (semantics C7).

A number that was taken, a seal, a notice that was sent, a publicity that has begun, a payment file:
the slice that does such a thing registers a check in `AppConfig.ready`. What the engine itself
knows (automatic steps that have run, phases that were entered) is asked here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from approvals.applications.models import Application, CorrectionRequest
from workflows.models import Task

HARMLESS = frozenset({"calculate_amount", "county_not_applicable"})
"""Handlers that only compute or note something; a second run does it again."""

_PUBLIC = frozenset({"publicity", "objection"})


@dataclass(frozen=True, slots=True)
class Since:
    """What came of an opinion: handlers that have run, phases that were entered."""

    handlers: frozenset[str]
    phases: frozenset[str]


Check = Callable[[Application, Task, Since], str]
"""Given the locked case, the opinion's task and what came of it: why not, or ""."""

_checks: list[Check] = []


def register(check: Check) -> None:
    """Publishes a check; twice changes nothing."""
    if check not in _checks:
        _checks.append(check)


def reason_against(application: Application, task: Task, since: Since) -> str:
    """The first sentence that forbids it; "" when nothing does."""
    asked = (check(application, task, since) for check in (*_OWN, *_checks))
    return next((sentence for sentence in asked if sentence), "")


def _handled(_application: Application, _task: Task, since: Since) -> str:
    if since.handlers - HARMLESS:
        return _("您的意见已产生受理、编号或者登记等结果，不能取回。")
    return ""


def _made_public(_application: Application, _task: Task, since: Since) -> str:
    return _("公示已经开始，不能取回。") if since.phases & _PUBLIC else ""


def _applicant_was_told(application: Application, task: Task, _since: Since) -> str:
    came_of_it = Q(task_id=task.pk) | Q(requested_at__gt=task.finished)
    asked = CorrectionRequest.objects.filter(came_of_it, application=application)
    return _("补正通知已送达申请人，不能取回。") if asked.exists() else ""


_OWN: tuple[Check, ...] = (_handled, _made_public, _applicant_was_told)
