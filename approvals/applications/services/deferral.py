"""容缺受理 (C14): accepted without a minor item against a signed promise to hand it in.

The reviews slice calls `defer` in the act that accepts; what follows (handing in, extension, the
end of the term) is in `curing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications import telling
from approvals.applications.completeness import missing_slots
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application, Commitment, CreditNote, DeferredItem
from approvals.applications.selectors import filed_attachments
from approvals.programs.form_schema import AttachmentSlot, slots_of
from jobs import services as jobs
from journal.services import record
from organizations.models import Organ, User
from workflows.calendar import Due, add_workdays

DEFERRAL = "deferral"
"""Variable of the process that says: accepted with deferred items (C14)."""
OVERDUE = "deferred_overdue"
"""Job kind: the term of an item has ended."""
DEFERRAL_WORKDAYS = 10
"""The term when the program says nothing else (`deferral.days`)."""
DECISION_WORKDAYS = 20
"""The promised handling time when the program says nothing else (`deadlines.decision`)."""
FORM_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Promise:
    """Who signed the applicant's commitment, and when: on paper, taken by the official, unless it
    was declared at filing."""

    signatory: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Deferral:
    """One item to be handed in later: the slot, in what form, until when (None: the full term)."""

    slot: str
    form: str = ""
    due_on: date | None = None

    def as_row(self) -> dict[str, Any]:
        """As JSON."""
        due = self.due_on.isoformat() if self.due_on else None
        return {"slot": self.slot, "form": self.form, "due_on": due}


def _policy(content: Mapping[str, Any], name: str, default: int) -> int:
    return int(content.get("deferral", {}).get(name, default))


def longest_term(case: Application) -> Due:
    """The last day that may be given: the program's days, never beyond the handling time (C14)."""
    content, today = case.program.content, clock.today()
    handling = content.get("deadlines", {}).get("decision", {}).get("days", DECISION_WORKDAYS)
    days = min(_policy(content, "days", DEFERRAL_WORKDAYS), int(handling))
    return add_workdays(today, days)


def credit_hold(applicant: Organ) -> CreditNote | None:
    """The note that bars this applicant from 容缺受理 today; one query."""
    return (
        CreditNote.objects.filter(applicant=applicant, holds_until__gte=clock.today())
        .order_by("-holds_until")
        .first()
    )


def require_good_credit(applicant: Organ) -> None:
    """Raises WrongStateError `credit_hold`."""
    note = credit_hold(applicant)
    if note is not None:
        raise WrongStateError(
            _(
                "该单位有未履行容缺承诺的信用记录，%(day)s 前不适用容缺受理；"
                "请补齐材料，或者告知补正。"
            )
            % {"day": note.holds_until.isoformat()},
            code="credit_hold",
        )


@transaction.atomic
def promise(case: Application, slots: Sequence[AttachmentSlot], *, by: User) -> Commitment:
    """The applicant declares, under his account and at filing, to hand the missing items in."""
    require_good_credit(case.applicant)
    return Commitment.objects.create(
        application=case,
        slots=[slot.key for slot in slots],
        signatory=by.name,
        signed_on=clock.today(),
        signed_by=by,
    )


@transaction.atomic
def defer(
    case: Application, items: Sequence[Deferral], commitment: Promise | None, *, by: User | None
) -> list[DeferredItem]:
    """Checks the preconditions and writes notice, items and their terms; the case is locked.

    Raises WrongStateError with code `no_deferred_items`, `not_deferrable`, `primary_missing`,
    `commitment_missing`, `credit_hold` or `due_beyond_term`. `by=None`: silence accepted the case.
    """
    require_good_credit(case.applicant)
    slots = _deferrable(case, items)
    _require_commitment(case, [item.slot for item in items], commitment, by)
    latest = longest_term(case)
    now = clock.now()
    made = []
    for item in items:
        due_on = item.due_on or latest.day
        if not clock.today() <= due_on <= latest.day:
            raise WrongStateError(
                _("“%(label)s”的补齐期限应在今天至 %(day)s 之间，不得超过承诺办理时限。")
                % {"label": slots[item.slot].label, "day": latest.day.isoformat()},
                code="due_beyond_term",
            )
        made.append(
            DeferredItem.objects.create(
                application=case,
                slot=item.slot,
                label=slots[item.slot].label,
                form=item.form.strip()[:FORM_LENGTH] or _usual_form(slots[item.slot]),
                due_on=due_on,
                due_provisional=latest.provisional,
                consequence=consequence(),
                told_at=now,
                told_by=by,
            )
        )
    for entry in made:
        watch(entry)
    told = [{"slot": e.slot, "form": e.form, "due_on": e.due_on} for e in made]
    record(case.stream, "accepted_with_deferred", actor=by, data={"items": told})
    _tell(case, made)
    return made


def consequence() -> str:
    """What the notice says will happen."""
    return _("逾期未补齐的，撤销受理，按不予受理办理，并记入信用记录。")


def _usual_form(slot: AttachmentSlot) -> str:
    return _("上传电子件（%(types)s）") % {"types": "、".join(slot.types)}


def _deferrable(case: Application, items: Sequence[Deferral]) -> dict[str, AttachmentSlot]:
    slots = {slot.key: slot for slot in slots_of(case.program.content)}
    chosen = {item.slot for item in items}
    if not chosen:
        raise WrongStateError(_("请至少选择一项容缺后补的材料。"), code="no_deferred_items")
    wrong = [key for key in chosen if key not in slots or not slots[key].deferrable]
    if wrong:
        labels = "、".join(slots[key].label if key in slots else key for key in sorted(wrong))
        message = _("“%(labels)s”不属于可以容缺的材料，须齐全后受理。") % {"labels": labels}
        raise WrongStateError(message, code="not_deferrable")
    missing = missing_slots(case.program.content, filed_attachments(case))
    primary = [slot.label for slot in missing if slot.key not in chosen]
    if primary:
        message = _("还缺“%(labels)s”，未列入容缺事项。") % {"labels": "、".join(primary)}
        raise WrongStateError(message, code="primary_missing")
    return slots


def _require_commitment(
    case: Application, keys: Sequence[str], commitment: Promise | None, by: User | None
) -> None:
    """A promise that names every item: declared at filing, else on paper and taken here."""
    known = Commitment.objects.filter(application=case).first()
    if known is not None and set(keys) <= set(known.slots):
        return
    if commitment is None or not commitment.signatory.strip():
        raise WrongStateError(
            _("没有申请人签署的容缺承诺，不能容缺受理；请填写承诺人和签署日期。"),
            code="commitment_missing",
        )
    if commitment.signed_on > clock.today():
        raise WrongStateError(_("承诺签署日期不能晚于今天。"), code="commitment_missing")
    Commitment.objects.update_or_create(
        application=case,
        defaults={
            "slots": list(keys),
            "signatory": commitment.signatory.strip()[:60],
            "signed_on": commitment.signed_on,
            "signed_by": None,
            "taken_by": by,
        },
    )


def watch(item: DeferredItem) -> None:
    """The job at 24:00 of the last day; an extension makes another, and the first finds nothing."""
    moment = Due(item.due_on, item.due_provisional).moment
    key = f"{item.pk}:{item.due_on.isoformat()}"
    jobs.enqueue(OVERDUE, {"item": item.pk}, key=key, run_at=moment)


def _tell(case: Application, items: Sequence[DeferredItem]) -> None:
    lines = [
        _("%(label)s：%(form)s，%(day)s 前补齐。%(consequence)s")
        % {
            "label": item.label,
            "form": item.form,
            "day": item.due_on.isoformat(),
            "consequence": item.consequence,
        }
        for item in items
    ]
    title = _("容缺受理：请按期补齐材料（%(number)s）") % {"number": case.number}
    telling.tell_applicant(case, telling.DEFERRAL, title, "\n".join(lines))


def defer_on_silence(case: Application) -> list[DeferredItem]:
    """Deemed accepted while promised items are missing: the promise holds, with the full term.

    Without a promise, or with nothing missing, nothing is deferred.
    """
    known = Commitment.objects.filter(application=case).first()
    missing = missing_slots(case.program.content, filed_attachments(case)) if known else []
    if known is None or not missing or {slot.key for slot in missing} - set(known.slots):
        return []
    return defer(case, [Deferral(slot.key) for slot in missing], None, by=None)
