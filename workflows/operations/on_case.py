"""The beginning of an act on a case as a whole, at no seat: the lock and the key (semantics C0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workflows.cases import lock
from workflows.errors import KeyReused, NotVisible
from workflows.models import OperationRecord, Process
from workflows.operations.acts import Step, fingerprint, replay

if TYPE_CHECKING:
    from organizations.models import User


@dataclass(frozen=True, slots=True)
class CaseAct:
    """The case is locked meanwhile. `replayed` is the earlier answer when the same key came before:
    then nothing is to be done; else the caller ends with `opening.remember`."""

    process: Process
    actor: User
    key: str
    payload_hash: str
    replayed: Step | None


def on_case(
    process_id: int | None, *, actor: User, key: str, payload: Mapping[str, Any]
) -> CaseAct:
    """Two queries. Raises NotVisible without a case, KeyReused for another payload or actor."""
    process = lock(process_id) if process_id is not None else None
    if process is None:
        raise NotVisible
    digest = fingerprint(process.pk, actor.pk, payload)
    record = OperationRecord.objects.filter(key=key).first()
    if record is None:
        return CaseAct(process, actor, key, digest, None)
    if record.payload_hash != digest or record.process_id != process.pk:
        raise KeyReused
    return CaseAct(process, actor, key, digest, replay(record, process))
