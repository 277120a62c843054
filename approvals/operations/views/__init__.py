"""Pages of the operations slice."""

from approvals.operations.views.act import act_page
from approvals.operations.views.copies import acknowledge, copies_page
from approvals.operations.views.recusals import recusals, ruling

__all__ = [
    "acknowledge",
    "act_page",
    "copies_page",
    "recusals",
    "ruling",
]
