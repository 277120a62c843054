"""The small checks that documents.content is made of: types, lengths, characters, dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import whereabouts

SECRET_KEYS = frozenset({"secrecy", "secrecy_period", "classification", "密级", "保密期限"})
_SECRECY = re.compile(r"[绝机秘]密\s*[★☆]|密级\s*[：:]\s*[绝机秘]密")
"""A mark of secrecy as it is printed (秘密★5年)."""
_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST_QUOTE = 40
_REFUSED_CATEGORIES = {
    "Cc": gettext_lazy("换行符等控制字符"),
    "Cf": gettext_lazy("看不见的格式字符"),
    "Co": gettext_lazy("自造字"),
    "Cs": gettext_lazy("残缺的字符"),
    "Zl": gettext_lazy("分行符"),
    "Zp": gettext_lazy("分段符"),
}


@dataclass(frozen=True)
class ContentError:
    """One fault: where (``annexes[0].body[2].text``), which rule, and what to do.

    Rule and way out are in the language of whoever asked for the check.
    """

    path: str
    rule: str
    way_out: str

    def __str__(self) -> str:
        """The place in words and, for whoever wrote the JSON, its path."""
        words = {"path": self.path, "rule": self.rule, "way_out": self.way_out}
        words["place"] = whereabouts.said(self.path)
        if words["place"] == self.path:
            return _("%(path)s：%(rule)s。%(way_out)s。") % words
        return _("%(place)s（%(path)s）：%(rule)s。%(way_out)s。") % words


def wrong_type(path: str, wanted: str) -> ContentError:
    """`wanted` in words: what should stand there."""
    way_out = _("请按 docs/notices.md 的说明改正")
    return ContentError(path, _("这里应当是%(wanted)s") % {"wanted": wanted}, way_out)


def too_many(path: str, count: int, most: int) -> ContentError:
    """A list longer than a page or the time of rendering allows."""
    rule = _("有%(count)d项，最多%(most)d项") % {"count": count, "most": most}
    return ContentError(path, rule, _("请拆分，或者把其余部分列入另一附件"))


def not_one_of(path: str, value: Any, known: Sequence[str]) -> ContentError:
    """A word outside a short list."""
    rule = _("不能是“%(value)s”") % {"value": quoted(value)}
    return ContentError(path, rule, _("请改为其中之一：%(known)s") % {"known": listed(known)})


def secret(path: str) -> ContentError:
    """This system is not built for secret matter."""
    way_out = _("请依保密规定在纸面上另行办理，不要录入本系统")
    return ContentError(path, _("涉及国家秘密的内容不能在本系统办理"), way_out)


def quoted(value: Any) -> str:
    """What was written there, cut to a length that a message can hold."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def listed(words: Iterable[str]) -> str:
    """Several words in one message."""
    return _("、").join(words)


def keys(
    path: str, value: Mapping[str, Any], known: Mapping[str, bool], errors: list[ContentError]
) -> None:
    """Unknown keys are refused, missing ones or null named; a key of secrecy is refused as such."""
    prefix = f"{path}." if path else ""
    for key in value:
        if key in SECRET_KEYS:
            errors.append(secret(f"{prefix}{key}"))
        elif key not in known:
            way_out = _("请删去；可用的有：%(known)s") % {"known": listed(known)}
            errors.append(ContentError(f"{prefix}{key}", _("没有这一项"), way_out))
    for key, needed in known.items():
        if needed and value.get(key) is None:
            errors.append(ContentError(f"{prefix}{key}", _("缺少这一项"), _("请补上")))


def _bad_characters(value: str) -> str:
    for character in value:
        category = unicodedata.category(character)
        if character in _BIDI:
            reason = _("改变书写方向的字符")
        elif category in _REFUSED_CATEGORIES:
            reason = str(_REFUSED_CATEGORIES[category])
        else:
            continue
        words = {"reason": reason, "code": f"U+{ord(character):04X}"}
        return _("含有%(reason)s（%(code)s）") % words
    return ""


def text(
    path: str, value: Any, errors: list[ContentError], *, cap: int, blank: bool = False
) -> None:
    """A text without control, bidi, private-use and invisible characters, at most cap long."""
    if not isinstance(value, str):
        errors.append(wrong_type(path, _("一段文字")))
        return
    if not blank and not value.strip():
        errors.append(ContentError(path, _("不能为空"), _("请填写，或者删去这一部分")))
    if len(value) > cap:
        rule = _("有%(count)d个字，最多%(most)d个字") % {"count": len(value), "most": cap}
        errors.append(ContentError(path, rule, _("请缩短")))
    if _SECRECY.search(value):
        errors.append(secret(path))
    bad = _bad_characters(value)
    if bad:
        errors.append(ContentError(path, bad, _("请删去这个字符，重新输入这段文字")))


def texts(
    path: str,
    value: Any,
    errors: list[ContentError],
    *,
    most: int,
    cap: int,
    least: int = 0,
    blank: bool = False,
) -> list[str]:
    """A list of texts; returns it, or an empty list when it is none."""
    if not isinstance(value, list):
        errors.append(wrong_type(path, _("若干段文字组成的列表")))
        return []
    if len(value) < least:
        way_out = _("请至少写%(least)d项") % {"least": least}
        errors.append(ContentError(path, _("不能为空"), way_out))
    if len(value) > most:
        errors.append(too_many(path, len(value), most))
        return []
    for index, one in enumerate(value):
        text(f"{path}[{index}]", one, errors, cap=cap, blank=blank)
    return value


def choice(path: str, value: Any, known: Sequence[str], errors: list[ContentError]) -> None:
    if value not in known:
        errors.append(not_one_of(path, value, known))


def flag(path: str, value: Any, errors: list[ContentError]) -> None:
    if value is not None and not isinstance(value, bool):
        errors.append(wrong_type(path, _("是（true）或者否（false）")))


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(path: str, value: Any, errors: list[ContentError]) -> None:
    """A date as 2026-11-21; Python reads other ISO forms (20261121, 2026-W47-6), PDF does not."""
    try:
        if not _DAY.fullmatch(value):
            raise ValueError(value)
        date.fromisoformat(value)
    except (TypeError, ValueError):
        rule = _("“%(value)s”不是日期") % {"value": quoted(value)}
        errors.append(ContentError(path, rule, _("请写成 2026-11-21 的样式")))


def pattern(
    path: str, value: Any, shape: re.Pattern[str], described: str, errors: list[ContentError]
) -> None:
    if value is not None and not (isinstance(value, str) and shape.fullmatch(value)):
        rule = _("“%(value)s”不合格式") % {"value": quoted(value)}
        errors.append(ContentError(path, rule, _("请写成：%(form)s") % {"form": described}))


def given(value: Mapping[str, Any], key: str) -> Any:
    """What stands under a key that may be left out; an empty list when it is missing or null."""
    found = value.get(key)
    return [] if found is None else found


def as_list(value: Any) -> list[Any]:
    """The value when it is a list, else an empty one: wrong types are reported elsewhere."""
    return value if isinstance(value, list) else []


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_length(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(_length(inner) for inner in value)
    return 0


def total(content: Mapping[str, Any], cap: int, errors: list[ContentError]) -> None:
    """The whole document's length: a limit of rendering time."""
    length = _length(content)
    if length > cap:
        rule = _("共有%(count)d个字，最多%(most)d个字") % {"count": length, "most": cap}
        errors.append(ContentError(whereabouts.WHOLE, rule, _("请拆成几份文书")))
