"""What changed between two versions of the material, and whose opinions it concerns (B8).

Pure: `compare` is given two materials and the program's questions; nothing here asks a database.
The stored versions are read by `approvals.applications.versions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from approvals.applications.comparing.files import FileChange, FileMark, file_changes
from approvals.applications.comparing.rows import RowChange, row_changes
from approvals.applications.comparing.values import comparable
from approvals.applications.comparing.words import LEFT_OUT, SAME, Piece, word_pieces
from approvals.applications.forms.values import display
from approvals.programs.form_schema import AttachmentSlot, Field, FormSchema

FIELD, TABLE, FILES = "field", "table", "files"
WORDED = frozenset({"text", "textarea"})
"""Types whose change is shown piece by piece; of the others the old and the new answer."""
INLINE_FROM = 20
"""Characters; a shorter text is shown as a whole before and after."""


@dataclass(frozen=True, slots=True)
class Material:
    """Answers (JSON as drafts keep it) and files of one version."""

    data: Mapping[str, Any]
    files: tuple[FileMark, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One question or one slot that differs.

    `kind` says which part is filled: a `field` has `before` and `after` in words (and `pieces` when
    it is a text), a `table` has `rows`, `files` has `files`.
    """

    key: str
    label: str
    section: str
    kind: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()
    rows: tuple[RowChange, ...] = ()
    files: tuple[FileChange, ...] = ()

    @property
    def inline(self) -> bool:
        """Is it a text most of which stayed, so that it reads best in one piece?"""
        return any(piece.kind in {SAME, LEFT_OUT} for piece in self.pieces) and (
            max(len(self.before), len(self.after)) > INLINE_FROM
        )


def compare(
    before: Material, after: Material, form: FormSchema, slots: Iterable[AttachmentSlot]
) -> tuple[Change, ...]:
    """Every difference, in the order of the form, then of the material list.

    What nobody asks for in this form (an answer of another program version) is left out.
    """
    found = [
        change
        for section in form.sections
        for question in section.fields
        if (change := _of_field(question, section.title, before.data, after.data)) is not None
    ]
    for slot in slots:
        files = file_changes(_in(before, slot.key), _in(after, slot.key))
        if files:
            found.append(Change(slot.key, slot.label, "", FILES, files=files))
    return tuple(found)


def _in(material: Material, slot: str) -> list[FileMark]:
    return [file for file in material.files if file.slot == slot]


def _of_field(
    question: Field, section: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Change | None:
    old, new = before.get(question.key), after.get(question.key)
    if question.type == "table":
        rows = row_changes(question, old, new)
        named = (question.key, question.label, section)
        return Change(*named, TABLE, rows=rows) if rows else None
    if comparable(question, old) == comparable(question, new):
        return None
    return Change(
        question.key,
        question.label,
        section,
        FIELD,
        before=display(question, old),
        after=display(question, new),
        pieces=_pieces(old, new) if question.type in WORDED else (),
    )


def _pieces(old: Any, new: Any) -> tuple[Piece, ...]:
    return word_pieces(str(old or ""), str(new or ""))


def keys_of(changes: Iterable[Change]) -> frozenset[str]:
    """Which fields and slots differ."""
    return frozenset(change.key for change in changes)


def still_valid(
    opinion_version: int,
    relies_on: Collection[str] | None,
    changes: Mapping[int, Collection[str]],
) -> bool:
    """Does an opinion on this version stand, the material being what it is now?

    `changes` holds, for each earlier version, the keys that differ between it and the material of
    today; `relies_on` the keys the policy says the opinion rests on (None: on everything). A field
    that was changed and changed back does not shake an opinion.
    """
    return not shaken_by(opinion_version, relies_on, changes)


def shaken_by(
    opinion_version: int,
    relies_on: Collection[str] | None,
    changes: Mapping[int, Collection[str]],
) -> frozenset[str]:
    """The changed keys an opinion relied on; empty while it stands."""
    changed = frozenset(changes.get(opinion_version, ()))
    return changed if relies_on is None else changed & frozenset(relies_on)


def to_be_given_again(
    opinions: Mapping[Any, tuple[int, Collection[str] | None]],
    changes: Mapping[int, Collection[str]],
) -> frozenset[Any]:
    """Of opinions by any name, (version, relies_on) each, those that no longer stand."""
    return frozenset(
        name
        for name, (version, relies_on) in opinions.items()
        if not still_valid(version, relies_on, changes)
    )
