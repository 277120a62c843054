"""Filling the scoring sheet before the vote."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.acts import already_done, remember
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.applications.services.locking import locked
from approvals.experts import selectors
from approvals.experts.models import ScoreSheet
from approvals.experts.policy import panel_of
from approvals.experts.scoring import SheetFault, total
from approvals.reviews import steps
from journal.services import record
from organizations.models import User
from workflows import operations


@transaction.atomic
def fill_sheet(
    task_id: int, *, actor: User, key: str, expected_version: int, marks: Mapping[str, Decimal]
) -> ScoreSheet:
    """Keeps the marks of an open vote; filled again, the later sheet counts.

    Raises OperationError of the engine; WrongStateError no_sheet, not_declared, bad_marks.
    """
    act = operations.begin(
        task_id,
        actor=actor,
        key=f"sheet:{key}",
        expected_version=expected_version,
        payload={"sheet": key},
    )
    case = locked(Application.objects.only("pk").get(process_id=act.process.pk).pk)
    sheet = panel_of(case).sheet
    if not sheet or not steps.casts_vote(act.task):
        raise WrongStateError(_("本环节没有评分表。"), code="no_sheet")
    if selectors.must_declare(case, actor.pk):
        raise WrongStateError(_("请先作出利害关系声明。"), code="not_declared")
    payload = {name: str(mark) for name, mark in sorted(marks.items())}
    if already_done(case, key, "fill_sheet", payload):
        return ScoreSheet.objects.filter(task_id=task_id, expert=actor).latest("pk")
    try:
        found = total(sheet, marks)
    except SheetFault as fault:
        raise WrongStateError(str(fault), code="bad_marks") from fault
    row = ScoreSheet.objects.create(
        application=case,
        task_id=task_id,
        expert=actor,
        marks=payload,
        total=found,
        material_version=act.process.material_version,
        at=clock.now(),
    )
    remember(case, key, "fill_sheet", payload)
    told = {"sheet": row.pk, "marks": payload, "total": str(found)}
    record(case.stream, "sheet_filled", actor=actor, data=told)
    return row
