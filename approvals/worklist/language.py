"""The search language of the queue: `项目:J03 县区:南湖 到期:<3 承办:我 星辰科技`.

    query := term*        term := key ":" values | values        values := value ("," value)*
    value := word | '"' anything '"'

A term without a key looks in the applicant's name and the case's number. All terms must hold; the
values of one term are alternatives. Full-width colons, commas and quotes count as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

LONGEST = 300
MOST_TERMS = 12

KEYS: dict[str, tuple[str, ...]] = {
    "program": ("项目", "program"),
    "county": ("县区", "县", "区", "county"),
    "phase": ("阶段", "phase"),
    "due": ("到期", "期限", "due"),
    "holder": ("承办", "经办", "holder"),
    "applicant": ("企业", "单位", "申报单位", "applicant"),
    "number": ("编号", "number"),
}
"""Canonical name: the words people may write, the preferred one first."""
_BY_WORD = {word: key for key, words in KEYS.items() for word in words}
_EXAMPLES = {
    "program": "项目:认定",
    "county": "县区:南湖",
    "phase": "阶段:受理",
    "due": "到期:<3",
    "holder": "承办:我",
    "applicant": '企业:"星辰 科技"',
    "number": "编号:2026-0001",
}
_VALUE = r'"[^"]*"|[^\s",]+'
_TERM = re.compile(rf'(?:(?P<key>[^\s":,]+):)?(?P<values>(?:(?:{_VALUE})(?:,(?:{_VALUE}))*)?),?')
_HALF_WIDTH = str.maketrans("：，、“”　＜＞", ':,,"" <>')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for; `key` is empty for free text."""

    key: str
    values: tuple[str, ...]
    raw: str


class SearchRefused(Exception):
    """The search cannot be understood; `sentences` name each term and the way out."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a search. Raises SearchRefused with every fault at once."""
    if len(text) > LONGEST:
        raise SearchRefused([_("检索式最长 %d 个字符，请缩短。") % LONGEST])
    plain = text.replace("\x00", "").translate(_HALF_WIDTH).strip()
    if plain.count('"') % 2:
        at = plain.rindex('"')
        raise SearchRefused([_("“%s”的引号没有配对，请在末尾补上引号。") % plain[at : at + 30]])
    faults: list[str] = []
    terms = [term for raw in _pieces(plain) if (term := _term(raw, faults)) is not None]
    faults += _repeated(terms)
    if len(terms) > MOST_TERMS:
        faults.append(_("最多可写 %d 个条件，请减少。") % MOST_TERMS)
    if faults:
        raise SearchRefused(faults)
    return tuple(terms)


def _pieces(plain: str) -> list[str]:
    """The terms as written: split at spaces outside quotes; a space after a colon is forgiven."""
    joined = re.sub(r'("[^"]*")|:\s+', lambda found: found.group(1) or ":", plain)
    return re.findall(r'(?:"[^"]*"|[^\s"])+', joined)


def _term(raw: str, faults: list[str]) -> Term | None:
    found = _TERM.fullmatch(raw)
    if found is None:
        faults.append(_("“%s”看不明白：请用“词:内容”的写法，含空格或标点的内容加引号。") % raw)
        return None
    word, values = found["key"], _values(found["values"])
    if word is None:
        return Term("", values, raw) if values else None
    key = _BY_WORD.get(word.lower())
    if key is None:
        told = {"word": word, "keys": "、".join(words[0] for words in KEYS.values())}
        faults.append(
            _("不认识“%(word)s:”。可用的词：%(keys)s；要查找带冒号的文字，请加引号。") % told
        )
        return None
    if not values:
        faults.append(
            _("“%(term)s”后面缺少内容，例如 %(example)s。")
            % {"term": raw, "example": _EXAMPLES[key]}
        )
        return None
    return Term(key, values, raw)


def _values(text: str) -> tuple[str, ...]:
    found = (value.strip('"').strip() for value in re.findall(_VALUE, text))
    return tuple(value for value in found if value)


def _repeated(terms: list[Term]) -> list[str]:
    """The same word twice asks for both at once, which no case fulfils."""
    seen: set[str] = set()
    faults = []
    for term in terms:
        if term.key and term.key in seen:
            word = KEYS[term.key][0]
            faults.append(
                _("“%(word)s”写了两次：几个内容任取其一时，请写成 %(word)s:甲,乙。")
                % {"word": word}
            )
        seen.add(term.key)
    return faults
