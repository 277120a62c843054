"""Checks a content document against the schema of docs/notices.md; all errors at once.

A content document is plain data (JSON). It never holds HTML: every text is escaped when printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from documents import content_parts, record, shapes, whereabouts
from documents.rendering import geometry
from documents.shapes import ContentError

__all__ = ["ContentError", "validate"]

FORMATS = ("document", "letter", "minutes", "form", "certificate", "plaque")
BLOCK_KINDS = ("paragraph", "heading1", "heading2", "heading3", "heading4")
SEALS = ("none", "sample")
MARKS = ("none", "hidden", "box")
"""How the original is signed: not at all, without a visible mark (it is stamped by hand, level 1),
or with a box that names signer, time and serial (level 2)."""
URGENCIES = ("特急", "加急")
NUMBER = re.compile(r"[\u4e00-\u9fff]*〔(19|20)[0-9]{2}〕[1-9][0-9]*号")
COPY_NUMBER = re.compile(r"[0-9]{6}")
DEMO_ORGAN = "示例"
"""A drawn seal is allowed for an invented organ only; its name says that it is an example."""


@dataclass(frozen=True)
class Caps:
    """Upper limits: rendering time grows faster than the text (documents.md §3, §6)."""

    title: int = 120
    name: int = 60
    paragraph: int = 5_000
    cell: int = 300
    blocks: int = 600
    rows: int = 2_500
    columns: int = 12
    addressees: int = 60
    annexes: int = 20
    characters: int = 300_000
    cells: int = 20_000
    """Of all tables together, empty ones too: within the limits of rendering.sizes.LONG."""


CAPS = Caps()

_KEYS = {
    "format": True,
    "organs": True,
    "number": False,
    "copy_no": False,
    "urgency": False,
    "signer": False,
    "title": True,
    "addressees": False,
    "body": True,
    "annexes": False,
    "date": True,
    "seal": False,
    "stamped": False,
    "note": False,
    "imprint": False,
    "verify_code": False,
    "draft": False,
    "specimen": False,
    "record": False,
    "public_url": False,
    "mark": False,
    **content_parts.KEYS,
}


def _table(path: str, block: Mapping[str, Any], errors: list[ContentError]) -> None:
    shapes.keys(path, block, {"kind": True, "header": True, "rows": True}, errors)
    header = shapes.texts(
        f"{path}.header", block.get("header"), errors, least=1, most=CAPS.columns, cap=CAPS.cell
    )
    rows = block.get("rows")
    if not isinstance(rows, list):
        errors.append(shapes.wrong_type(f"{path}.rows", _("若干行组成的列表")))
        return
    if len(rows) > CAPS.rows:
        errors.append(shapes.too_many(f"{path}.rows", len(rows), CAPS.rows))
        return
    for index, row in enumerate(rows):
        place = f"{path}.rows[{index}]"
        shapes.texts(place, row, errors, most=CAPS.columns, cap=CAPS.cell, blank=True)
        if header and isinstance(row, list) and len(row) != len(header):
            words = {"cells": len(row), "columns": len(header)}
            rule = _("这一行有%(cells)d格，表头有%(columns)d栏") % words
            way_out = _("请使每行与表头的栏数相同，没有内容的格留空")
            errors.append(ContentError(place, rule, way_out))


def _block(path: str, block: Any, errors: list[ContentError]) -> None:
    if not isinstance(block, Mapping):
        errors.append(shapes.wrong_type(path, _("写明种类（kind）和文字（text）的一段")))
        return
    kind = block.get("kind")
    if kind == "table":
        _table(path, block, errors)
    elif kind in BLOCK_KINDS:
        shapes.keys(path, block, {"kind": True, "text": True}, errors)
        shapes.text(f"{path}.text", block.get("text"), errors, cap=CAPS.paragraph)
    else:
        errors.append(shapes.not_one_of(f"{path}.kind", kind, (*BLOCK_KINDS, "table")))


def _blocks(path: str, blocks: Any, errors: list[ContentError]) -> None:
    if not isinstance(blocks, list) or not blocks:
        errors.append(shapes.wrong_type(path, _("至少一段组成的列表")))
    elif len(blocks) > CAPS.blocks:
        errors.append(shapes.too_many(path, len(blocks), CAPS.blocks))
    else:
        for index, block in enumerate(blocks):
            _block(f"{path}[{index}]", block, errors)


def _annexes(content: Mapping[str, Any], errors: list[ContentError]) -> None:
    annexes = shapes.given(content, "annexes")
    if not isinstance(annexes, list):
        errors.append(shapes.wrong_type("annexes", _("若干附件组成的列表")))
        return
    if len(annexes) > CAPS.annexes:
        errors.append(shapes.too_many("annexes", len(annexes), CAPS.annexes))
    for index, annex in enumerate(annexes[: CAPS.annexes]):
        path = f"annexes[{index}]"
        if not isinstance(annex, Mapping):
            errors.append(shapes.wrong_type(path, _("写明标题（title）和正文（body）的附件")))
            continue
        shapes.keys(path, annex, {"title": True, "body": True, "landscape": False}, errors)
        shapes.text(f"{path}.title", annex.get("title"), errors, cap=CAPS.title)
        shapes.flag(f"{path}.landscape", annex.get("landscape"), errors)
        _blocks(f"{path}.body", annex.get("body"), errors)


def _imprint(content: Mapping[str, Any], errors: list[ContentError]) -> None:
    imprint = content.get("imprint")
    if imprint is None:
        return
    if not isinstance(imprint, Mapping):
        errors.append(shapes.wrong_type("imprint", _("写明印发机关和印发日期的版记")))
        return
    known = {"copies_to": False, "printed_by": True, "printed_on": True}
    shapes.keys("imprint", imprint, known, errors)
    copies = shapes.given(imprint, "copies_to")
    shapes.texts("imprint.copies_to", copies, errors, most=40, cap=CAPS.name)
    shapes.text("imprint.printed_by", imprint.get("printed_by"), errors, cap=CAPS.name)
    shapes.day("imprint.printed_on", imprint.get("printed_on"), errors)


def _head(content: Mapping[str, Any], errors: list[ContentError]) -> None:
    shapes.choice("format", content.get("format"), FORMATS, errors)
    shapes.texts("organs", content.get("organs"), errors, least=1, most=6, cap=CAPS.name)
    if content.get("title") is not None:
        shapes.text("title", content["title"], errors, cap=CAPS.title)
    addressees = shapes.given(content, "addressees")
    shapes.texts("addressees", addressees, errors, most=CAPS.addressees, cap=CAPS.title)
    shapes.day("date", content.get("date"), errors)
    for key, cap in (("note", CAPS.title), ("verify_code", 32)):
        if content.get(key) is not None:
            shapes.text(key, content[key], errors, cap=cap, blank=True)
    if content.get("urgency") is not None:
        shapes.choice("urgency", content["urgency"], URGENCIES, errors)
    copy_no = content.get("copy_no")
    shapes.pattern("copy_no", copy_no, COPY_NUMBER, _("六位数字，如 000012"), errors)
    shape = _("机关代字〔2026〕1号，年份写全，用六角括号，序号前不加零")
    number = content.get("number")
    shapes.pattern("number", None if number == "" else number, NUMBER, shape, errors)
    shapes.flag("draft", content.get("draft"), errors)
    shapes.flag("stamped", content.get("stamped"), errors)
    shapes.flag("specimen", content.get("specimen"), errors)


def _proof(content: Mapping[str, Any], errors: list[ContentError]) -> None:
    """What issuing adds: the facts of the attached JSON, the check's origin, the mark."""
    facts = content.get("record")
    if isinstance(facts, Mapping):
        shapes.keys("record", facts, record.KEYS, errors)
        for key in record.KEYS:
            value = facts.get(key)
            shapes.text(f"record.{key}", value or "", errors, cap=200, blank=key != "kind")
    elif facts is not None:
        errors.append(shapes.wrong_type("record", _("写明种类、持有人和金额的附带数据")))
    if content.get("public_url") is not None:
        shapes.text("public_url", content["public_url"], errors, cap=CAPS.title)
    if content.get("mark") is not None:
        shapes.choice("mark", content["mark"], MARKS, errors)


def _cells(blocks: Any) -> int:
    """Table cells of one body, its paragraphs counted as one each."""
    return sum(
        sum(len(shapes.as_list(row)) + 1 for row in shapes.as_list(block.get("rows"))) + 1
        for block in shapes.as_list(blocks)
        if isinstance(block, Mapping)
    )


def _consistency(content: Mapping[str, Any], errors: list[ContentError]) -> None:
    seal = content.get("seal", "none")
    shapes.choice("seal", seal, SEALS, errors)
    organs = content.get("organs")
    names = organs if isinstance(organs, list) else []
    invented = all(isinstance(name, str) and DEMO_ORGAN in name for name in names)
    if seal == "sample" and not invented:
        way_out = _("请改为不用印（none），或者改用名称含“%(word)s”的机关") % {"word": DEMO_ORGAN}
        errors.append(ContentError("seal", _("样章（sample）只能用于虚构的机关"), way_out))
    if content.get("draft") is True and content.get("number"):
        errors.append(ContentError("number", _("送审稿不编文号"), _("请把文号留空")))
    shapes.total(content, CAPS.characters, errors)
    cells = _cells(content.get("body")) + sum(
        _cells(annex.get("body"))
        for annex in shapes.as_list(content.get("annexes"))
        if isinstance(annex, Mapping)
    )
    if cells > CAPS.cells:
        rule = _("表格共有%(count)d格，最多%(most)d格") % {"count": cells, "most": CAPS.cells}
        errors.append(ContentError(whereabouts.WHOLE, rule, _("请拆成几份文书")))


_WITH_IMPRINT = ("document", "letter", "minutes")


def _imprint_fits(content: Mapping[str, Any], errors: list[ContentError]) -> None:
    """Of a valid document: names that page 1 cannot hold move to 版记, and that holds one page."""
    imprint = content.get("imprint") or {}
    addressees = "，".join(content.get("addressees") or [])
    copies = "，".join(imprint.get("copies_to") or [])
    lines = geometry.imprint_lines(addressees, copies, imprint.get("printed_by", ""))
    if content["format"] in _WITH_IMPRINT and lines > geometry.IMPRINT_LINES:
        path = "addressees" if len(addressees) > len(copies) else "imprint.copies_to"
        words = {"lines": lines, "most": geometry.IMPRINT_LINES}
        rule = _("版记要占%(lines)d行，一页只容得下%(most)d行") % words
        way_out = _("请合称，如“各有关单位”，把名单列入附件")
        errors.append(ContentError(path, rule, way_out))


def validate(content: Any) -> list[ContentError]:
    """Every fault of a content document, each with its path, the rule and a way out.

    An empty list means that the document can be rendered (its characters are checked against the
    fonts by documents.glyphs.missing).
    """
    if not isinstance(content, Mapping):
        return [shapes.wrong_type(whereabouts.WHOLE, _("一份文书的内容"))]
    errors: list[ContentError] = []
    shapes.keys("", content, _KEYS, errors)
    _head(content, errors)
    _blocks("body", content.get("body"), errors)
    _annexes(content, errors)
    _imprint(content, errors)
    content_parts.check(content, errors, name=CAPS.name, text=CAPS.title)
    _proof(content, errors)
    _consistency(content, errors)
    if not errors:
        _imprint_fits(content, errors)
    return errors


def signing_day(content: Mapping[str, Any]) -> date:
    """The day of the document (成文日期) of a valid content document."""
    return date.fromisoformat(content["date"])
