"""What follows a decision, by kind of program: the slices above register their details here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from approvals.decisions.models import Decision

Details = Callable[[Decision], None]
"""Writes the kind's own row, in the decision's transaction."""
Payment = Callable[[Decision, date, str], None]
"""Marks the money as paid: decision, day of payment, bank serial."""

_details: dict[str, Details] = {}
_payments: dict[str, Payment] = {}


def register(kind: str, details: Details, payment: Payment | None = None) -> None:
    """Called from `AppConfig.ready`; a kind is registered once."""
    if kind in _details:
        raise ValueError(f"kind {kind!r} is registered twice")
    _details[kind] = details
    if payment is not None:
        _payments[kind] = payment


def write_details(decision: Decision) -> None:
    """Lets the kind's slice write its row; a kind without one has nothing to add."""
    details = _details.get(decision.program.kind)
    if details is not None:
        details(decision)


def record_payment(decision: Decision, paid_on: date, serial: str) -> None:
    """Passes the payment on to the kind's slice; raises KeyError for a kind without money."""
    _payments[decision.program.kind](decision, paid_on, serial)
