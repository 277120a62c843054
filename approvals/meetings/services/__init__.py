"""Writes of the meetings slice; the order of locks is meeting, then the streams of the journal."""

from approvals.meetings.services.agenda import defer_item, list_cases, move_item, withdraw_item
from approvals.meetings.services.confirming import confirm_minutes
from approvals.meetings.services.gathering import cancel_meeting, change_meeting, make_meeting
from approvals.meetings.services.recording import record_item, send_back, submit_minutes

__all__ = [
    "cancel_meeting",
    "change_meeting",
    "confirm_minutes",
    "defer_item",
    "list_cases",
    "make_meeting",
    "move_item",
    "record_item",
    "send_back",
    "submit_minutes",
    "withdraw_item",
]
