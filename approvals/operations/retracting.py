"""取回: an approver takes his last opinion back while nothing rests on it (semantics C7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.operations import irreversible
from approvals.operations.acts import Situation
from approvals.reviews.following import follow
from approvals.reviews.models import Opinion
from approvals.reviews.standing import Standing, stop_counting
from organizations.models import User
from workflows.errors import OperationError, WrongState
from workflows.models import Task
from workflows.operations import Step, retracting
from workflows.operations.retracting import Lineage, came_of, check

BulkAct = Callable[[Task], datetime | None]
"""When the task was decided in a bulk act; None: by itself."""

_bulk: list[BulkAct] = []


def register_bulk(asked: BulkAct) -> None:
    """Published here, filled by the slice that keeps bulk acts; the last one counts."""
    _bulk[:] = [asked]


@transaction.atomic
def retract_opinion(
    task_id: int, *, actor: User, key: str, expected_version: int, reason: str
) -> Step:
    """Closes what the opinion has opened, keeps the opinion as retracted, opens the seat anew.

    Raises the errors of `workflows.operations.retracting`, WrongState `bulk_act_too_old` and
    `irreversible`.
    """
    act = retracting.begin_retraction(
        task_id, actor=actor, key=key, expected_version=expected_version, reason=reason
    )
    if act.replayed is not None:
        return act.replayed
    application = Application.objects.select_related("program").get(process=act.process)
    lineage = Lineage.of(act.process)
    check(lineage, act.task)
    _in_time_after_bulk(act.task)
    handlers, phases = came_of(lineage, act.task)
    since = irreversible.Since(handlers, phases)
    if sentence := irreversible.reason_against(application, act.task, since):
        raise WrongState(sentence, code="irreversible")
    opinions = list(Opinion.objects.filter(task=act.task))
    step = retracting.retract(act, reason, {"opinions": [opinion.pk for opinion in opinions]})
    stop_counting(opinions, Standing.RETRACTED, by=actor, reason=reason)
    follow(application, step, by=actor)
    return step


def may(situation: Situation) -> bool:
    """His own opinion, on which nothing rests yet; a few queries, only for who has acted."""
    task = situation.task
    if task.actor_id != situation.user.pk or task.is_open or task.finished is None:
        return False
    if task.outcome == "" or Opinion.objects.filter(task=task, standings__isnull=True).count() == 0:
        return False
    lineage = Lineage.of(task.process)
    try:
        check(lineage, lineage.rows[task.pk])
        _in_time_after_bulk(task)
    except OperationError:
        return False
    since = irreversible.Since(*came_of(lineage, task))
    return not irreversible.reason_against(situation.application, task, since)


def _in_time_after_bulk(task: Task) -> None:
    """An opinion given in a bulk act stands when the act is older than the setting says."""
    given_at = _bulk[0](task) if _bulk else None
    minutes = settings.BULK_RETRACT_MINUTES
    if given_at is not None and clock.now() - given_at > timedelta(minutes=minutes):
        raise WrongState(
            _("该意见是批量办理时出具的，已超过%(minutes)d分钟，不能取回。请联系后续环节退回。")
            % {"minutes": minutes},
            code="bulk_act_too_old",
        )
