"""What applicants do, and what the upper slices record about a case. One function, one commit."""

from approvals.applications.services.corrections import resubmit, save_correction
from approvals.applications.services.course import (
    record_acceptance,
    record_amount,
    record_end,
)
from approvals.applications.services.drafting import create_draft, discard_draft, save_draft
from approvals.applications.services.material import attach, remove_attachment
from approvals.applications.services.requesting import (
    allow_second_request,
    request_correction,
    void_closed_request,
)
from approvals.applications.services.submission import submit
from approvals.applications.services.withdrawal import withdraw

__all__ = [
    "allow_second_request",
    "attach",
    "create_draft",
    "discard_draft",
    "record_acceptance",
    "record_amount",
    "record_end",
    "remove_attachment",
    "request_correction",
    "resubmit",
    "save_correction",
    "save_draft",
    "submit",
    "void_closed_request",
    "withdraw",
]
