"""What people do to seats: the engine's operation, its opinion if one is given, who is told."""

from approvals.operations.services.copies import acknowledge, copy_case
from approvals.operations.services.seats import (
    add_signer,
    delegate_seat,
    handover,
    recall_seat,
    remove_signer,
    transfer_seat,
)

__all__ = [
    "acknowledge",
    "add_signer",
    "copy_case",
    "delegate_seat",
    "handover",
    "recall_seat",
    "remove_signer",
    "transfer_seat",
]
