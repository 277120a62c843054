"""The seal register (用印登记): asked by the office, approved by a leader, applied by the keeper.

Three people, never one: who asked does not approve, who approved does not apply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import clock
from documents.models import Document
from documents.print_room import acts, terms
from documents.print_room.errors import Refused
from documents.print_room.models import Copy, SealEntry
from documents.print_room.printing import journal, locked_one, require
from documents.print_room.terms import SealRule
from organizations.models import User
from organizations.permissions import Permission

State = SealEntry.State
_SEALS = {SealRule.ACCEPTANCE: gettext_lazy("%s受理专用章")}


def _rule(document: Document) -> SealRule:
    return terms.seal_rule(document.kind, str(document.content.get("format")))


def may_bear_seal(document: Document) -> bool:
    """Minutes, proofs of service and what is signed by hand bear none."""
    return _rule(document) not in {SealRule.NONE, SealRule.SIGNATURES}


def needs_seal(document: Document) -> bool:
    """Whether its copies may be handed over only with the seal."""
    return terms.needs_seal(document.kind, str(document.content.get("format")))


@transaction.atomic
def ask(document_id: int, *, by: User, key: str = "", expected: int | None = None) -> SealEntry:
    """Ask for the seal on every copy that has none yet; `expected`: copies printed so far, as the
    page showed them. Raises Refused."""
    document = locked_one(document_id, by)
    require(by, Permission.PRINT_DOCUMENT, document.lead_organ)
    payload = {"ask": document_id}
    if (answer := acts.earlier(key, by, payload)) is not None:
        return SealEntry.objects.get(pk=answer)
    acts.expect(expected, document.copies_printed, document.number)
    if document.state != Document.State.VALID:
        raise Refused("", _("公文已不是有效状态，不能用印"))
    if not may_bear_seal(document):
        raise Refused("", _("这种文书不加盖印章"))
    copies = Copy.objects.filter(document=document, spoiled_at=None, seal_entry=None)
    if not copies.exists():
        raise Refused("", _("没有待盖章的份：请先打印，或者已全部盖章"))
    entry = SealEntry.objects.create(
        document=document,
        seal=_SEALS.get(_rule(document), _("%s印章")) % document.lead_organ.name,
        asked_by=by,
        asked_at=clock.now(),
    )
    copies.update(seal_entry=entry)
    journal(document, "seal_asked", by, {"entry": entry.pk, "copies": entry.copies.count()})
    acts.remember(key, by, payload, entry.pk)
    return entry


@dataclass(frozen=True, slots=True)
class Press:
    """Who does what to an application, out of which form: its key, and the version it showed."""

    act: str
    by: User
    key: str = ""
    expected: int | None = None
    reason: str = ""

    @property
    def told(self) -> dict[str, str]:
        """What the key stands for, besides the entry."""
        return {"seal": self.act, "reason": self.reason}


def _entry(entry_id: int, press: Press, right: Permission) -> tuple[SealEntry, bool]:
    """The entry under the lock of its document, which comes first everywhere; the right at it, and
    whether this very form has acted already. Raises Refused."""
    document_id = SealEntry.objects.values_list("document_id", flat=True).get(pk=entry_id)
    document = locked_one(document_id, press.by)
    require(press.by, right, document.lead_organ)
    entry = SealEntry.objects.select_for_update().get(pk=entry_id)
    entry.document = document
    told = {"entry": entry_id, **press.told}
    if acts.earlier(press.key, press.by, told) is not None:
        return entry, True
    acts.expect(press.expected, entry.version, document.number)
    return entry, False


def _expect(entry: SealEntry, state: SealEntry.State) -> None:
    if entry.state != state:
        words = {"number": entry.document.number, "state": entry.get_state_display()}
        raise Refused("", _("%(number)s 的用印已是“%(state)s”，请刷新页面") % words)


def _settled(entry: SealEntry, press: Press, verb: str, told: dict[str, object]) -> SealEntry:
    """Writes the entry down as changed: its next version, the journal, the form's key."""
    entry.version += 1
    entry.save()
    journal(entry.document, verb, press.by, {"entry": entry.pk, **told})
    acts.remember(press.key, press.by, {"entry": entry.pk, **press.told}, entry.pk)
    return entry


@transaction.atomic
def approve(entry_id: int, *, by: User, key: str = "", expected: int | None = None) -> SealEntry:
    """A leader approves; never who asked. `expected`: the entry's version as the page showed it.

    Raises Refused.
    """
    press = Press("approve", by, key, expected)
    entry, done = _entry(entry_id, press, Permission.SIGN_DECISION)
    if done:
        return entry
    _expect(entry, State.ASKED)
    if entry.asked_by_id == by.pk:
        raise Refused("", _("申请用印和批准用印不能是同一人"))
    entry.state, entry.approved_by, entry.approved_at = State.APPROVED, by, clock.now()
    return _settled(entry, press, "seal_approved", {})


@transaction.atomic
def decline(
    entry_id: int, *, reason: str, by: User, key: str = "", expected: int | None = None
) -> SealEntry:
    """The leader does not approve; the copies wait for another application. See `approve`."""
    press = Press("decline", by, key, expected, reason.strip())
    entry, done = _entry(entry_id, press, Permission.SIGN_DECISION)
    if done:
        return entry
    _expect(entry, State.ASKED)
    if not press.reason:
        raise Refused("reason", _("请写明未批准的原因"))
    if entry.asked_by_id == by.pk:
        raise Refused("", _("申请用印和批准用印不能是同一人"))
    entry.state, entry.approved_by, entry.approved_at = State.DECLINED, by, clock.now()
    entry.reason = press.reason
    entry.copies.update(seal_entry=None)
    return _settled(entry, press, "seal_declined", {"reason": entry.reason})


@transaction.atomic
def apply(entry_id: int, *, by: User, key: str = "", expected: int | None = None) -> SealEntry:
    """The keeper applies the seal; never who approved or asked. See `approve`."""
    press = Press("apply", by, key, expected)
    entry, done = _entry(entry_id, press, Permission.KEEP_SEAL)
    if done:
        return entry
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
    entry.copies.filter(spoiled_at__isnull=False).update(seal_entry=None)
    return _settled(entry, press, "seal_applied", {"copies": copies})


_ACTS: dict[str, Callable[..., SealEntry]] = {
    "approve": approve,
    "apply": apply,
    "decline": decline,
}
_LONGEST_KEY = 44
"""Of a form for several entries: each gets a key of its own out of it."""


def each(
    shown: Mapping[int, int | None], act: str, *, by: User, reason: str = "", key: str = ""
) -> tuple[int, list[str]]:
    """The same act on several entries, each by itself; `shown`: entries with the versions their
    page showed. Answers how many are done, and the refusals."""
    done, refused = 0, []
    also = {"reason": reason} if act == "decline" else {}
    for entry_id, expected in sorted(shown.items()):
        own = f"{key[:_LONGEST_KEY]}-{entry_id}" if key else ""
        try:
            _ACTS[act](entry_id, by=by, key=own, expected=expected, **also)
            done += 1
        except Refused as refusal:
            refused.append(str(refusal))
    return done, refused
