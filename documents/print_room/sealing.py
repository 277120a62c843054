"""The seal register (用印登记): asked by the office, approved by a leader, applied by the keeper.

Three people, never one: who asked does not approve, who approved does not apply.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from documents.models import Document
from documents.print_room import acts
from documents.print_room.errors import Refused
from documents.print_room.models import Copy, SealEntry
from documents.print_room.printing import journal, locked, require
from organizations.models import User
from organizations.permissions import Permission

State = SealEntry.State


def needs_seal(document: Document) -> bool:
    """Minutes bear no seal (domain.md §4.3); everything else that is printed does."""
    return bool(document.content.get("format") != "minutes")


@transaction.atomic
def ask(document_id: int, *, by: User, key: str = "") -> SealEntry:
    """Ask for the seal on every copy that has none yet. Raises Refused."""
    document = locked([document_id])[0]
    require(by, Permission.PRINT_DOCUMENT, document.lead_organ)
    payload = {"ask": document_id}
    if (answer := acts.earlier(key, by, payload)) is not None:
        return SealEntry.objects.get(pk=answer)
    if document.state != Document.State.VALID:
        raise Refused("", _("公文已不是有效状态，不能用印"))
    if not needs_seal(document):
        raise Refused("", _("纪要不加盖印章"))
    copies = Copy.objects.filter(document=document, spoiled_at=None, seal_entry=None)
    if not copies.exists():
        raise Refused("", _("没有待盖章的份：请先打印，或者已全部盖章"))
    entry = SealEntry.objects.create(
        document=document,
        seal=_("%s印章") % document.lead_organ.name,
        asked_by=by,
        asked_at=clock.now(),
    )
    copies.update(seal_entry=entry)
    journal(document, "seal_asked", by, {"entry": entry.pk, "copies": entry.copies.count()})
    acts.remember(key, by, payload, entry.pk)
    return entry


def _entry(entry_id: int, by: User, right: Permission) -> SealEntry:
    """The entry under the lock of its document, which comes first everywhere; the right at it."""
    document_id = SealEntry.objects.values_list("document_id", flat=True).get(pk=entry_id)
    document = locked([document_id])[0]
    require(by, right, document.lead_organ)
    entry = SealEntry.objects.select_for_update().get(pk=entry_id)
    entry.document = document
    return entry


def _expect(entry: SealEntry, state: SealEntry.State) -> None:
    if entry.state != state:
        words = {"number": entry.document.number, "state": entry.get_state_display()}
        raise Refused("", _("%(number)s 的用印已是“%(state)s”，请刷新页面") % words)


@transaction.atomic
def approve(entry_id: int, *, by: User) -> SealEntry:
    """A leader approves; never who asked. Raises Refused."""
    entry = _entry(entry_id, by, Permission.SIGN_DECISION)
    _expect(entry, State.ASKED)
    if entry.asked_by_id == by.pk:
        raise Refused("", _("申请用印和批准用印不能是同一人"))
    entry.state, entry.approved_by, entry.approved_at = State.APPROVED, by, clock.now()
    entry.save(update_fields=["state", "approved_by", "approved_at"])
    journal(entry.document, "seal_approved", by, {"entry": entry.pk})
    return entry


@transaction.atomic
def decline(entry_id: int, *, reason: str, by: User) -> SealEntry:
    """The leader does not approve; the copies wait for another application. Raises Refused."""
    entry = _entry(entry_id, by, Permission.SIGN_DECISION)
    _expect(entry, State.ASKED)
    if not reason.strip():
        raise Refused("reason", _("请写明未批准的原因"))
    if entry.asked_by_id == by.pk:
        raise Refused("", _("申请用印和批准用印不能是同一人"))
    entry.state, entry.approved_by, entry.approved_at = State.DECLINED, by, clock.now()
    entry.reason = reason.strip()
    entry.save(update_fields=["state", "approved_by", "approved_at", "reason"])
    entry.copies.update(seal_entry=None)
    journal(entry.document, "seal_declined", by, {"entry": entry.pk, "reason": entry.reason})
    return entry


@transaction.atomic
def apply(entry_id: int, *, by: User) -> SealEntry:
    """The keeper applies the seal; never who approved or asked. Raises Refused."""
    entry = _entry(entry_id, by, Permission.KEEP_SEAL)
    _expect(entry, State.APPROVED)
    if by.pk in {entry.approved_by_id, entry.asked_by_id}:
        raise Refused("", _("用印人不能同时是申请人或者批准人"))
    copies = entry.copies.filter(spoiled_at=None).count()
    if not copies:
        raise Refused("", _("本次申请的份都已作废，请对补打的份重新申请用印"))
    if entry.document.state != Document.State.VALID:
        raise Refused("", _("公文已不是有效状态，不能用印"))
    entry.state, entry.applied_by, entry.applied_at = State.APPLIED, by, clock.now()
    entry.copies_sealed = copies
    entry.save(update_fields=["state", "applied_by", "applied_at", "copies_sealed"])
    entry.copies.filter(spoiled_at__isnull=False).update(seal_entry=None)
    journal(entry.document, "seal_applied", by, {"entry": entry.pk, "copies": copies})
    return entry


def each(
    entry_ids: Sequence[int], act: str, *, by: User, reason: str = ""
) -> tuple[int, list[str]]:
    """The same act on several entries, each by itself; answers how many, and the refusals."""
    done, refused = 0, []
    for entry_id in sorted(set(entry_ids)):
        try:
            if act == "decline":
                decline(entry_id, reason=reason, by=by)
            else:
                {"approve": approve, "apply": apply}[act](entry_id, by=by)
            done += 1
        except Refused as refusal:
            refused.append(str(refusal))
    return done, refused
