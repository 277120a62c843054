"""What reviewers ask the applicant to mend: 补正 before acceptance (C12), a return after it (C6).

Before acceptance: within five working days of receipt, once and complete; a second request names
only what the resubmission brought in new, unless a supervisor has given leave. After acceptance
nothing is called 补正 any more: the case is returned with its items, and what may be returned, and
how often, is the flow's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications import acts
from approvals.applications.errors import WrongStateError
from approvals.applications.models import (
    OPEN_REQUEST,
    Application,
    CorrectionOverride,
    CorrectionRequest,
)
from approvals.applications.rights import FILING_ROLES, require_supervisor
from approvals.applications.services.locking import locked
from approvals.applications.services.sight import locked_in_sight, require_version
from approvals.applications.versions import changed_since
from approvals.programs.form_schema import form_of, slots_of
from journal.services import record
from organizations.models import Organ, User
from workflows.calendar import Due, add_workdays
from workflows.models import Task
from workflows.reopened import first_entered

CORRECTION_WORKDAYS = 10
"""The applicant's term when the program says nothing else (`deadlines.correction`)."""
RECEIPT_WORKDAYS = 5
"""行政许可法 art. 32, when the program says nothing else (`deadlines.intake`)."""
REASON_LENGTH = 500
PROBLEM_LENGTH = 1000
OVERRIDE = "correction_override"


@transaction.atomic
def request_correction(
    application: Application,
    task: Task | None,
    items: Sequence[Mapping[str, str]],
    *,
    by: User,
) -> CorrectionRequest:
    """Stores what a reviewer returns; called within his act, between `begin` and `finish`.

    Every item names a `field` or `slot` of the program and the `problem`. Raises WrongStateError
    with code `correction_open`, `no_items`, `late_request` or `second_request`.
    """
    case = locked(application.pk)
    if CorrectionRequest.objects.filter(OPEN_REQUEST, application=case).exists():
        message = _("申请人尚未答复上一次告知，不能再次告知。")
        raise WrongStateError(message, code="correction_open")
    listed = _checked_items(case, items)
    organ = task.organ if task is not None else None
    accepted, override = case.accepted_at is not None, None
    if not accepted:
        _require_in_time(case, task)
        override = _leave_to_ask_again(case, organ, listed)
    correction = _store(case, task, organ, listed, by, accepted=accepted)
    if override is not None:
        CorrectionOverride.objects.filter(pk=override.pk).update(used_by=correction)
    told = {"items": listed, "due_on": correction.due_on, "kind": correction.kind}
    if override is not None:
        told |= {"override": override.reason, "override_by": override.granted_by.name}
    record(case.stream, _verb(correction), actor=by, data=told)
    return correction


def void_closed_request(case: Application, *, by: User | None) -> None:
    """What the applicant was asked and has not answered is void when his step was closed: the case
    went back before it, or the part of who asked was annulled. One query when nothing is asked."""
    asked = CorrectionRequest.objects.filter(OPEN_REQUEST, application=case).first()
    if asked is None:
        return
    seats = Task.objects.filter(process=case.process_id, role__in=FILING_ROLES, is_open=True)
    if seats.exists():
        return
    asked.void_at = clock.now()
    asked.save(update_fields=["void_at"])
    record(case.stream, "correction_void", actor=by, data={"request": asked.pk})


def _verb(correction: CorrectionRequest) -> str:
    return "returned_to_applicant" if correction.is_return else "correction_requested"


def _store(
    case: Application,
    task: Task | None,
    organ: Organ | None,
    listed: list[dict[str, str]],
    by: User,
    *,
    accepted: bool,
) -> CorrectionRequest:
    due = add_workdays(clock.today(), _days(case, "correction", CORRECTION_WORKDAYS))
    kinds = CorrectionRequest.Kind
    return CorrectionRequest.objects.create(
        application=case,
        kind=kinds.RETURN if accepted else kinds.CORRECTION,
        version=case.version,
        task_id=task.pk if task is not None else None,
        items=listed,
        requested_by=by,
        organ=organ,
        requested_at=clock.now(),
        due_on=due.day,
        due_provisional=due.provisional,
    )


def _days(case: Application, name: str, default: int) -> int:
    deadline = case.program.content.get("deadlines", {}).get(name, {})
    return int(deadline.get("days", default))


def _checked_items(case: Application, items: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    content = case.program.content
    fields = {field.key: field.label for field in form_of(content).fields()}
    slots = {slot.key: slot.label for slot in slots_of(content)}
    if not items:
        raise WrongStateError(_("请至少列明一项需要补正的内容。"), code="no_items")
    listed = []
    for entry in items:
        kind, known = ("slot", slots) if entry.get("slot") else ("field", fields)
        key = entry.get(kind, "")
        problem = entry.get("problem", "").strip()
        if key not in known:
            message = _("申请表和材料清单中没有“%(key)s”这一项。") % {"key": key}
            raise WrongStateError(message, code="no_items")
        if not problem:
            message = _("请写明“%(label)s”存在的问题。") % {"label": known[key]}
            raise WrongStateError(message, code="no_items")
        listed.append({kind: key, "label": known[key], "problem": problem[:PROBLEM_LENGTH]})
    return listed


def last_day_to_ask(case: Application, task: Task) -> Due:
    """The last day on which the organ of this step may ask for corrections.

    Its five working days run from the day the material reached it, as the diagram's timers count;
    whoever takes an opinion back gains none.
    """
    received = first_entered(task).astimezone(clock.BEIJING).date()
    return add_workdays(received, _days(case, "intake", RECEIPT_WORKDAYS))


def received_on(case: Application) -> date:
    """The day of receipt a silent acceptance counts from: of the filing, or of the latest
    resubmission, which begins a new check (C12). One query."""
    answered = case.corrections.filter(kind=CorrectionRequest.Kind.CORRECTION).exclude(
        answered_at=None
    )
    latest = answered.order_by("-answered_at").values_list("answered_at", flat=True).first()
    received = latest or case.submitted_at or clock.now()
    return received.astimezone(clock.BEIJING).date()


def _require_in_time(case: Application, task: Task | None) -> None:
    if task is None:
        return
    last = last_day_to_ask(case, task).day
    if clock.today() > last:
        raise WrongStateError(
            _(
                "要求补正须在收到材料之日起五个工作日内一次性告知，"
                "本环节的期限为 %(day)s；请直接提出意见。"
            )
            % {"day": last.isoformat()},
            code="late_request",
        )


def allowed_again(case: Application, organ: Organ | None) -> frozenset[str] | None:
    """What this organ may still ask about: None = everything, it has not asked yet; else the keys
    that the answer to its last request brought in new. Two queries at most."""
    last = (
        CorrectionRequest.objects.filter(
            application=case, organ=organ, kind=CorrectionRequest.Kind.CORRECTION
        )
        .exclude(answered_at=None)
        .order_by("pk")
        .last()
    )
    return None if last is None else changed_since(case, last.version)


def _leave_to_ask_again(
    case: Application, organ: Organ | None, listed: list[dict[str, str]]
) -> CorrectionOverride | None:
    """行政许可法 art. 32: all items at once. The override that lets an old item pass, if needed."""
    fresh = allowed_again(case, organ)
    late = [] if fresh is None else [item for item in listed if item_key(item) not in fresh]
    if not late:
        return None
    override = unused_override(case)
    if override is None:
        labels = "、".join(item["label"] for item in late)
        raise WrongStateError(
            _(
                "补正应当一次性告知；“%(labels)s”不是补正后新出现的内容，须经监督人员批准后再次告知。"
            )
            % {"labels": labels},
            code="second_request",
        )
    return override


def item_key(entry: Mapping[str, str]) -> str:
    """The field or slot an item is about."""
    return entry.get("slot") or entry.get("field", "")


def unused_override(case: Application) -> CorrectionOverride | None:
    """The leave a supervisor gave and nobody has used yet; one query."""
    waiting = CorrectionOverride.objects.filter(application=case, used_by=None)
    return waiting.select_related("granted_by").first()


@transaction.atomic
def allow_second_request(
    application: Application, *, actor: User, key: str, expected_version: int, reason: str
) -> CorrectionOverride:
    """A supervisor lets the offices ask the applicant once more about something old; journalled.

    Raises NotVisible, Stale, NotAllowedError, KeyReusedError, and WrongStateError with code
    `reason_missing`, `accepted` (then it is a return, no leave is needed), `not_asked_yet` or
    `override_open`.
    """
    case = locked_in_sight(application.pk, actor)
    require_supervisor(actor, case.applicant)
    reason = reason.replace("\x00", "").strip()[:REASON_LENGTH]
    payload: dict[str, Any] = {"actor": actor.pk, "reason": reason}
    if acts.already_done(case, key, OVERRIDE, payload):
        return CorrectionOverride.objects.filter(application=case).order_by("pk").reverse()[0]
    _require_use(case, expected_version, reason)
    acts.remember(case, key, OVERRIDE, payload)
    override = CorrectionOverride.objects.create(
        application=case, granted_by=actor, granted_at=clock.now(), reason=reason
    )
    record(case.stream, "second_correction_allowed", actor=actor, data={"reason": reason})
    return override


def _require_use(case: Application, expected_version: int, reason: str) -> None:
    if not reason:
        raise WrongStateError(_("请写明批准再次补正的理由。"), code="reason_missing")
    require_version(case, expected_version)
    if case.is_closed or case.accepted_at is not None:
        message = _(
            "该申请已受理或已办结，不再适用补正；受理后需要修改的，由办理人退回并列明事项。"
        )
        raise WrongStateError(message, code="accepted")
    if not case.corrections.exclude(answered_at=None).exists():
        message = _("尚未有过已答复的补正告知，办理人可以直接一次性告知。")
        raise WrongStateError(message, code="not_asked_yet")
    if unused_override(case) is not None:
        message = _("已有一次尚未使用的批准，不需要重复批准。")
        raise WrongStateError(message, code="override_open")
