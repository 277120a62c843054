"""Writes of the journal: recording an act, anchoring a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from django.db import connection, transaction

import clock
from journal.canonical import GENESIS, plain
from journal.models import Anchor, Entry, Stream


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
) -> Entry:
    """Appends one entry to a stream, in the transaction of the act it tells of.

    The head row is locked until that transaction ends, so positions have no gaps and no doubles.
    Three statements (five for the first entry of a stream). `actor=None` is the system itself.
    Raises TransactionManagementError outside a transaction: an act and its entry stand or fall
    together.
    """
    if not connection.in_atomic_block:
        message = f"journal.record({verb!r}) must run inside the transaction of the act"
        raise transaction.TransactionManagementError(message)
    head = _locked(stream)
    entry = Entry(
        stream=head,
        position=head.length + 1,
        at=clock.now(),
        actor_id=actor.pk if actor is not None else None,
        actor_name=str(actor.name) if actor is not None else "",
        verb=verb,
        data=plain(data or {}),
        previous=head.head,
    )
    entry.digest = entry.computed_digest(head.key)
    entry.save(force_insert=True)
    head.length, head.head = entry.position, entry.digest
    Stream.objects.filter(pk=head.pk).update(length=head.length, head=head.head)
    return entry


def _locked(key: str) -> Stream:
    locked = Stream.objects.select_for_update()
    head = locked.filter(key=key).first()
    if head is not None:
        return head
    Stream.objects.bulk_create([Stream(key=key)], ignore_conflicts=True)
    return locked.get(key=key)


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
