"""The letter of a consultation with its reply slip (D04), and the record of a visit (D05)."""

from __future__ import annotations

from django.utils import translation

from approvals.applications.models import Application
from approvals.inquiries.models import Consultation, SiteCheck
from approvals.notices.case_words import long_rows
from approvals.notices.composing import CHINESE
from approvals.notices.models import Paper
from approvals.notices.services.issuing import Order, issue_for_case
from approvals.programs.form_schema import form_of
from approvals.programs.notices import form_fields
from organizations.models import User


def about_letter(letter: Consultation) -> str:
    """By what the paper of a letter is found again."""
    return f"consultation:{letter.pk}"


def of_letter(letter: Consultation) -> Paper | None:
    """The paper of a letter, where it has one; one query."""
    rows = Paper.objects.filter(application=letter.application_id, about=about_letter(letter))
    return rows.select_related("document").defer("document__content").first()


@translation.override(CHINESE)
def letter(consultation: Consultation, *, by: User) -> Paper | None:
    """征求意见函 in the name of the bureau, with what goes along and a slip to answer on. A county
    has no series of letters here: its question stays in the system."""
    case = consultation.application
    facts = {
        "consulted": consultation.organ.name,
        "question": consultation.text,
        "reply_by": consultation.due_on,
        "summary": _summary(case, consultation.sections),
    }
    organs = (consultation.asking_organ,)
    order = Order("consultation", facts, about=about_letter(consultation), organs=organs)
    return issue_for_case(case, order, by=by)


def _summary(case: Application, sections: list[str]) -> list[list[str]]:
    """The case in three lines, then the single answers of the sections that go along; tables are
    read in the system."""
    rows = [
        ["申请单位", case.applicant.name],
        ["申请事项", case.program.title],
        ["属地", case.county.short_name if case.county else "市直"],
    ]
    answers = form_fields(case.program.content, case.data)
    for section in form_of(case.program.content).sections:
        for field in section.fields if section.key in sections else ():
            if field.key in answers:
                label = f"{field.label}（{field.unit}）" if field.unit else field.label
                rows += long_rows([label], answers[field.key])
    return rows


def site_record(check: SiteCheck, *, by: User) -> Paper | None:
    """现场核查记录, to be signed by who went and who was there, and filed."""
    facts = {
        "checked_on": check.checked_on,
        "place": check.place,
        "checkers": "、".join(check.checkers),
        "present": check.present,
        "conclusion": check.conclusion,
        "findings": [
            row
            for finding in check.findings
            for row in long_rows(
                [
                    finding["clause"],
                    finding["requirement"],
                    "符合" if finding["met"] else "不符合",
                ],
                finding.get("remark", ""),
            )
        ],
    }
    order = Order("site_record", facts, about=f"visit:{check.pk}", organs=(check.organ,))
    return issue_for_case(check.application, order, by=by)
