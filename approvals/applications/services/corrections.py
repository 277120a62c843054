"""The applicant answers what he was asked to mend: item by item, kept, then sent in (C12, C6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications import completeness, moves
from approvals.applications.drafts import merge
from approvals.applications.errors import IncompleteError, Problem, WrongStateError
from approvals.applications.models import (
    OPEN_REQUEST,
    Application,
    Attachment,
    Cause,
    CorrectionRequest,
)
from approvals.applications.rights import require_member
from approvals.applications.services.locking import locked
from approvals.applications.services.versions import renew
from approvals.programs.form_schema import form_of
from organizations.models import User
from workflows import operations

OUTCOME = "resubmit"


def open_fields(correction: CorrectionRequest) -> frozenset[str]:
    """Keys of the form fields the applicant may change."""
    return frozenset(entry["field"] for entry in correction.items if entry.get("field"))


def open_slots(correction: CorrectionRequest) -> frozenset[str]:
    """Keys of the material slots the applicant may change."""
    return frozenset(entry["slot"] for entry in correction.items if entry.get("slot"))


@transaction.atomic
def save_correction(
    application: Application,
    *,
    by: User,
    data: Mapping[str, Any],
    base: Mapping[str, str] | None = None,
) -> CorrectionRequest:
    """Keeps the answers until they are sent; fields that were not named are ignored."""
    case = locked(application.pk)
    require_member(by, case.applicant_id)
    correction = _open_correction(case)
    labels = {entry["field"]: entry["label"] for entry in correction.items if entry.get("field")}
    named = {key: value for key, value in data.items() if key in labels}
    stored = current_answers(case, correction)
    merged = merge({key: stored.get(key) for key in labels}, named, base or {}, labels)
    correction.answers = merged
    correction.save(update_fields=["answers"])
    return correction


def current_answers(case: Application, correction: CorrectionRequest) -> dict[str, Any]:
    """The filed answers with the corrections entered so far."""
    return {**case.data, **correction.answers}


def _open_correction(case: Application) -> CorrectionRequest:
    correction = (
        CorrectionRequest.objects.select_for_update(of=("self",))
        .filter(OPEN_REQUEST, application=case)
        .first()
    )
    if correction is None or case.is_closed:
        raise WrongStateError(_("目前没有待补正的事项。"))
    return correction


@transaction.atomic
def resubmit(
    task_id: int,
    *,
    by: User,
    key: str,
    expected_version: int,
    answers: Mapping[str, Any] | None = None,
) -> Application:
    """Sends the corrections in: only the named items change, the material version rises by one.

    `answers` (JSON values) are added to those saved before. Raises the errors of
    `workflows.operations.begin` and IncompleteError when a named item is still not in order.
    """
    given = dict(answers or {})
    act = operations.begin(
        task_id, actor=by, key=key, expected_version=expected_version, payload={"answers": given}
    )
    case = locked(Application.objects.only("pk").get(process_id=act.process.pk).pk)
    if act.replayed is not None:
        return case
    require_member(by, case.applicant_id)
    correction = _open_correction(case)
    named = open_fields(correction)
    final = {key: value for key, value in (correction.answers | given).items() if key in named}
    _check_named_items(case, correction, {**case.data, **final})
    changes = _changes(case, correction, final)
    case.data = {**case.data, **final}
    cause = Cause.RETURNED if correction.is_return else Cause.CORRECTED
    renew(case, act.process, cause, by=by)
    correction.answers = final
    correction.changes = changes
    correction.answered_at = clock.now()
    correction.answered_version = case.version
    correction.save(update_fields=["answers", "changes", "answered_at", "answered_version"])
    told = {"changed": sorted(changes), "version": case.version}
    step = operations.finish(act, OUTCOME, facts=told)
    moves.announce(case, step.opened, by)
    return case


def _check_named_items(
    case: Application, correction: CorrectionRequest, data: Mapping[str, Any]
) -> None:
    content, named = case.program.content, open_fields(correction)
    problems: list[Problem] = []
    for section in form_of(content).sections:
        problems += completeness.section_problems(section, data, only=named)
    live = list(Attachment.objects.filter(application=case, removed_at=None))
    problems += completeness.file_problems(content, live, only=open_slots(correction))
    if problems:
        raise IncompleteError(problems)


def _changes(
    case: Application, correction: CorrectionRequest, final: Mapping[str, Any]
) -> dict[str, Any]:
    """Before and after of everything the answer altered, for the reviewers' difference page."""
    changes: dict[str, Any] = {
        key: {"before": case.data.get(key), "after": value}
        for key, value in final.items()
        if case.data.get(key) != value
    }
    coming = case.version + 1
    for attachment in Attachment.objects.filter(application=case, slot__in=open_slots(correction)):
        entry = changes.setdefault(attachment.slot, {"before": [], "after": []})
        if attachment.version < coming:
            entry["before"].append(attachment.name)
        if attachment.removed_at is None:
            entry["after"].append(attachment.name)
    return {key: entry for key, entry in changes.items() if entry["before"] != entry["after"]}
