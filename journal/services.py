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
from prepared import Change, Changing, Gathering, Given, Reading, Rows, gathering, together

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
    Three statements (five for the first entry of a stream); two when the caller has read and
    locked the `head` or has moved it himself in this transaction. Directly inside an act that is
    `prepared.gathered` all its entries of a stream are chained and written when the act ends.
    `actor=None` is the system itself.
    Raises TransactionManagementError outside a transaction: an act and its entry stand or fall
    together.
    """
    if not connection.in_atomic_block:
        message = f"journal.record({verb!r}) must run inside the transaction of the act"
        raise transaction.TransactionManagementError(message)
    entry = _ENTRY.new(
        at=clock.now(),
        actor_id=actor.pk if actor is not None else None,
        actor_name=str(actor.name) if actor is not None else "",
        verb=verb,
        data=plain(data or {}),
    )
    act = gathering()
    if act is None:
        _chain(stream, [entry], head)
        _ENTRY.write([entry])
    else:
        _gather(act, stream, entry, head)
    return entry


def _gather(act: Gathering, stream: str, entry: Entry, head: Stream | None) -> None:
    """The entries of one act on one stream are chained, and its head is moved, at the end."""
    entries: list[Entry] = act.of("journal", stream)
    if not entries:
        act.before_end(lambda: _settle(act, stream, entries, head))
    entries.append(entry)
    act.keep(_ENTRY, entry)


def _settle(act: Gathering, stream: str, entries: list[Entry], head: Stream | None) -> None:
    """A head that the caller has locked moves with the entries, in one statement with them."""
    if head is None or not _is_newest(head):
        _chain(stream, entries, head)
    else:
        moving = _moving(head, entries)
        moving.must_be_found = "the head of a stream moved although it was locked"
        act.also(moving)
        _remember(head)


def _is_newest(head: Stream) -> bool:
    """No entry has come since the caller read it; who moves it is this transaction alone."""
    own = _own_head(head.key)
    return own is None or (own.length, own.head) == (head.length, head.head)


def _chain(stream: str, entries: list[Entry], head: Stream | None) -> None:
    """Puts the entries behind the head of the stream and moves it."""
    known = _own_head(stream) or head or _locked(stream)
    while not _moved(known, entries):
        known = _locked(stream)


def _moved(head: Stream, entries: list[Entry]) -> bool:
    """Moves the head behind the entries unless somebody else has moved it meanwhile."""
    moving = _moving(head, entries)
    together([moving])
    if moving.found:
        _remember(head)
    return bool(moving.found)


def _moving(head: Stream, entries: list[Entry]) -> Changing:
    """Chains the entries behind the head as it was read; its move is still to be written."""
    read = {"length": head.length, "head": head.head}
    for entry in entries:
        entry.stream, entry.position, entry.previous = head, head.length + 1, head.head
        entry.digest = entry.computed_digest(head.key)
        head.length, head.head = entry.position, entry.digest
    return _MOVED.statement(head, expected=read)


def _remember(head: Stream) -> None:
    _heads.own = (connection.atomic_blocks[0], head)
    transaction.on_commit(_forget)


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
