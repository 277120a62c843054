"""What every paper about a case may say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import clock
from approvals.applications.models import Application, Attachment
from approvals.programs.form_schema import slots_of
from documents import wording
from documents.content import CAPS


def case_words(case: Application) -> dict[str, str]:
    """The fields `case` of kinds.yaml; no query when applicant, county and program are read."""
    applicant = case.applicant
    direct = applicant.applicant.direct_sponsor_id is not None
    content = case.program.content
    return {
        "applicant": applicant.name,
        "applicant_code": applicant.applicant.credit_code,
        "county": case.county.short_name if case.county and not direct else "",
        "program_title": case.program.title,
        "program_short_title": content.get("short_title", case.program.title),
        "application_number": case.number or "",
        "submitted_on": _day(case.submitted_at),
    }


def basis_of(content: Mapping[str, Any]) -> tuple[str, str]:
    """Title and number of the program's measure; empty where the pack has none (domain §7.27)."""
    basis = content.get("legal_basis") or {}
    return str(basis.get("title", "")), str(basis.get("number", ""))


def material_rows(case: Application, files: Sequence[Attachment]) -> list[list[str]]:
    """The list of what was handed in: the form, then every slot with its files."""
    rows = [["1", "申请表", "在线填写"]]
    for slot in slots_of(case.program.content):
        names = [file.name for file in files if file.slot == slot.key]
        if names:
            number = len([row for row in rows if row[0]]) + 1
            rows += long_rows([str(number), slot.label], "、".join(names))
    return rows


def long_rows(head: list[str], text: str) -> list[list[str]]:
    """One row, or several when the text is longer than a cell may be: nothing is ever cut off."""
    size = CAPS.cell
    parts = [text[at : at + size] for at in range(0, len(text), size)] or [""]
    blank = [""] * len(head)
    return [[*(head if at == 0 else blank), part] for at, part in enumerate(parts)]


def in_groups(digest: str) -> str:
    """A hash in groups of eight, so that a line can break in it and an eye can compare it."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))


def _day(moment: datetime | None) -> str:
    return wording.chinese_date(moment.astimezone(clock.BEIJING).date()) if moment else ""
