"""分派: a task of the office goes to a colleague, by the operation of 转办."""

from __future__ import annotations

from approvals.operations import services as operations
from approvals.worklist.bulk.acts import Order
from approvals.worklist.models import BulkLine
from organizations.models import User


def assign(line: BulkLine, order: Order, *, actor: User, key: str) -> None:
    """The seat is the colleague's from now on, who is told; one journal entry that names the run.
    Raises OperationError: the engine asks whether both may."""
    operations.transfer_seat(
        line.task_id,
        actor=actor,
        key=key,
        expected_version=None,
        reason=order.text,
        to=order.colleague or 0,
        facts={"bulk": line.run_id},
    )
