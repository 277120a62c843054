"""Which faces the notices use, and where Debian keeps them."""

from __future__ import annotations

from dataclasses import dataclass

_FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
_NOTO = "usr/share/fonts/opentype/noto"
_WENKAI = "usr/share/fonts/truetype/lxgw-wenkai"
_HANA = "usr/share/fonts/truetype/hanazono"


@dataclass(frozen=True)
class Face:
    """One font file: Debian package, path inside it, our family name, and its use.

    ``member`` names the font inside a collection (.ttc); ``covers`` says whether a character of
    the running text may come from this face (see documents.glyphs).
    """

    package: str
    path: str
    family: str
    use: str
    member: str = ""
    covers: bool = False

    @property
    def file_name(self) -> str:
        """File name in the fonts folder."""
        suffix = ".ttf" if self.path.endswith(".ttf") else ".otf"
        return self.family.replace(" ", "") + suffix


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
    ),
    Face("fonts-lxgw-wenkai", f"{_WENKAI}/LXGWWenKai-Regular.ttf", "Gw Kai", "楷体: second level"),
    Face(
        "texlive-lang-chinese",
        f"{_FANDOL}/FandolSong-Regular.otf",
        "Gw Song",
        "宋体 digits of the page number",
    ),
    Face(
        "fonts-noto-cjk",
        f"{_NOTO}/NotoSerifCJK-Bold.ttc",
        "Gw Title",
        "小标宋: red head and title",
        member="Noto Serif CJK SC",
    ),
    Face(
        "fonts-noto-cjk",
        f"{_NOTO}/NotoSansCJK-Regular.ttc",
        "Gw Hei",
        "黑体: first level, table heads",
        member="Noto Sans CJK SC",
    ),
    Face(
        "fonts-hanazono",
        f"{_HANA}/HanaMinA.ttf",
        "Gw Rare A",
        "rare characters of Ext A",
        covers=True,
    ),
    Face(
        "fonts-hanazono",
        f"{_HANA}/HanaMinB.ttf",
        "Gw Rare B",
        "rare characters of Ext B to F",
        covers=True,
    ),
)
