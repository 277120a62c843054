"""Writes of the journal: recording an act, anchoring a day."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import CharField

import clock
from journal.canonical import GENESIS, plain
from journal.models import Anchor, Entry, Stream
from prepared import Change, Given, Reading, Rows

_HEAD: Reading[Stream] = Reading(
    lambda: Stream.objects.select_for_update().filter(key=Given("key", CharField()))
)
_ENTRY = Rows(Entry)
_MOVED = Change(Stream, ["length", "head"])


class Actor(Protocol):
    """Who acts: anything with a number and a name (the journal knows no organizations)."""

    @property
    def pk(self) -> Any: ...

    @property
    def name(self) -> Any: ...


def record(
    stream: str,
    verb: str,
    *,
    actor: Actor | None = None,
    data: Mapping[str, Any] | None = None,
    head: Stream | None = None,
) -> Entry:
    """Appends one entry to a stream, in the transaction of the act it tells of.

    The head row is locked until that transaction ends, so positions have no gaps and no doubles:
    it moves by compare and swap, and whoever read it too early reads it again under the lock.
    Three statements (five for the first entry of a stream); two when the caller has read the
    `head` or has moved it himself in this transaction. `actor=None` is the system itself.
    Raises TransactionManagementError outside a transaction: an act and its entry stand or fall
    together.
    """
    if not connection.in_atomic_block:
        message = f"journal.record({verb!r}) must run inside the transaction of the act"
        raise transaction.TransactionManagementError(message)
    known = _own_head(stream) or head or _locked(stream)
    entry = _entry(known, verb, actor, plain(data or {}))
    while not _moved(known, entry):
        known = _locked(stream)
        entry = _entry(known, verb, actor, entry.data)
    _ENTRY.write([entry])
    return entry


def _entry(head: Stream, verb: str, actor: Actor | None, data: Any) -> Entry:
    entry = Entry(
        stream=head,
        position=head.length + 1,
        at=clock.now(),
        actor_id=actor.pk if actor is not None else None,
        actor_name=str(actor.name) if actor is not None else "",
        verb=verb,
        data=data,
        previous=head.head,
    )
    entry.digest = entry.computed_digest(head.key)
    return entry


def _moved(head: Stream, entry: Entry) -> bool:
    """Moves the head behind the entry unless somebody else has moved it meanwhile."""
    read = {"length": head.length, "head": head.head}
    head.length, head.head = entry.position, entry.digest
    if not _MOVED.write(head, expected=read):
        return False
    _heads.own = (connection.atomic_blocks[0], head)
    transaction.on_commit(_forget)
    return True


_heads = threading.local()
"""The head this thread moved last, and the transaction: its next entry need not read it. After a
rollback to a savepoint it is out of date, which the compare and swap notices."""


def _forget() -> None:
    _heads.own = None


def _own_head(key: str) -> Stream | None:
    own: tuple[object, Stream] | None = getattr(_heads, "own", None)
    if own is None or own[0] is not connection.atomic_blocks[0] or own[1].key != key:
        return None
    return own[1]


def _locked(key: str) -> Stream:
    found = _HEAD.run(key=key)
    if not found:
        Stream.objects.bulk_create([Stream(key=key)], ignore_conflicts=True)
        found = _HEAD.run(key=key)
    return found[0]


def anchor(day: date) -> Anchor:
    """Freezes the heads that moved since the last anchor; a second call for a day changes nothing.

    An anchor is always the newest: a day before the last anchored one is refused (ValueError).
    """
    with transaction.atomic():
        existing: Anchor | None = Anchor.objects.filter(day=day).first()
        if existing is not None:
            return existing
        last = Anchor.objects.order_by("-day").first()
        if last is not None and last.day > day:
            message = f"{day} lies before the last anchor, {last.day}"
            raise ValueError(message)
        made = Anchor(
            day=day,
            at=clock.now(),
            heads=_moved_heads(),
            previous=last.digest if last is not None else GENESIS,
        )
        made.digest = made.computed_digest()
        made.save(force_insert=True)
        return made


def _moved_heads() -> dict[str, list[Any]]:
    anchored: dict[str, list[Any]] = {}
    for heads in Anchor.objects.order_by("day").values_list("heads", flat=True).iterator():
        anchored.update(heads)
    now = Stream.objects.order_by("key").values_list("key", "length", "head")
    return {
        key: [length, head]
        for key, length, head in now.iterator()
        if anchored.get(key) != [length, head]
    }
