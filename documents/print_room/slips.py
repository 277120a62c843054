"""The slip of service (送达回证, kind D24): blanks for the pen, or printed as proven."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

import clock
from documents.print_room.models import Delivery
from documents.print_room.sheets import span, specimen
from documents.wording import chinese_date

_BLANK = "　" * 8


def content_of(delivery: Delivery) -> dict[str, Any]:
    """The slip as a content document; what is not known yet stays blank for the pen."""
    document = delivery.document
    numbers = [copy.number for copy in delivery.copies.order_by("n")]
    handed = delivery.handed_at.astimezone(clock.BEIJING).date()
    method = str(delivery.get_method_display())
    if delivery.tracking:
        method += f"，邮件编号{delivery.tracking}"
    refused = delivery.outcome == Delivery.Outcome.REFUSED
    signer = "，".join(part for part in (delivery.signed_by, delivery.signed_as) if part)
    rows = [
        ["送达文书", f"{document.number}《{document.title}》"],
        ["份数和份号", f"{len(numbers)}份，份号{span(numbers)}" if numbers else _BLANK],
        ["受送达人", delivery.recipient],
        ["送达方式", method],
        ["送达人", f"{delivery.handed_by.name}，{chinese_date(handed)}交付"],
        ["受送达人或者代收人签名（盖章）", "" if refused else signer],
        ["送达日期", chinese_date(delivery.served_on) if delivery.served_on else "年　月　日"],
        ["拒收事由", delivery.reason if refused else ""],
        ["见证人", delivery.witness],
        ["备注", _remark(delivery)],
    ]
    return {
        "format": "form",
        "organs": [document.lead_organ.name],
        "title": "送达回证",
        "number": None,
        "body": [{"kind": "table", "header": ["项目", "内容"], "rows": rows}],
        "date": handed.isoformat(),
        "specimen": specimen(document),
    }


def _remark(delivery: Delivery) -> str:
    if delivery.outcome == Delivery.Outcome.REFUSED:
        return "受送达人拒绝签收，已将文书留置送达。"
    if delivery.outcome == Delivery.Outcome.RETURNED:
        return f"退回：{delivery.reason}"
    return ""


def title_of(delivery: Delivery) -> str:
    """The file's name."""
    return _("送达回证-%s.pdf") % delivery.document.number
