"""Recomputes every chain and names the first bad entry of each stream.

What is found: an edited, deleted, swapped or inserted entry; a tail cut off while the head row
still remembers it; a tail cut off together with its head row, as far as an anchor covers it; an
altered or removed anchor. Not found by the database alone: everything after the last anchor cut off
cleanly, and a forged history with forged anchors. For these compare the last anchor's digest with
the one kept outside (`verify_journal --anchor DIGEST`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from journal.canonical import GENESIS
from journal.models import Anchor, Entry, Stream


@dataclass(frozen=True)
class Fault:
    """The first bad entry of a stream (position 0 for an anchor: its day is in `stream`)."""

    stream: str
    position: int
    kind: str
    message: str


@dataclass
class _Chain:
    """Walks one stream entry by entry and stops judging at its first fault."""

    stream: Stream
    anchored: dict[int, str]
    length: int = 0
    head: str = GENESIS
    fault: Fault | None = field(default=None)

    def take(self, entry: Entry) -> None:
        if self.fault is not None:
            return
        expected = self.length + 1
        if entry.position != expected:
            self._refuse(expected, "missing", f"entry {expected} is missing")
        elif entry.previous != self.head:
            self._refuse(expected, "link", "does not follow the digest of the entry before")
        elif entry.digest != entry.computed_digest(self.stream.key):
            self._refuse(expected, "content", "its content does not match its digest")
        elif self.anchored.get(expected, entry.digest) != entry.digest:
            self._refuse(expected, "anchor", "differs from what an anchor remembers")
        else:
            self.length, self.head = expected, entry.digest

    def finish(self) -> Fault | None:
        if self.fault is not None:
            return self.fault
        longest = max(self.anchored, default=0)
        if longest > self.length:
            self._refuse(self.length + 1, "tail", f"cut off: an anchor remembers {longest} entries")
        elif (self.stream.length, self.stream.head) != (self.length, self.head):
            message = (
                f"the head row remembers {self.stream.length} entries, {self.length} are there"
            )
            self._refuse(self.length + 1, "head", message)
        return self.fault

    def _refuse(self, position: int, kind: str, message: str) -> None:
        self.fault = Fault(self.stream.key, position, kind, message)


def verify(expected_anchor: str = "") -> list[Fault]:
    """Every fault, anchors first; an empty list means the journal is whole.

    `expected_anchor` is a digest kept outside the house: it must still be among the anchors.
    """
    anchored: dict[str, dict[int, str]] = defaultdict(dict)
    faults = list(_anchor_faults(anchored, expected_anchor))
    for chain in _chains(anchored):
        fault = chain.finish()
        if fault is not None:
            faults.append(fault)
    return faults


def _anchor_faults(anchored: dict[str, dict[int, str]], expected: str) -> Iterator[Fault]:
    """Checks the chain of anchors and collects what they remember into `anchored`."""
    previous, seen = GENESIS, set()
    for anchor in Anchor.objects.order_by("day").iterator():
        name = f"anchor:{anchor.day}"
        if anchor.previous != previous:
            yield Fault(name, 0, "link", "does not follow the anchor before")
        if anchor.digest != anchor.computed_digest():
            yield Fault(name, 0, "content", "its content does not match its digest")
        previous = anchor.digest
        seen.add(previous)
        for key, (length, head) in anchor.heads.items():
            anchored[key][length] = head
    if expected and expected not in seen:
        yield Fault("anchor", 0, "anchor", f"no anchor has the digest {expected}")


def _chains(anchored: dict[str, dict[int, str]]) -> Iterator[_Chain]:
    """Every stream with all its entries taken, in one pass ordered by stream."""
    rest = dict(anchored)
    rows = Entry.objects.order_by("stream__key", "position").select_related("stream")
    current: _Chain | None = None
    for entry in rows.iterator(chunk_size=2000):
        if current is None or current.stream.pk != entry.stream_id:
            if current is not None:
                yield current
            current = _Chain(entry.stream, rest.pop(entry.stream.key, {}))
        current.take(entry)
    if current is not None:
        yield current
    for stream in Stream.objects.filter(entries=None, length__gt=0):
        yield _Chain(stream, rest.pop(stream.key, {}))
    for key, heads in rest.items():
        yield _Chain(Stream(key=key), heads)
