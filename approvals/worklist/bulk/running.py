"""The job of a bulk run: a few lines a job, each line in a transaction of its own.

A line's answer commits together with what was done to its task. Killed at any point, the lines that
are answered stay so and the others wait; whoever goes on (the next attempt, another worker, the
person's "go on") finishes them, and a line is never answered twice.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import ApplicationActError
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.services import decide_task
from approvals.worklist.bulk import assigning, papers, performing
from approvals.worklist.bulk.acts import BulkAct, Order, key_of
from approvals.worklist.bulk.services import promise
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.models import BulkLine, BulkRun
from documents.print_room import printing
from documents.print_room.errors import Refused
from journal.services import record
from workflows import operations
from workflows.errors import OperationError

logger = logging.getLogger("worklist")
CHUNK = 20
"""Lines a job: a few seconds, well below the lease of a job."""
_Refusals = (OperationError, OpinionRefused, ApplicationActError, WorklistRefused)
_State = BulkLine.State


def work(payload: dict[str, Any]) -> None:
    """Job body (detached): the next lines of a run; then another job, or the end."""
    run = BulkRun.objects.select_related("owner").get(pk=payload["run"])
    order = Order.of(run.act, run.payload)
    if run.state != BulkRun.State.RUNNING or order is None:
        return
    waiting = run.lines.filter(state=_State.WAITING).values_list("pk", flat=True)
    if order.act == BulkAct.PRINT:
        _print(run, order)
    else:
        for pk in list(waiting[:CHUNK]):
            _answer(run, order, pk)
    _go_on(run.pk)


@transaction.atomic
def _go_on(pk: int) -> None:
    run = BulkRun.objects.select_for_update().get(pk=pk)
    if run.state != BulkRun.State.RUNNING:
        return
    if run.lines.filter(state=_State.WAITING).exists():
        promise(run)
        return
    run.state, run.finished_at = BulkRun.State.DONE, clock.now()
    run.save(update_fields=["state", "finished_at"])


def _answer(run: BulkRun, order: Order, pk: int) -> None:
    """One line, once: whoever finds it answered leaves it."""
    with transaction.atomic():
        lines = BulkLine.objects.select_for_update(of=("self",)).select_related("task__process")
        line = lines.filter(pk=pk, state=_State.WAITING).first()
        if line is None:
            return
        line.reason = _outcome(run, order, line)
        line.state = _State.REFUSED if line.reason else _State.DONE
        line.at = clock.now()
        line.save(update_fields=["state", "reason", "at"])
        BulkRun.objects.filter(pk=run.pk).update(moved_at=line.at)


def _outcome(run: BulkRun, order: Order, line: BulkLine) -> str:
    """Empty when the act was done; else why nothing of it was."""
    try:
        with transaction.atomic():
            _perform(run, order, line)
    except OpinionRefused as refusal:
        return " ".join(refusal.problems.values())[:500]
    except _Refusals as refusal:
        return str(refusal)[:500]
    except DatabaseError:
        raise
    except Exception:  # one broken case must not hold up the others
        logger.exception("bulk run %d, task %d", run.pk, line.task_id)
        return _("系统未能办理这一件，请打开办件单独办理；问题已记录。")
    return ""


def _perform(run: BulkRun, order: Order, line: BulkLine) -> None:
    actor, key = run.owner, key_of(run.pk, line.task_id)
    performer = performing.performer_of(order.act)
    if performer is not None:
        performer(run, line, key)
        return
    if order.act == BulkAct.DECIDE:
        decide_task(
            line.task_id,
            actor=actor,
            key=key,
            expected_version=line.version,
            statement=order.statement(),
            facts={"bulk": run.pk},
        )
        return
    if order.act == BulkAct.ASSIGN:
        assigning.assign(line, order, actor=actor, key=key)
        return
    if order.act == BulkAct.CLAIM:
        operations.claim(line.task_id, actor=actor)
    else:
        operations.release(line.task_id, actor=actor)
    told = {"bulk": run.pk, "act": order.act.value, "task": line.task_id}
    record(line.task.process.journal_stream, "bulk_act", actor=actor, data=told)


@transaction.atomic
def _print(run: BulkRun, order: Order) -> None:
    """One batch of all waiting lines: the batch and the answers commit together."""
    locked = BulkLine.objects.select_for_update(of=("self",)).filter(run=run, state=_State.WAITING)
    lines = list(locked.select_related("task__process__application"))
    if not lines:
        return
    found = papers.documents_of([line.task.process.application.pk for line in lines])
    chosen = sorted({document.pk for document in found.values()})
    try:
        with transaction.atomic():
            batch = printing.print_batch(chosen, reason=order.text, by=run.owner)
    except Refused as refusal:
        answer, state = str(refusal)[:500], _State.REFUSED
    else:
        answer, state = "", _State.DONE
        run.payload = {**run.payload, "batch": batch.pk}
        run.save(update_fields=["payload"])
    now = clock.now()
    locked.update(state=state, reason=answer, at=now)
    BulkRun.objects.filter(pk=run.pk).update(moved_at=now)
