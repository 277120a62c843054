"""A template as an office edits it: plain lines of text that can be typed, and back to blocks.

A table is written as lines: the head, then `@name` for the rows the act brings, or the rows
themselves; cells are parted by `|`. Nothing here is ever template code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents.cleaning import one_line

TEXT_KINDS = ("paragraph", "heading1", "heading2", "heading3", "heading4")
BLOCK_KINDS = (*TEXT_KINDS, "table")
MOST_BLOCKS = 80
PARTING = "|"
ROWS = "@"


@dataclass(frozen=True, slots=True)
class BlockDraft:
    """One block as it stands in its box: an empty text takes the block out."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class AnnexDraft:
    """One annex; without a title it is taken out."""

    title: str
    landscape: bool
    blocks: tuple[BlockDraft, ...]


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """Everything an office may change of a template."""

    title: str
    addressees: str
    blocks: tuple[BlockDraft, ...]
    annexes: tuple[AnnexDraft, ...]
    note: str
    copies_to: str

    def content(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """What the office wrote; the rest (kind, format, organs, series) as in `base`."""
        annexes = [annex for annex in map(_annex, self.annexes) if annex is not None]
        made: dict[str, Any] = {
            **base,
            "title": one_line(self.title),
            "addressees": _lines(self.addressees),
            "body": _blocks(self.blocks),
            "note": one_line(self.note),
        }
        for key, value in (("annexes", annexes), ("copies_to", _lines(self.copies_to))):
            made.pop(key, None)
            if value or key in base:
                made[key] = value
        return made


def draft_of(content: Mapping[str, Any]) -> TemplateDraft:
    """The boxes of a stored template."""
    annexes = tuple(
        AnnexDraft(
            annex["title"], bool(annex.get("landscape")), tuple(map(_draft_block, annex["body"]))
        )
        for annex in content.get("annexes", ())
    )
    return TemplateDraft(
        title=content["title"],
        addressees="\n".join(content.get("addressees", ())),
        blocks=tuple(map(_draft_block, content["body"])),
        annexes=annexes,
        note=content.get("note", ""),
        copies_to="\n".join(content.get("copies_to", ())),
    )


def as_lines(content: Mapping[str, Any]) -> list[str]:
    """The template line by line, for the comparison of two versions."""
    draft = draft_of(content)
    lines = [draft.title, *draft.addressees.splitlines()]
    lines += [line for block in draft.blocks for line in block.text.splitlines()]
    for annex in draft.annexes:
        lines.append(annex.title)
        lines += [line for block in annex.blocks for line in block.text.splitlines()]
    return [*lines, draft.note, *draft.copies_to.splitlines()]


def _draft_block(block: Mapping[str, Any]) -> BlockDraft:
    kind, value = next(iter(block.items()))
    if kind != "table":
        return BlockDraft(kind, value)
    rows = value["rows"]
    listed = [f"{ROWS}{rows}"] if isinstance(rows, str) else [_joined(row) for row in rows]
    return BlockDraft("table", "\n".join([_joined(value["header"]), *listed]))


def _joined(cells: Sequence[str]) -> str:
    return f" {PARTING} ".join(cells).rstrip()


def _parted(line: str, columns: int) -> list[str]:
    cells = [one_line(cell) for cell in line.split(PARTING)]
    return [*cells, *[""] * (columns - len(cells))]


def _blocks(drafts: Sequence[BlockDraft]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for draft in drafts:
        if draft.kind == "table":
            made += _table(draft.text)
        else:
            made += [{draft.kind: line} for line in _lines(draft.text)]
    return made


def _table(text: str) -> list[dict[str, Any]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return []
    header = _parted(lines[0], 0)
    if len(lines) == 2 and lines[1].strip().startswith(ROWS):
        rows: Any = lines[1].strip().removeprefix(ROWS).strip()
    else:
        rows = [_parted(line, len(header)) for line in lines[1:]]
    return [{"table": {"header": header, "rows": rows}}]


def _annex(draft: AnnexDraft) -> dict[str, Any] | None:
    body = _blocks(draft.blocks)
    if not one_line(draft.title) or not body:
        return None
    made: dict[str, Any] = {"title": one_line(draft.title), "body": body}
    return made | ({"landscape": True} if draft.landscape else {})


def _lines(text: str) -> list[str]:
    return [line for line in map(one_line, text.splitlines()) if line]
