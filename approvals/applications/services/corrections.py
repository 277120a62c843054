"""Corrections (补正): asked for once and completely, answered item by item (C12, C6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications import completeness, moves
from approvals.applications.drafts import merge
from approvals.applications.errors import IncompleteError, Problem, WrongStateError
from approvals.applications.models import Application, Attachment, CorrectionRequest
from approvals.applications.rights import require_member
from approvals.applications.services.locking import locked
from approvals.programs.form_schema import form_of, slots_of
from journal.services import record
from organizations.models import Organ, User
from workflows import operations
from workflows.calendar import add_workdays
from workflows.models import Task

CORRECTION_WORKDAYS = 10
"""The applicant's term when the program says nothing else (`deadlines.correction`)."""

OUTCOME = "resubmit"


@transaction.atomic
def request_correction(
    application: Application,
    task: Task | None,
    items: Sequence[Mapping[str, str]],
    *,
    by: User,
    override: str = "",
) -> CorrectionRequest:
    """Stores what a reviewer returns; called within his act, between `begin` and `finish`.

    Every item names a `field` or `slot` of the program and the `problem`. The same organ asks once:
    a second list may only name what the resubmission changed, unless a supervisor's `override`
    reason is given. Raises WrongStateError.
    """
    case = locked(application.pk)
    if CorrectionRequest.objects.filter(application=case, answered_at=None).exists():
        raise WrongStateError(_("申请人尚未答复上一次补正告知，不能再次告知。"))
    listed = _checked_items(case, items)
    organ = task.organ if task is not None else None
    if not override:
        _check_only_once(case, organ, listed)
    due = add_workdays(clock.today(), _term(case))
    correction = CorrectionRequest.objects.create(
        application=case,
        task_id=task.pk if task is not None else None,
        items=listed,
        requested_by=by,
        organ=organ,
        requested_at=clock.now(),
        due_on=due.day,
        due_provisional=due.provisional,
    )
    told = {"items": listed, "due_on": due.day.isoformat(), "override": override}
    record(case.stream, "correction_requested", actor=by, data=told)
    return correction


def _term(case: Application) -> int:
    deadline = case.program.content.get("deadlines", {}).get("correction", {})
    return int(deadline.get("days", CORRECTION_WORKDAYS))


def _checked_items(case: Application, items: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    content = case.program.content
    fields = {field.key: field.label for field in form_of(content).fields()}
    slots = {slot.key: slot.label for slot in slots_of(content)}
    if not items:
        raise WrongStateError(_("请至少列明一项需要补正的内容。"))
    listed = []
    for entry in items:
        kind, known = ("slot", slots) if entry.get("slot") else ("field", fields)
        key = entry.get(kind, "")
        problem = entry.get("problem", "").strip()
        if key not in known:
            raise WrongStateError(_("申请表和材料清单中没有“%(key)s”这一项。") % {"key": key})
        if not problem:
            raise WrongStateError(_("请写明“%(label)s”存在的问题。") % {"label": known[key]})
        listed.append({kind: key, "label": known[key], "problem": problem[:1000]})
    return listed


def _check_only_once(case: Application, organ: Organ | None, listed: list[dict[str, str]]) -> None:
    """行政许可法 art. 32: all items at once. What the answer brought in new may be asked about."""
    earlier = CorrectionRequest.objects.filter(application=case, organ=organ)
    answered = [correction for correction in earlier if correction.answered_at is not None]
    if not answered:
        return
    fresh = {key for correction in answered for key in correction.changes}
    late = [item["label"] for item in listed if item_key(item) not in fresh]
    if late:
        raise WrongStateError(
            _(
                "补正应当一次性告知；“%(labels)s”不是补正后新出现的内容，须经监督人员批准后再次告知。"
            )
            % {"labels": "、".join(late)}
        )


def item_key(entry: Mapping[str, str]) -> str:
    """The field or slot an item is about."""
    return entry.get("slot") or entry.get("field", "")


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
        .filter(application=case, answered_at=None)
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
    case.version += 1
    case.save(update_fields=["data", "version"])
    correction.answers = final
    correction.changes = changes
    correction.answered_at = clock.now()
    correction.answered_version = case.version
    correction.save(update_fields=["answers", "changes", "answered_at", "answered_version"])
    operations.renew_material(act.process)
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
