"""Turns a content document into what the templates print: lines, indents, labels, pictures."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from documents import content_parts
from documents.codes import grouped
from documents.rendering import columns, geometry, marks
from documents.rendering.typesetting import pieces, title_lines
from documents.wording import chinese_date

_HEAD_SUFFIX = {"document": "文件", "letter": "", "minutes": "纪要"}


_SHORT_TABLE = 6
"""Rows of a table that stays on one page."""


def _block(block: Mapping[str, Any], *, landscape: bool = False) -> dict[str, Any]:
    if block["kind"] != "table":
        return {"kind": block["kind"], "text": pieces(block["text"])}
    laid = columns.laid(block, landscape=landscape)
    return {
        "kind": "table",
        "size": laid.size,
        "widths": laid.percents,
        "header": block["header"],
        "short": len(block["rows"]) <= _SHORT_TABLE,
        "rows": [
            {
                "height": columns.lines_for_pen(block["header"], row) * geometry.LINE,
                "cells": [_cell(laid, column, cell) for column, cell in enumerate(row)],
            }
            for row in block["rows"]
        ],
    }


def _cell(laid: columns.Columns, column: int, cell: str) -> dict[str, Any]:
    place = _cell_place(cell) if laid.holds(column, cell) else "broken"
    return {"text": pieces(cell), "place": place}


def _cell_place(cell: str) -> str:
    """Sums are set flush right, as payment sheets want them; ordinals, counts and shares in the
    middle; a number too long for a sum is a name as others are."""
    if len(cell) > columns.LONGEST_WORD:
        return ""
    if columns.is_figure(cell.rstrip("%％")) and cell[-1:] in {"%", "％"}:
        return "count"
    if not columns.is_figure(cell):
        return ""
    return "figure" if "." in cell else "count"


_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}?[市县区州盟]")


def _names(content: Mapping[str, Any]) -> tuple[str, ...]:
    """What a title keeps whole besides the field's words: organs, their places, addressees."""
    organs = content["organs"]
    places = (_PLACE.match(organ) for organ in organs)
    named = [*organs, *(content.get("addressees") or []), *(p.group() for p in places if p)]
    return tuple(name for name in named if len(name) > 1)


def _annexes(annexes: Sequence[Mapping[str, Any]], names: tuple[str, ...]) -> list[dict[str, Any]]:
    single = len(annexes) == 1
    return [
        {
            "label": "附件" if single else f"附件{number}",
            "prefix": "" if single else f"{number}.",
            "title": pieces(annex["title"]),
            "title_lines": title_lines(annex["title"], names=names),
            "landscape": bool(annex.get("landscape")),
            "blocks": [
                _block(block, landscape=bool(annex.get("landscape"))) for block in annex["body"]
            ],
        }
        for number, annex in enumerate(annexes, start=1)
    ]


def _spread(names: Sequence[str]) -> list[dict[str, Any]]:
    """Organ names of a joint head, set to one width by spacing (in ems)."""
    widest = max(len(name) for name in names)
    return [
        {
            "text": name,
            "spacing": (widest - len(name)) / (len(name) - 1) if len(name) > 1 else 0,
        }
        for name in names
    ]


def _signer_rows(content: Mapping[str, Any]) -> list[list[str]]:
    """签发人, two in a row (GB/T 9704-2012, 7.2.6)."""
    names = content_parts.signers(content)
    return [names[start : start + 2] for start in range(0, len(names), 2)]


def _attendance(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """出席, 请假, 列席, 记录 of minutes (10.3), those that have names."""
    lists = content.get("attendance") or {}
    return [
        {"label": label, "names": pieces("、".join(lists[key]))}
        for key, label in content_parts.ATTENDANCE.items()
        if lists.get(key)
    ]


def _is_moved(content: Mapping[str, Any], head: dict[str, Any] | None, addressees: str) -> bool:
    """Whether the addressees stand in the imprint, because they would push the text off page 1."""
    if not addressees or head is None:
        return False
    title_rows = len(title_lines(content["title"], names=_names(content)))
    return not geometry.fits_first_page(head["place"].rows, title_rows, addressees)


def _head(content: Mapping[str, Any]) -> dict[str, Any] | None:
    form = content["format"]
    if form not in _HEAD_SUFFIX:
        return None
    names = list(content["organs"])
    if form in {"letter", "minutes"}:
        names = names[:1]
    suffix = _HEAD_SUFFIX[form]
    rows = max(1, len(_signer_rows(content)))
    if form == "letter":
        rows = max(1, sum(bool(content.get(key)) for key in ("copy_no", "urgency")))
    return {
        "place": geometry.head(form, names, suffix, rows),
        "names": _spread(names),
        "suffix": suffix,
        "joint": len(names) > 1,
    }


def _longest(name: str) -> str:
    """The widest row of an organ's name in the signature."""
    return max(title_lines(name, geometry.LONGEST_NAME), key=geometry.width_in_characters)


def _signature(content: Mapping[str, Any]) -> dict[str, Any]:
    """The organs' names, of a joint paper with one right edge for all: the widest decides."""
    organs, day = content["organs"], chinese_date(date.fromisoformat(content["date"]))
    sealed = content.get("seal") == "sample"
    place = geometry.sealed_signature if sealed else geometry.unsealed_signature
    joint = len(organs) > 1
    widest = max(map(_longest, organs), key=geometry.width_in_characters)
    indents = place(widest, day)
    lines = [
        {
            "name": name,
            "rows": title_lines(name, geometry.LONGEST_NAME),
            "beside": title_lines(name, geometry.NAME_BESIDE_ANOTHER),
            "right": indents.name * geometry.CHARACTER,
        }
        for name in organs
    ]
    return {
        "sealed": sealed,
        "joint": joint,
        "lines": lines,
        "pairs": [lines[start : start + 2] for start in range(0, len(lines), 2)],
        "date": day,
        "date_right": indents.date * geometry.CHARACTER,
        "seal_right": geometry.seal_right(day),
    }


def _imprint(content: Mapping[str, Any], moved: str) -> dict[str, Any] | None:
    """None where nothing is printed there: a letter's has neither office nor day (10.1)."""
    imprint = content.get("imprint") or {}
    copies = "，".join(imprint.get("copies_to") or [])
    printed_by = "" if content["format"] == "letter" else imprint.get("printed_by", "")
    if not (moved or copies or printed_by):
        return None
    day = imprint.get("printed_on")
    return {
        "addressees": pieces(moved) if moved else "",
        "copies_to": pieces(copies) if copies else "",
        "printed_by": printed_by,
        "printed_on": chinese_date(date.fromisoformat(day)) if day else "",
    }


def _check(content: Mapping[str, Any], public_url: str) -> dict[str, str] | None:
    code = content.get("verify_code")
    if not code:
        return None
    address = marks.check_address(public_url, code)
    return {"picture": marks.qr_png(address), "code": grouped(code), "address": address}


def _note(note: str | None) -> str:
    """附注 in one pair of full-width brackets."""
    return f"（{note.strip().strip('（）()')}）" if note and note.strip() else ""


def _plaque(content: Mapping[str, Any], lines: Sequence[str]) -> dict[str, Any] | None:
    """`lines`: of the title."""
    if content["format"] != "plaque":
        return None
    width, height = content_parts.plaque_size(content).values()
    holders = [block["text"] for block in content["body"] if "text" in block]
    return geometry.plaque(width, height, lines, list(content["organs"]), holders)


_AIR = 2
"""Characters by which a line of a plaque's title may be longer than its share."""


def _plaque_title_lines(content: Mapping[str, Any], names: tuple[str, ...]) -> Sequence[str]:
    """One line, or several where it would be too small to be read from where a plaque hangs."""
    title, (width, height) = content["title"], content_parts.plaque_size(content).values()
    long = geometry.width_in_characters(title)
    shares = (math.ceil(long / count) for count in range(2, geometry.PLAQUE_TITLE_LINES + 1))
    ways = [(title,), *(title_lines(title, share + _AIR, names) for share in shares)]
    return geometry.plaque_title_lines(width, height, ways)


def _title_lines(content: Mapping[str, Any], names: tuple[str, ...]) -> Sequence[str]:
    """A certificate's letters are large: its lines hold less, more when they are set smaller."""
    if content["format"] == "plaque":
        return _plaque_title_lines(content, names)
    if content["format"] != "certificate":
        return title_lines(content["title"], names=names)
    capacity = next(
        (
            room
            for room in geometry.CERTIFICATE_TITLE
            if geometry.width_in_characters(content["title"]) <= 2 * room
        ),
        geometry.CERTIFICATE_TITLE[-1],
    )
    return title_lines(content["title"], capacity, names)


def describe(content: Mapping[str, Any], public_url: str) -> dict[str, Any]:
    """The template context of a valid content document; texts are plain and escaped later."""
    names = _names(content)
    annexes = _annexes(content.get("annexes") or [], names)
    head = _head(content)
    addressees = "，".join(content.get("addressees") or [])
    moved = _is_moved(content, head, addressees)
    imprint = _imprint(content, addressees if moved else "")
    lines = _title_lines(content, names)
    return {
        "format": content["format"],
        "head": head,
        "organs": content["organs"],
        "number": content.get("number") or "",
        "copy_no": content.get("copy_no") or "",
        "urgency": content.get("urgency") or "",
        "signers": _signer_rows(content),
        "attendance": _attendance(content),
        "title": content["title"],
        "title_lines": lines,
        "smaller": max(map(geometry.width_in_characters, lines)) > geometry.CERTIFICATE_TITLE[0],
        "has_addressees": bool(addressees) and not moved,
        "addressees": pieces(addressees),
        "blocks": [_block(block) for block in content["body"]],
        "annexes": annexes,
        "turned": bool(imprint and annexes and annexes[-1]["landscape"]),
        "signature": None if content["format"] == "minutes" else _signature(content),
        "note": _note(content.get("note")),
        "imprint": imprint,
        "check": _check(content, public_url),
        "draft": bool(content.get("draft")),
        "specimen": bool(content.get("specimen")),
        "mark": content.get("mark") == "box",
        "stamped": content.get("stamped") is not False,
        "date": content["date"],
        "day": chinese_date(date.fromisoformat(content["date"])),
        "month": chinese_date(date.fromisoformat(content["date"])).partition("月")[0] + "月",
        "validity": content.get("validity") or "",
        "plaque": _plaque(content, lines),
    }
