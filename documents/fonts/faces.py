"""Which faces the notices use, and where Debian keeps them."""

from __future__ import annotations

from dataclasses import dataclass

_FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
_NOTO = "usr/share/fonts/opentype/noto"
_WENKAI = "usr/share/fonts/truetype/lxgw-wenkai"
_HANA = "usr/share/fonts/truetype/hanazono"

ASCENT, DESCENT = 0.88, 0.12
"""Of the em, in every face; FandolFang's own figures. WeasyPrint puts the baseline where a font's
ascent and descent say: with one metric a line that mixes faces keeps its place on the grid."""


@dataclass(frozen=True)
class Face:
    """One font file: Debian package, path inside it, our family name, and its use.

    ``member`` is the font's place inside a collection (.ttc); ``covers`` says whether a character
    of any text may come from this face (see documents.glyphs); ``spaces`` that the face must own
    the spaces, as wide as 仿宋's: a space after a rare character stays in the fallback face.
    """

    package: str
    path: str
    family: str
    use: str
    member: int = 0
    covers: bool = False
    spaces: bool = False
    only: str = ""
    """The few characters wanted of this face; empty = the repertoire, or all of a TrueType face."""

    @property
    def file_name(self) -> str:
        """File name in the set's folder."""
        return self.family.replace(" ", "") + ".ttf"


FACES: tuple[Face, ...] = (
    Face(
        "texlive-lang-chinese",
        f"{_FANDOL}/FandolFang-Regular.otf",
        "Gw Fang",
        "仿宋: body, first of the chain",
        covers=True,
    ),
    Face(
        "fonts-lxgw-wenkai",
        f"{_WENKAI}/LXGWWenKai-Light.ttf",
        "Gw Fang Names",
        "characters of names that 仿宋 lacks",
        covers=True,
        spaces=True,
    ),
    Face("fonts-lxgw-wenkai", f"{_WENKAI}/LXGWWenKai-Regular.ttf", "Gw Kai", "楷体: second level"),
    Face(
        "texlive-lang-chinese",
        f"{_FANDOL}/FandolSong-Regular.otf",
        "Gw Song",
        "宋体 digits of the page number",
        only=" —0123456789",
    ),
    Face(
        "fonts-noto-cjk",
        f"{_NOTO}/NotoSerifCJK-Bold.ttc",
        "Gw Title",
        "小标宋: red head and title",
        member=2,
    ),
    Face(
        "fonts-noto-cjk",
        f"{_NOTO}/NotoSansCJK-Regular.ttc",
        "Gw Hei",
        "黑体: first level, table heads",
        member=2,
    ),
    Face(
        "fonts-hanazono",
        f"{_HANA}/HanaMinA.ttf",
        "Gw Rare A",
        "rare characters of Ext A",
        covers=True,
        spaces=True,
    ),
    Face(
        "fonts-hanazono",
        f"{_HANA}/HanaMinB.ttf",
        "Gw Rare B",
        "rare characters of Ext B to F",
        covers=True,
        spaces=True,
    ),
)
