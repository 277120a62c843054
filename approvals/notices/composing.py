"""A template and words make a content document; nothing a person typed is ever template code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from approvals.notices.facts import Words
from approvals.notices.kinds import REMEDY, Kind
from approvals.programs.notices import Frame, assembled
from documents import wording
from documents.print_room.terms import SealRule

CHINESE = "zh-hans"
"""What is printed is Chinese, whatever language its maker reads the pages in."""
PENDING = "（待配置）"
"""What a preview prints where a pack has no measure; nothing can be issued so (domain §7.27)."""
VOCABULARY = ("incubators", "county_level", "leading_group", "measure", "superior")


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues and by which city's words; names and places only, no rows of the database."""

    city: str
    organs: Sequence[str]
    vocabulary: Mapping[str, str]
    day: date
    specimen: bool = False

    def common(self, basis: tuple[str, str]) -> dict[str, str]:
        """The fields every template may name. `basis` is title and number of the measure."""
        title, number = basis
        words = {f"word_{name}": self.vocabulary.get(name, "") for name in VOCABULARY}
        return {
            "organ": self.organs[0],
            "organs": "、".join(self.organs),
            "city": self.city,
            "date": wording.chinese_date(self.day),
            "year": str(self.day.year),
            "legal_basis": title or PENDING,
            "legal_basis_number": number or PENDING,
            "contact": self.vocabulary.get("contact", self.organs[0]),
            **words,
        }

    @property
    def remedy(self) -> str:
        """A joint act goes to the government alone, whatever the day (§3.11)."""
        superior = self.vocabulary.get("superior", "") if len(self.organs) == 1 else ""
        return wording.remedy(self.day, self.city, superior)


def printing_office(organ: str) -> str:
    """印发机关 of an organ: its office, or itself when it is one."""
    return organ if organ.endswith("办公室") else f"{organ}办公室"


def compose(
    kind: Kind,
    template: Mapping[str, Any],
    words: Words,
    issuer: Issuer,
    *,
    basis: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """The content document, without number and code; raises FillingError for an unknown field."""
    texts = {**issuer.common(basis), **words.texts}
    if kind.remedy:
        texts.setdefault(REMEDY, issuer.remedy)
    frame = Frame(
        organs=issuer.organs,
        day=issuer.day.isoformat(),
        printed_by=printing_office(issuer.organs[0]),
        specimen=issuer.specimen,
    )
    made = assembled(template, texts, words.rows, frame)
    return made if SealRule(kind.seal).is_required else {**made, "stamped": False}
