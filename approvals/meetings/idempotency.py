"""The same key acts once: a meeting has no case whose acts would keep it."""

from __future__ import annotations

from typing import Any

import clock
from approvals.applications.acts import fingerprint
from approvals.meetings.models import Meeting, MeetingAct
from organizations.models import User
from workflows.errors import KeyReused


def earlier(key: str, actor: User, payload: dict[str, Any]) -> Meeting | None:
    """The meeting of the act done under this key; None when it is new. Raises KeyReused for
    another payload."""
    found = MeetingAct.objects.filter(key=key).select_related("meeting__organ").first()
    if found is None:
        return None
    if found.payload_sha256 != _digest(actor, payload):
        raise KeyReused
    return found.meeting


def remember(key: str, actor: User, payload: dict[str, Any], meeting: Meeting) -> None:
    """Keeps the key in the transaction of the act; a second one of the same moment is refused by
    the column's uniqueness."""
    MeetingAct.objects.create(
        key=key, payload_sha256=_digest(actor, payload), meeting=meeting, at=clock.now()
    )


def _digest(actor: User, payload: dict[str, Any]) -> str:
    return fingerprint({**payload, "actor": actor.pk})
