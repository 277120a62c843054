"""Who gets how many copies: the addressees, who gets one for information, and the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from documents.print_room.models import Purpose

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the distribution list (分发清单)."""

    purpose: Purpose
    recipient: str
    copies: int = 1


def distribution(content: Mapping[str, Any], holder: str = "") -> list[Line]:
    """One copy for each addressee (主送), for each organ informed (抄送), and one for the file.

    A form or certificate without addressees goes to its holder.
    """
    addressees = list(content.get("addressees") or []) or ([holder] if holder else [])
    informed = (content.get("imprint") or {}).get("copies_to") or []
    return [
        *(Line(Purpose.ADDRESSEE, name[:LONGEST_NAME]) for name in addressees),
        *(Line(Purpose.COPY, name[:LONGEST_NAME]) for name in informed),
        Line(Purpose.FILE, _("本机关")),
    ]


def total(lines: Sequence[Line]) -> int:
    """Copies of all lines together."""
    return sum(line.copies for line in lines)
