"""Rows of the inquiries slice."""

from approvals.inquiries.models.consultation import Consultation, Stance
from approvals.inquiries.models.question import Question
from approvals.inquiries.models.site_check import SiteCheck, SitePhoto
from approvals.inquiries.models.wording import Wording

__all__ = ["Consultation", "Question", "SiteCheck", "SitePhoto", "Stance", "Wording"]
