"""What people do to a case: each operation is one function in one transaction.

`start`, `begin` + `finish`, `claim`, `release`, `cancel`, `retry`, `renew_material`; on seats
`add_signer`, `remove_signer`, `transfer_seat`, `handover`, `delegate_seat`, `recall_seat`. Errors
are `workflows.errors`.
"""

from workflows.errors import (
    AlreadyDecided,
    KeyReused,
    NotAllowed,
    NotVisible,
    OperationError,
    Stale,
    UnknownFlow,
    WrongState,
)
from workflows.operations.acts import Act, Step
from workflows.operations.closing import cancel, renew_material, retry
from workflows.operations.deciding import begin, finish
from workflows.operations.delegating import delegate_seat, recall_seat
from workflows.operations.seats import claim, release
from workflows.operations.signers import add_signer, remove_signer
from workflows.operations.starting import start
from workflows.operations.transferring import handover, transfer_seat

__all__ = [
    "Act",
    "AlreadyDecided",
    "KeyReused",
    "NotAllowed",
    "NotVisible",
    "OperationError",
    "Stale",
    "Step",
    "UnknownFlow",
    "WrongState",
    "add_signer",
    "begin",
    "cancel",
    "claim",
    "delegate_seat",
    "finish",
    "handover",
    "recall_seat",
    "release",
    "remove_signer",
    "renew_material",
    "retry",
    "start",
    "transfer_seat",
]
