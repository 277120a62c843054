"""Terms of inquiries, in working days: the program's own, else the stated defaults."""

from __future__ import annotations

from approvals.applications.models import Application

ANSWER_WORKDAYS = 5
"""For the applicant's answer (program content `deadlines.question.days`)."""
REPLY_WORKDAYS = 10
"""For another organ's reply slip (program content `deadlines.consultation.days`)."""


def days_to_answer(case: Application) -> int:
    """Working days the applicant has for an answer."""
    return _days(case, "question", ANSWER_WORKDAYS)


def days_to_reply(case: Application) -> int:
    """Working days a consulted organ has for its reply."""
    return _days(case, "consultation", REPLY_WORKDAYS)


def _days(case: Application, name: str, default: int) -> int:
    return int(case.program.content.get("deadlines", {}).get(name, {}).get("days", default))
