"""Writes of the experts slice."""

from approvals.experts.services.declaring import declare
from approvals.experts.services.draws import commit, reveal, void
from approvals.experts.services.leaving import replace
from approvals.experts.services.naming import name_replacement
from approvals.experts.services.pool import add_expert, close_expert
from approvals.experts.services.scoring import fill_sheet

__all__ = [
    "add_expert",
    "close_expert",
    "commit",
    "declare",
    "fill_sheet",
    "name_replacement",
    "replace",
    "reveal",
    "void",
]
