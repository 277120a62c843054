"""Writes of a bulk run up to its job: choose, prepare, start, resume."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.worklist.bulk.acts import MOST, BulkAct, Order
from approvals.worklist.bulk.desk import entries_of
from approvals.worklist.bulk.sight import runs_of
from approvals.worklist.bulk.trial import trial
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.models import BulkLine, BulkRun
from jobs.services import enqueue
from organizations.models import User
from workflows.models import Task

JOB = "bulk_run"
_State = BulkRun.State


@transaction.atomic
def choose(user: User, tasks: Iterable[Task], *, key: str, origin: str = "") -> BulkRun:
    """Keeps a selection; the same key gives the first one. Raises WorklistRefused for none.

    `tasks` are such as the person's own queue lists, with their process: the caller asked it.
    """
    earlier = BulkRun.objects.filter(owner=user, key=key).first()
    if earlier is not None:
        return earlier
    chosen = {task.pk: task for task in tasks}
    if not chosen:
        raise WorklistRefused(_("请先在列表中选择任务。"), code="nothing_chosen")
    if len(chosen) > MOST:
        raise WorklistRefused(_("一次最多选择 %d 件，请分批办理。") % MOST, code="too_many")
    run = BulkRun.objects.create(owner=user, key=key, origin=origin[:500], made_at=clock.now())
    BulkLine.objects.bulk_create(
        [
            BulkLine(run=run, task=task, version=task.process.material_version)
            for task in chosen.values()
        ]
    )
    return run


def run_for(user: User, pk: int) -> BulkRun | None:
    """One's own run, unless it was only about cases one must not know of."""
    return runs_of(user).select_related("owner").filter(pk=pk).first()


@transaction.atomic
def prepare(user: User, pk: int, order: Order) -> BulkRun:
    """Says what is to be done, as long as it has not begun."""
    run = _locked(user, pk)
    if run.state != _State.DRAFT:
        raise WorklistRefused(
            _("这批任务已开始执行，不能再改。"), code="already_started", status=409
        )
    run.act, run.payload = order.act.value, order.as_payload()
    run.save(update_fields=["act", "payload"])
    return run


@transaction.atomic
def start(user: User, pk: int) -> BulkRun:
    """Refuses what the dry run refuses, with its reason, and promises the job for the rest.

    Started twice, it runs once. Raises WorklistRefused when nothing can be done.
    """
    run = _locked(user, pk)
    if run.state != _State.DRAFT:
        return run
    order = Order.of(run.act, run.payload)
    if order is None:
        raise WorklistRefused(_("请先选择操作。"), code="no_act", field="act")
    verdicts = trial(user, entries_of(run), order)
    refused = [verdict for verdict in verdicts if not verdict.goes]
    if len(refused) == len(verdicts):
        raise WorklistRefused(_("所选任务都不能这样办理，原因见下表。"), code="all_refused")
    now = clock.now()
    for verdict in refused:
        line = verdict.entry.line
        line.state, line.reason, line.at = BulkLine.State.REFUSED, verdict.reason[:500], now
    BulkLine.objects.bulk_update(
        [verdict.entry.line for verdict in refused], ["state", "reason", "at"]
    )
    run.state, run.started_at, run.moved_at = _State.RUNNING, now, now
    run.save(update_fields=["state", "started_at", "moved_at"])
    promise(run)
    return run


@transaction.atomic
def run_at_once(
    user: User, act: BulkAct, payload: dict[str, Any], versions: Mapping[int, int], *, key: str
) -> BulkRun:
    """A run without a dry run, for what was settled elsewhere; the same key gives the first one.

    `versions`: the material version each task is decided upon. Called by the slice that registered
    the act's performer, in its transaction.
    """
    earlier = BulkRun.objects.filter(owner=user, key=key).first()
    if earlier is not None:
        return earlier
    now = clock.now()
    run = BulkRun.objects.create(
        owner=user,
        act=act,
        payload=payload,
        key=key,
        state=_State.RUNNING,
        made_at=now,
        started_at=now,
        moved_at=now,
    )
    BulkLine.objects.bulk_create(
        [BulkLine(run=run, task_id=task, version=version) for task, version in versions.items()]
    )
    promise(run)
    return run


@transaction.atomic
def resume(user: User, pk: int) -> BulkRun:
    """Promises the job anew, for a run that stands still; what is done stays done."""
    run = _locked(user, pk)
    if run.state == _State.RUNNING:
        promise(run)
    return run


def promise(run: BulkRun) -> None:
    """One more job for this run; in the caller's transaction, with the row locked."""
    run.promised += 1
    run.save(update_fields=["promised"])
    enqueue(JOB, {"run": run.pk}, key=f"{run.pk}:{run.promised}")


def _locked(user: User, pk: int) -> BulkRun:
    found = runs_of(user).select_for_update(of=("self",)).select_related("owner")
    run = found.filter(pk=pk).first()
    if run is None:
        raise WorklistRefused(_("没有找到这次批量办理。"), code="not_found", status=404)
    return run
