"""Writes a face under our own name and with the one vertical metric of the set.

WeasyPrint puts the baseline where the first font's ascent and descent say. With one metric for
all faces a line that mixes 仿宋, 黑体 and a fallback keeps its place on the grid of 22 lines
(docs/notices.md; GB/T 9704-2012, 3.2). Outlines stay as they are.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

from documents.fonts.faces import Face

ASCENT = 0.88  # of the em; FandolFang's own figures
DESCENT = 0.12
_NAME_IDS = (1, 2, 3, 4, 6, 16, 17, 21, 22, 25)


def _open(face: Face, source: Path) -> TTFont:
    if not face.member:
        return TTFont(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False)
    names = [font["name"].getDebugName(1) for font in TTCollection(source, lazy=True).fonts]
    return TTFont(
        source,
        fontNumber=names.index(face.member),
        lazy=True,
        recalcBBoxes=False,
        recalcTimestamp=False,
    )


def _set_metric(font: TTFont) -> None:
    em = font["head"].unitsPerEm
    ascent, descent = round(ASCENT * em), round(DESCENT * em)
    horizontal, os2 = font["hhea"], font["OS/2"]
    horizontal.ascent, horizontal.descent, horizontal.lineGap = ascent, -descent, 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, -descent, 0
    os2.usWinAscent, os2.usWinDescent = ascent, descent


def _set_name(font: TTFont, family: str) -> None:
    """Own names: the OFL reserves the original ones for unchanged fonts."""
    table = font["name"]
    table.names = [record for record in table.names if record.nameID not in _NAME_IDS]
    compact = family.replace(" ", "")
    for number, value in ((1, family), (2, "Regular"), (3, compact), (4, family), (6, compact)):
        table.setName(value, number, 3, 1, 0x409)


def align(face: Face, source: Path, target: Path) -> None:
    """Save ``source`` as ``target`` with our metric, name and regular weight; same bytes each time.

    The temporary name keeps a half-written font from being taken for a whole one.
    """
    font = _open(face, source)
    try:
        _set_metric(font)
        _set_name(font, face.family)
        font["OS/2"].usWeightClass = 400
        font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x21) | 0x40
        font["head"].macStyle = 0
        font["head"].modified = font["head"].created
        partial = target.with_suffix(".part")
        font.save(partial, reorderTables=None)
        partial.replace(target)
    finally:
        font.close()
