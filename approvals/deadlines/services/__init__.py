"""Writes of the clock: the stored last day, and what people do to it. One function, one commit."""

from approvals.deadlines.services.calendars import recompute_terms
from approvals.deadlines.services.extensions import confirm_extension, propose_extension
from approvals.deadlines.services.pauses import (
    end_special_procedure,
    resume,
    special_procedure,
    suspend,
)
from approvals.deadlines.services.recomputing import follow_move, recompute

__all__ = [
    "confirm_extension",
    "end_special_procedure",
    "follow_move",
    "propose_extension",
    "recompute",
    "recompute_terms",
    "resume",
    "special_procedure",
    "suspend",
]
