"""What other slices and pages call."""

from approvals.supervision.flags import close_flag, flag
from approvals.supervision.orders import close_order, insist, open_order, reply
from approvals.supervision.urging import urge_case, urge_seat

__all__ = [
    "close_flag",
    "close_order",
    "flag",
    "insist",
    "open_order",
    "reply",
    "urge_case",
    "urge_seat",
]
