"""What every paper about a case may say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application, Attachment
from approvals.programs.form_schema import slots_of
from documents import wording


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
    rows = [["1", _("申请表"), _("在线填写")]]
    for slot in slots_of(case.program.content):
        names = [file.name for file in files if file.slot == slot.key]
        if names:
            rows.append([str(len(rows) + 1), slot.label, "、".join(names)[:_CELL]])
    return rows


_CELL = 300
"""Characters of one cell (documents.content.CAPS); the full list stands in the case."""


def _day(moment: datetime | None) -> str:
    return wording.chinese_date(moment.astimezone(clock.BEIJING).date()) if moment else ""
