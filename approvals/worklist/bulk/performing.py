"""A registry for acts whose lines differ: an upper slice says what one line does."""

from __future__ import annotations

from collections.abc import Callable

from approvals.worklist.bulk.acts import BulkAct
from approvals.worklist.models import BulkLine, BulkRun

Performer = Callable[[BulkRun, BulkLine, str], None]
"""Given the run, its locked line and the line's idempotency key; in the line's transaction. Raises
what a decision raises: the line is then answered with the sentence and nothing of it was done."""

_performers: dict[BulkAct, Performer] = {}


def register(act: BulkAct, performer: Performer) -> None:
    """Publishes who does an act's lines; again for the same act it replaces the earlier one."""
    _performers[act] = performer


def performer_of(act: BulkAct) -> Performer | None:
    """Who does the lines of this act; None: the worklist itself."""
    return _performers.get(act)
