"""Chinese line-breaking rules that Pango does not know: what stays whole, where a title breaks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

ALLOW_BREAK = "\u200b"
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_OPENING_AFTER_HAN = re.compile(f"(?<=[{_HAN}])(?=[“‘]|……)")
_WHOLE = re.compile(
    r"[\u4e00-\u9fff]?〔\d{4}〕\d{1,6}号"  # document number: not before 〔 nor inside
    r"|(?<![0-9A-Z])[0-9A-Z*]{18}(?![0-9A-Z*])"  # unified social credit code, masked or not
    r"|(?<![0-9A-Za-z-])[0-9A-Za-z]{1,8}(?:-[0-9A-Za-z]{1,8}){1,4}(?![0-9A-Za-z-])"  # JX-J03-2026-1
    r"|\d{4}年?—\d{4}年"
    r"|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
    r"|\d{1,2}月\d{1,2}日"
    r"|(?<!\d)\d{1,15}(?:\.\d{1,4})?(?:(?:万亿|亿|万)?元|平方米|个工作日|家|户|名|张|份|%|％)"
    r"|[□☑√][\u4e00-\u9fff]{1,8}"  # a box and what it stands for
    r"|[^\s—]—(?!—)[^\s—]"
)


@dataclass(frozen=True)
class Piece:
    """A run of text; `whole` when no line may break inside it."""

    text: str
    whole: bool = False


def pieces(text: str) -> list[Piece]:
    """The text in runs: numbers, dates and sums whole, breaks allowed before “ ‘ ……."""
    runs: list[Piece] = []
    end = 0
    for match in _WHOLE.finditer(text):
        if match.start() > end:
            runs.append(Piece(_breakable(text[end : match.start()])))
        runs.append(Piece(match.group(), whole=True))
        end = match.end()
    if end < len(text) or not runs:
        runs.append(Piece(_breakable(text[end:])))
    return runs


_ADDRESS = re.compile(r"[0-9A-Za-z._%+-]+@[0-9A-Za-z.-]+|https?://[!-~]+")
_PART_OF_ADDRESS = re.compile(r"(?<=[0-9A-Za-z])(?=[@./?&])")


def _breakable(text: str) -> str:
    """Breaks allowed before “ ‘ …… and between the parts of an address, which else leaves the line
    before it half empty."""
    opened = _OPENING_AFTER_HAN.sub(ALLOW_BREAK, text)
    return _ADDRESS.sub(lambda found: _PART_OF_ADDRESS.sub(ALLOW_BREAK, found[0]), opened)


_WORDS = (
    *("科技", "企业", "孵化", "孵化器", "申报", "单位", "意见", "示例", "认定", "通知", "资金"),
    *("补助", "下达", "创业", "众创", "空间", "管理", "办法", "奖励", "名单", "人才", "兑付"),
    *("创新", "创新券", "年度", "考评", "结果", "机构", "建设", "领导", "小组", "会议", "纪要"),
    *("研究", "事项", "技术", "科学", "财政", "市级", "第一", "第二", "第三", "第四", "一批"),
    *("二批", "三批", "季度", "通报", "征求", "关于", "开发区", "工作", "发展", "项目", "种子"),
    *("整改", "限期", "取消", "资格", "决定", "专项", "公示", "异议", "答复", "推荐", "审核"),
    *("服务", "评价", "绩效", "快速", "评审", "通道", "上半年", "下半年", "公司", "股份", "运营"),
    *("情况", "报告", "公布", "不予", "备案", "牌匾", "证书", "有限公司", "有限责任公司"),
    *("装备", "制造", "产业", "成果", "转移", "转化", "示范", "基地"),
)
"""Words of this field's titles: the title's lines do not break inside them."""


_SPLIT_WORD, _SPLIT_NAME, _FURTHER_LINE = 100.0, 30.0, 25.0
"""Badness: a name is split sooner than a word, and rather than that a line is added."""


def _splits(words: Iterable[str], title: str, place: int) -> bool:
    return any(
        title.startswith(word, start)
        for word in words
        for start in range(max(0, place - len(word) + 1), place)
    )


_BREAK_AFTER = "的、，；：》）和与及"
_BREAK_BEFORE = "《（“关印认下拟召"
_TITLE_CAPACITY = 19
"""Characters of 22 pt in 156 mm, with a little air."""


def _unwelcome(title: str, place: int, names: Sequence[str]) -> float:
    """How unwelcome a line break at this place is; digits and Latin words are split last of all."""
    before, after = title[place - 1], title[place]
    if (before.isascii() and after.isascii()) or after in "的、，；：》）”年月日号等度":
        return 1000.0
    if _splits(_WORDS, title, place):
        return _SPLIT_WORD
    if _splits(names, title, place):
        return _SPLIT_NAME
    return -4.0 if before in _BREAK_AFTER or after in _BREAK_BEFORE else 0.0


_WIDE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ%@mw&*")


def width(text: str) -> float:
    """In characters, generous to capitals and wide signs, which no line must run over for."""
    return sum((0.75 if one in _WIDE else 0.5) if one.isascii() else 1.0 for one in text)


@lru_cache(maxsize=256)
def title_lines(
    title: str, capacity: int = _TITLE_CAPACITY, names: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The title in as few lines as it needs, near equal, broken where words and `names` end.

    GB/T 9704-2012, 7.3.1: words whole, lines in a trapezoid or diamond. Of all ways to break it
    into lines that fit, the one with the least badness; one line more where that keeps a word or a
    name whole.
    """
    ends = [0.0]
    for character in title:
        ends.append(ends[-1] + width(character))
    unwelcome = [
        _unwelcome(title, place, names) if 0 < place < len(title) else 0.0
        for place in range(len(title) + 1)
    ]
    fewest = max(1, math.ceil(ends[-1] / capacity))
    found: list[tuple[float, tuple[int, ...]]] = []
    for count in (fewest, fewest + 1):
        wanted = ends[-1] / count
        best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
        for line in range(1, count + 1):
            places = [len(title)] if line == count else range(1, len(title))
            best = {
                place: min(ways)
                for place in places
                if (ways := _ways(ends, best, place, unwelcome[place], wanted, capacity))
            }
        if len(title) in best:
            badness, breaks = best[len(title)]
            found.append((badness + count * _FURTHER_LINE, breaks))
    return _cut(title, min(found)[1]) if found else (title,)


def _ways(
    ends: list[float],
    before: dict[int, tuple[float, tuple[int, ...]]],
    place: int,
    own: float,
    wanted: float,
    capacity: int,
) -> list[tuple[float, tuple[int, ...]]]:
    """Every way to end a line here: its badness and its breaks."""
    return [
        (badness + own + abs(ends[place] - ends[start] - wanted), (*breaks, place))
        for start, (badness, breaks) in before.items()
        if start < place and ends[place] - ends[start] <= capacity
    ]


def _cut(title: str, breaks: tuple[int, ...]) -> tuple[str, ...]:
    starts = (0, *breaks[:-1])
    return tuple(title[start:end] for start, end in zip(starts, breaks, strict=True))
