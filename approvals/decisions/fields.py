"""Everything a notice may say about a case, as texts and rows by the names of the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

import clock
from approvals.applications.eligibility import assess_application
from approvals.applications.models import Application
from approvals.programs import notices
from approvals.programs.rules import Assessment
from approvals.reviews.models import Opinion
from approvals.reviews.statement import CLAUSE_REQUIRED
from documents import wording
from organizations.models import Organ
from workflows.selectors import Window, window_of_phase

LOOKED_AT_BY = frozenset({"county", "department", "expert", "finance", "finance_officer"})
"""Roles whose steps a notice names as the course of review (经…审核、会审、评审)."""
PUBLICITY = "publicity"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What is known about a case when its notice is composed."""

    application: Application
    opinions: Sequence[Opinion]
    assessment: Assessment
    organs: Sequence[Organ]
    city: Organ
    window: Window | None
    day: date

    @property
    def reasons(self) -> list[dict[str, str]]:
        """The reviewer's reasons for a refusal, else the conditions that do not hold."""
        for opinion in reversed(self.opinions):
            if opinion.outcome in CLAUSE_REQUIRED and opinion.reasons:
                return list(opinion.reasons)
        return [
            {"clause": rule.clause, "requirement": rule.requirement, "finding": rule.message}
            for rule in self.assessment.failed
        ]


def case_file(application: Application, organs: Sequence[Organ]) -> CaseFile:
    """Reads what the notice needs; three queries."""
    return CaseFile(
        application=application,
        opinions=list(application.opinions.all()),
        assessment=assess_application(application),
        organs=organs,
        city=Organ.objects.get(city=application.city, kind="city"),
        window=window_of_phase(application.process, PUBLICITY) if application.process else None,
        day=clock.today(),
    )


def fields_of(file: CaseFile) -> dict[str, Any]:
    """Texts, rows and the three structural fields of `programs.notices.compose`."""
    content = file.application.program.content
    return {
        **notices.form_fields(content, file.application.data),
        **_parties(file),
        **course(file),
        **_law(file),
        **_money(file),
        **_rows(file),
        "organ_names": [organ.name for organ in file.organs],
        "date": file.day.isoformat(),
        "printed_by": _("%(organ)s办公室") % {"organ": file.organs[0].name},
    }


def _parties(file: CaseFile) -> dict[str, str]:
    application = file.application
    direct = application.applicant.applicant.direct_sponsor_id is not None
    county = application.county.short_name if application.county and not direct else ""
    return {
        "organ": file.organs[0].name,
        "organs": _("、").join(organ.name for organ in file.organs),
        "city": file.city.name,
        "applicant": application.applicant.name,
        "applicant_code": application.applicant.applicant.credit_code,
        "county": county,
        "contact": file.city.vocabulary.get("contact", file.organs[0].name),
    }


def course(file: CaseFile) -> dict[str, str]:
    """How the case came here: its days, who reviewed, the publicity window."""
    application = file.application
    seen = dict.fromkeys(opinion.title for opinion in file.opinions if opinion.role in LOOKED_AT_BY)
    consulted = dict.fromkeys(
        opinion.organ.short_name
        for opinion in file.opinions
        if opinion.role == "department" and opinion.organ is not None
    )
    return {
        "program_title": application.program.title,
        "application_number": application.number or "",
        "submitted_on": _day(application.submitted_at),
        "accepted_on": _day(application.accepted_at),
        "decided_on": wording.chinese_date(file.day),
        "year": str(file.day.year),
        "review_route": _("、").join(seen),
        "departments": _("、").join(consulted),
        "publicity_from": _day(file.window.opened if file.window else None),
        "publicity_to": _day(file.window.last_day if file.window else None),
    }


def _law(file: CaseFile) -> dict[str, str]:
    content = file.application.program.content
    basis = content["legal_basis"]
    told = content.get("remedy", {}).get("told", True)
    superior = file.city.vocabulary.get("superior", "") if len(file.organs) == 1 else ""
    return {
        "legal_basis": basis["title"],
        "legal_basis_number": basis["number"],
        "clauses": _("、").join(dict.fromkeys(row["clause"] for row in file.reasons)),
        "conclusion": _conclusion(file),
        "remedy": wording.remedy(file.day, file.city.name, superior) if told else "",
    }


def _conclusion(file: CaseFile) -> str:
    """The words of the one who proposed the refusal."""
    for opinion in reversed(file.opinions):
        if opinion.outcome in CLAUSE_REQUIRED:
            return opinion.text
    return ""


def _money(file: CaseFile) -> dict[str, str]:
    amount = file.application.amount
    if amount is None:
        return {"amount_text": "", "amount_capitals": "", "amount_yuan": ""}
    return {
        "amount_text": wording.amount_in_text(amount),
        "amount_capitals": wording.amount_in_capitals(amount),
        "amount_yuan": f"{amount:.2f}",
    }


def _rows(file: CaseFile) -> dict[str, list[list[str]]]:
    application = file.application
    payee = [
        application.county.short_name if application.county else "",
        application.applicant.name,
        application.program.title,
        f"{application.amount:.2f}" if application.amount is not None else "",
    ]
    return {
        "requirements": notices.requirement_rows(file.assessment),
        "reasons": [[row["clause"], row["requirement"], row["finding"]] for row in file.reasons],
        "sum": notices.sum_rows(file.assessment),
        "excluded": notices.excluded_rows(file.assessment),
        "allocation": [payee],
    }


def _day(moment: date | datetime | None) -> str:
    if moment is None:
        return ""
    day = moment.astimezone(clock.BEIJING).date() if isinstance(moment, datetime) else moment
    return wording.chinese_date(day)
