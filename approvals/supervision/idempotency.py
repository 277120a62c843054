"""The same key acts once: for acts that have no case, too."""

from __future__ import annotations

from typing import Any

import clock
from approvals.applications.acts import fingerprint
from approvals.supervision.models import SupervisionAct, SupervisionOrder
from organizations.models import User
from workflows.errors import KeyReused


def earlier(key: str, actor: User, payload: dict[str, Any]) -> SupervisionAct | None:
    """The act done under this key, None when it is new. Raises KeyReused for another payload."""
    found = SupervisionAct.objects.filter(key=key).select_related("order").first()
    if found is not None and found.payload_sha256 != _digest(actor, payload):
        raise KeyReused
    return found


def remember(
    key: str, actor: User, payload: dict[str, Any], order: SupervisionOrder | None = None
) -> None:
    """Keeps the key in the transaction of the act; a second one of the same moment is refused by
    the column's uniqueness."""
    SupervisionAct.objects.create(
        key=key, payload_sha256=_digest(actor, payload), order=order, at=clock.now()
    )


def _digest(actor: User, payload: dict[str, Any]) -> str:
    return fingerprint({**payload, "actor": actor.pk})
