"""Ending a case from outside, letting a parked one go on, renewing its material."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from workflows.cases import World, execution, live_rows, lock, run_through
from workflows.errors import NotVisible, WrongState
from workflows.execution import Execution
from workflows.models import Process, ProcessStatus
from workflows.operations.acts import Step, journalled, step_of

if TYPE_CHECKING:
    from organizations.models import User


@transaction.atomic
def cancel(
    process: Process,
    *,
    by: User | None,
    verdict: str,
    reason: str,
    phase: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Step:
    """Ends the case at once (withdrawal): every seat and timer closes, the verdict stays."""
    locked = _locked(process)
    if locked.status != ProcessStatus.NEW:
        raise WrongState(_("该办件已办结，不能终止。"), code="process_ended")
    run = execution(locked, live_rows(locked), World())
    locked.verdict = verdict
    run.enter_phase(phase)
    locked.blocked_reason = ""
    run.end(ProcessStatus.CANCELED)
    run.flush()
    step = step_of(run, None)
    journalled(step, "cancel_process", by, {"reason": reason, **(facts or {})})
    return step


@transaction.atomic
def retry(process: Process, by: User | None, *, world: World | None = None) -> Step:
    """Lets every parked token try again where it stands; who may is the caller's to ask."""
    around = world or World()
    locked = _locked(process)
    rows = live_rows(locked)
    parked = [row.pk for row in rows if row.status == STATUS.ERROR]
    if not parked:
        raise WrongState(_("该办件没有停在流程故障处。"), code="not_blocked")
    reason = locked.blocked_reason

    def again(run: Execution) -> None:
        for row in [row for row in run.rows if row.pk in parked]:
            run.retry(row)

    run = run_through(execution(locked, rows, around), again, around)
    step = step_of(run, None)
    journalled(step, "retry_process", by, {"was": reason})
    return step


@transaction.atomic
def renew_material(process: Process) -> int:
    """The material changed (resubmission, return, correction): open reviews become stale."""
    locked = _locked(process)
    locked.material_version += 1
    locked.save(update_fields=["material_version"])
    process.material_version = locked.material_version
    return locked.material_version


def _locked(process: Process) -> Process:
    locked = lock(process.pk)
    if locked is None:
        raise NotVisible
    return locked
