"""The files of one slot before and after: added, removed, replaced, renamed; known by SHA-256."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ADDED, REMOVED, REPLACED, RENAMED = "added", "removed", "replaced", "renamed"


@dataclass(frozen=True, slots=True)
class FileMark:
    """One file of a version; two files with one hash have the same bytes."""

    slot: str
    name: str
    sha256: str
    size: int = 0

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> FileMark:
        """From a row of `MaterialVersion.attachments`."""
        return cls(row["slot"], row["name"], row["sha256"], int(row.get("size", 0)))


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that came, went, or took another's place."""

    kind: str
    before: FileMark | None
    after: FileMark | None


def file_changes(before: Iterable[FileMark], after: Iterable[FileMark]) -> tuple[FileChange, ...]:
    """What happened in one slot: what took another's place, then what came, then what went.

    A new file replaces an old one of its name; and when exactly one went and one came, that one.
    """
    gone, come = _without_equals(list(before), list(after))
    found = [
        *_pairs(gone, come, RENAMED, lambda old, new: old.sha256 == new.sha256),
        *_pairs(gone, come, REPLACED, lambda old, new: old.name == new.name),
    ]
    if len(gone) == len(come) == 1:
        found.append(FileChange(REPLACED, gone.pop(), come.pop()))
    found += [FileChange(ADDED, None, file) for file in come]
    found += [FileChange(REMOVED, file, None) for file in gone]
    return tuple(found)


def _without_equals(
    old: list[FileMark], new: list[FileMark]
) -> tuple[list[FileMark], list[FileMark]]:
    come = []
    gone = list(old)
    for file in new:
        same = next((e for e in gone if (e.name, e.sha256) == (file.name, file.sha256)), None)
        if same is None:
            come.append(file)
        else:
            gone.remove(same)
    return gone, come


def _pairs(gone: list[FileMark], come: list[FileMark], kind: str, fit: Any) -> list[FileChange]:
    """Takes the pairs that fit out of both lists."""
    found = []
    for new in list(come):
        old = _first(gone, lambda file, new=new: fit(file, new))
        if old is not None:
            gone.remove(old)
            come.remove(new)
            found.append(FileChange(kind, old, new))
    return found


def _first(files: Sequence[FileMark], fit: Any) -> FileMark | None:
    return next((file for file in files if fit(file)), None)
