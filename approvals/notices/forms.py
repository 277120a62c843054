"""The editor's boxes: read from a post as typed, whatever it is, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.notices.drafts import (
    BLOCK_KINDS,
    MOST_BLOCKS,
    AnnexDraft,
    BlockDraft,
    TemplateDraft,
)

LABELS: dict[str, Promise] = {
    "paragraph": _("正文段落"),
    "heading1": _("一级标题（一、）"),
    "heading2": _("二级标题（（一））"),
    "heading3": _("三级标题（1.）"),
    "heading4": _("四级标题（（1））"),
    "table": _("表格"),
}
LONGEST = 6_000
"""Characters of one box; a page holds no more (documents.content.CAPS)."""
MOST_ANNEXES = 10
SPARE = 1
"""Empty boxes at the end of a list, to write a new block into."""


@dataclass(frozen=True, slots=True)
class Box:
    """One block's boxes: the names of its inputs and what stands in them."""

    prefix: str
    number: int
    kind: str
    text: str

    @property
    def rows(self) -> int:
        """Lines of the text box."""
        return min(max(2, len(self.text) // 38 + self.text.count("\n") + 1), 14)


@dataclass(frozen=True, slots=True)
class AnnexBoxes:
    """An annex and the boxes of its blocks."""

    prefix: str
    title: str
    landscape: bool
    boxes: tuple[Box, ...]


def boxes(blocks: tuple[BlockDraft, ...], prefix: str, spare: int = SPARE) -> tuple[Box, ...]:
    """A box for each block, and empty ones behind."""
    listed = [*blocks, *(BlockDraft("paragraph", "") for _spare in range(spare))]
    return tuple(
        Box(f"{prefix}-{at}", at + 1, block.kind, block.text) for at, block in enumerate(listed)
    )


def annex_boxes(draft: TemplateDraft) -> tuple[AnnexBoxes, ...]:
    """The annexes, and an empty one behind."""
    listed = [*draft.annexes, AnnexDraft("", False, ())]
    return tuple(
        AnnexBoxes(f"annex-{at}", annex.title, annex.landscape, boxes(annex.blocks, f"annex-{at}"))
        for at, annex in enumerate(listed)
    )


def posted(data: Mapping[str, str]) -> TemplateDraft:
    """What was typed. A block's place is the number in its box; equal numbers keep their order."""
    annexes = tuple(
        AnnexDraft(
            _text(data, f"annex-{at}-title"),
            bool(data.get(f"annex-{at}-landscape")),
            tuple(_posted_blocks(data, f"annex-{at}")),
        )
        for at in range(MOST_ANNEXES)
        if f"annex-{at}-title" in data
    )
    kept = (annex for annex in annexes if annex.title.strip() or annex.blocks)
    return TemplateDraft(
        title=_text(data, "title"),
        addressees=_text(data, "addressees"),
        blocks=tuple(_posted_blocks(data, "body")),
        annexes=tuple(kept),
        note=_text(data, "note"),
        copies_to=_text(data, "copies_to"),
    )


def _posted_blocks(data: Mapping[str, str], prefix: str) -> Iterator[BlockDraft]:
    placed: list[tuple[int, int, BlockDraft]] = []
    for at in range(MOST_BLOCKS):
        text = _text(data, f"{prefix}-{at}-text")
        if not text.strip():
            continue
        kind = data.get(f"{prefix}-{at}-kind", "")
        block = BlockDraft(kind if kind in BLOCK_KINDS else "paragraph", text)
        placed.append((_place(data.get(f"{prefix}-{at}-place", ""), at), at, block))
    for _wanted, _at, block in sorted(placed, key=lambda entry: entry[:2]):
        yield block


def _place(typed: str, at: int) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else at + 1


def _text(data: Mapping[str, str], name: str) -> str:
    return data.get(name, "").replace("\x00", "").replace("\r\n", "\n")[:LONGEST]
