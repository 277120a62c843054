"""Idempotency of the applicant's acts: the same key twice does the work once."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import clock
from approvals.applications.errors import KeyReusedError
from approvals.applications.models import Application, PerformedAct


def fingerprint(payload: Any) -> str:
    """SHA-256 of the canonical JSON of a payload."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def already_done(application: Application, key: str, verb: str, payload: Any) -> bool:
    """True when this very act was done under this key; KeyReusedError when it was another one."""
    act = PerformedAct.objects.filter(key=key).first()
    if act is None:
        return False
    same = (act.application_id, act.verb, act.payload_sha256) == (
        application.pk,
        verb,
        fingerprint(payload),
    )
    if not same:
        raise KeyReusedError
    return True


def remember(application: Application, key: str, verb: str, payload: Any) -> None:
    """Keeps the key in the same transaction as the act."""
    PerformedAct.objects.create(
        application=application,
        key=key,
        verb=verb,
        payload_sha256=fingerprint(payload),
        at=clock.now(),
    )
