"""The races of semantics C16, and what the loser may be told (each 404, 409 or 422, never 500)."""

from __future__ import annotations

CLOSED = frozenset({"already_decided", "task_closed", "stale"})
KINDS: dict[str, frozenset[str]] = {
    "approve_approve": CLOSED,
    "approve_retract": CLOSED | {"next_has_acted"},
    "return_approve": CLOSED,
    "withdraw_decide": CLOSED | {"wrong_state"},
    "recuse_vote": CLOSED | {"not_found"},
}
