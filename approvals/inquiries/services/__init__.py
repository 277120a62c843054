"""Writes of the inquiries slice; each is one transaction under the case lock."""

from approvals.inquiries.services.consultations import consult, lapse, reply
from approvals.inquiries.services.questions import answer, ask, withdraw_question
from approvals.inquiries.services.site_checks import record_site_check
from approvals.inquiries.services.wordings import keep_wording, remove_wording

__all__ = [
    "answer",
    "ask",
    "consult",
    "keep_wording",
    "lapse",
    "record_site_check",
    "remove_wording",
    "reply",
    "withdraw_question",
]
