"""What people do to a case: each operation is one function in one transaction.

`start`, `begin` + `finish`, `claim`, `release`, `cancel`, `retry`, `renew_material`. Errors are
`workflows.errors`.
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
from workflows.operations.seats import claim, release
from workflows.operations.starting import start

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
    "begin",
    "cancel",
    "claim",
    "finish",
    "release",
    "renew_material",
    "retry",
    "start",
]
