"""Hand-over and proof of service (送达回证): to whom, how, when received or refused.

The day of service starts the terms for review and suit (domain.md §3.11); approvals reads it from
`service_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from documents.models import Document
from documents.print_room import acts
from documents.print_room.errors import Refused
from documents.print_room.models import Copy, Delivery, Purpose, SealEntry
from documents.print_room.printing import journal, locked_one, require
from documents.print_room.sealing import needs_seal
from organizations.models import User
from organizations.permissions import Permission

Method, Outcome = Delivery.Method, Delivery.Outcome


@dataclass(frozen=True, slots=True)
class Proof:
    """What came back: the outcome, its day, who signed, or why not and before whom."""

    outcome: Delivery.Outcome
    served_on: date | None = None
    signed_by: str = ""
    signed_as: str = ""
    reason: str = ""
    witness: str = ""


@transaction.atomic
def hand_over(
    document_id: int,
    *,
    purpose: str,
    recipient: str,
    method: str,
    by: User,
    tracking: str = "",
    key: str = "",
) -> Delivery:
    """Hand the recipient's copies over, or send them. Raises Refused."""
    document = locked_one(document_id, by)
    require(by, Permission.PRINT_DOCUMENT, document.lead_organ)
    payload = {"hand": document_id, "to": recipient, "how": method, "tracking": tracking}
    if (answer := acts.earlier(key, by, payload)) is not None:
        return Delivery.objects.get(pk=answer)
    copies = _ready(document, purpose, recipient)
    if method == Method.POST and not tracking.strip():
        raise Refused("tracking", _("邮寄送达请填写邮件编号"))
    delivery = Delivery.objects.create(
        document=document,
        purpose=purpose,
        recipient=recipient,
        method=method,
        tracking=tracking.strip(),
        handed_by=by,
        handed_at=clock.now(),
    )
    Copy.objects.filter(pk__in=[copy.pk for copy in copies]).update(delivery=delivery)
    told = {"to": recipient, "how": method, "copies": [copy.number for copy in copies]}
    journal(document, "document_handed_over", by, {"delivery": delivery.pk, **told})
    acts.remember(key, by, payload, delivery.pk)
    return delivery


def _ready(document: Document, purpose: str, recipient: str) -> list[Copy]:
    """The recipient's copies that may leave the house: whole, sealed, not yet handed over."""
    if document.state != Document.State.VALID:
        raise Refused("", _("公文已不是有效状态，不能送达"))
    if purpose == Purpose.FILE:
        raise Refused("recipient", _("存档的一份留在本机关，不办理送达"))
    waiting = Copy.objects.select_for_update(of=("self",)).select_related("seal_entry")
    copies = list(
        waiting.filter(
            document=document,
            purpose=purpose,
            recipient=recipient,
            spoiled_at=None,
            delivery=None,
        )
    )
    if not copies:
        raise Refused("recipient", _("没有待交付给“%s”的份，请先打印") % recipient)
    unsealed = [
        copy.number
        for copy in copies
        if copy.seal_entry is None or copy.seal_entry.state != SealEntry.State.APPLIED
    ]
    if unsealed and needs_seal(document):
        named = "、".join(unsealed[:5])
        raise Refused("recipient", _("第%s份尚未盖章，盖章后才能交付") % named)
    return copies


@transaction.atomic
def prove(delivery_id: int, proof: Proof, *, by: User, key: str = "") -> Delivery:
    """Record what came back. A returned letter frees its copies for another hand-over.

    Raises Refused.
    """
    document_id = Delivery.objects.values_list("document_id", flat=True).get(pk=delivery_id)
    document = locked_one(document_id, by)
    require(by, Permission.PRINT_DOCUMENT, document.lead_organ)
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    payload = {"prove": delivery_id, "proof": str(proof)}
    if acts.earlier(key, by, payload) is not None:
        return delivery
    if delivery.outcome != Outcome.UNDER_WAY:
        raise Refused("", _("该次送达的结果已经登记为“%s”") % delivery.get_outcome_display())
    _check(delivery, proof)
    delivery.outcome, delivery.served_on = proof.outcome, proof.served_on
    delivery.signed_by, delivery.signed_as = proof.signed_by.strip(), proof.signed_as.strip()
    delivery.reason, delivery.witness = proof.reason.strip(), proof.witness.strip()
    delivery.recorded_by, delivery.recorded_at = by, clock.now()
    delivery.save()
    if proof.outcome == Outcome.RETURNED:
        delivery.copies.update(delivery=None)
    told = {"delivery": delivery.pk, "to": delivery.recipient, "outcome": proof.outcome}
    day = proof.served_on.isoformat() if proof.served_on else None
    journal(document, "service_recorded", by, {**told, "day": day})
    acts.remember(key, by, payload, delivery.pk)
    return delivery


def _check(delivery: Delivery, proof: Proof) -> None:
    """Each outcome with what the slip must show for it."""
    if proof.outcome == Outcome.UNDER_WAY:
        raise Refused("outcome", _("请选择送达结果"))
    if proof.outcome == Outcome.RETURNED:
        _need("reason", proof.reason, _("退回的，请写明原因"))
        return
    _check_day(delivery, proof.served_on)
    if proof.outcome == Outcome.REFUSED:
        _need("reason", proof.reason, _("拒收的，请写明拒收事由"))
        _need("witness", proof.witness, _("留置送达应当有见证人，请填写见证人姓名和单位"))
    elif delivery.method != Method.ELECTRONIC:
        _need("signed_by", proof.signed_by, _("请填写签收人"))


def _need(field: str, value: str, sentence: str) -> None:
    if not value.strip():
        raise Refused(field, sentence)


def _check_day(delivery: Delivery, day: date | None) -> None:
    handed = delivery.handed_at.astimezone(clock.BEIJING).date()
    if day is None:
        raise Refused("served_on", _("请填写送达日期"))
    if not handed <= day <= clock.today():
        words = {"first": handed.isoformat()}
        raise Refused("served_on", _("送达日期应当在交付日（%(first)s）和今天之间") % words)


def service_of(document: Document) -> Delivery | None:
    """The service on the addressee from which terms run: the latest proven one; one query."""
    proven = document.deliveries.filter(
        purpose=Purpose.ADDRESSEE, outcome__in=[Outcome.SERVED, Outcome.REFUSED]
    )
    return proven.order_by("-served_on", "-pk").first()
