"""Parts that only some formats have: signers, attendance, a certificate's term, a plaque's size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import shapes
from documents.shapes import ContentError

_FORMATS = {
    "minutes": gettext_lazy("纪要（minutes）"),
    "certificate": gettext_lazy("证书（certificate）"),
    "plaque": gettext_lazy("牌匾（plaque）"),
}
KEYS = {"signer": False, "attendance": False, "validity": False, "plaque": False}
ATTENDANCE = {"present": "出席", "absent": "请假", "observers": "列席", "recorder": "记录"}
"""Lists of names in this order; the recorder is one of them as well."""
MOST_SIGNERS, MOST_PRESENT = 6, 80
PLAQUE_SIZE = {"width_mm": 600, "height_mm": 400}
"""The usual plaque; a city's standard is policy data."""
MOST_UPRIGHT = 2
SMALLEST_PLAQUE, LARGEST_PLAQUE = 200, 1500


def signers(content: Mapping[str, Any]) -> list[str]:
    """签发人: one name or, for a joint document, several in the order of the organs."""
    given = content.get("signer")
    if isinstance(given, list):
        return [name for name in given if name.strip()]
    return [given] if given and given.strip() else []


def plaque_size(content: Mapping[str, Any]) -> dict[str, int]:
    """Width and height in mm."""
    return {**PLAQUE_SIZE, **(content.get("plaque") or {})}


def _signers(content: Mapping[str, Any], errors: list[ContentError], cap: int) -> None:
    given = content.get("signer")
    if isinstance(given, list):
        shapes.texts("signer", given, errors, most=MOST_SIGNERS, cap=cap)
    elif given is not None:
        shapes.text("signer", given, errors, cap=cap, blank=True)


def _only_for(key: str, form: str, content: Mapping[str, Any], errors: list[ContentError]) -> bool:
    """Whether the key is there; in another format it is refused, so that nothing gets lost."""
    if content.get(key) is None:
        return False
    if content.get("format") != form:
        words = {"form": _FORMATS[form]}
        rule = _("只有%(form)s版式有这一部分") % words
        errors.append(ContentError(key, rule, _("请删去，或者改用%(form)s版式") % words))
    return True


def _attendance(content: Mapping[str, Any], errors: list[ContentError], cap: int) -> None:
    if not _only_for("attendance", "minutes", content, errors):
        return
    lists = content["attendance"]
    if not isinstance(lists, Mapping):
        errors.append(shapes.wrong_type("attendance", _("几份姓名列表")))
        return
    shapes.keys("attendance", lists, dict.fromkeys(ATTENDANCE, False), errors)
    for key in ATTENDANCE:
        names = shapes.given(lists, key)
        shapes.texts(f"attendance.{key}", names, errors, most=MOST_PRESENT, cap=cap)


def _plaque(content: Mapping[str, Any], errors: list[ContentError]) -> None:
    if not _only_for("plaque", "plaque", content, errors):
        return
    size = content["plaque"]
    if not isinstance(size, Mapping):
        errors.append(shapes.wrong_type("plaque", _("写明宽（width_mm）和高（height_mm）的尺寸")))
        return
    shapes.keys("plaque", size, dict.fromkeys(PLAQUE_SIZE, False), errors)
    for key in PLAQUE_SIZE:
        value = size.get(key, PLAQUE_SIZE[key])
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not SMALLEST_PLAQUE <= value <= LARGEST_PLAQUE:
            words = {"least": SMALLEST_PLAQUE, "most": LARGEST_PLAQUE}
            rule = _("须是%(least)d至%(most)d之间的整数，单位毫米") % words
            way_out = _("请写整数，如 %(usual)d") % {"usual": PLAQUE_SIZE[key]}
            errors.append(ContentError(f"plaque.{key}", rule, way_out))
            return
    width, height = plaque_size(content).values()
    if height > MOST_UPRIGHT * width:
        size = {"width": width, "height": height}
        rule = _("宽%(width)d毫米、高%(height)d毫米，放不下字") % size
        limits = {"most": MOST_UPRIGHT * width, "times": MOST_UPRIGHT}
        way_out = _("高请不超过%(most)d毫米，即宽的%(times)d倍") % limits
        errors.append(ContentError("plaque.height_mm", rule, way_out))


def check(content: Mapping[str, Any], errors: list[ContentError], *, name: int, text: int) -> None:
    """Every fault of these parts; `name` and `text` are the caps of length."""
    _signers(content, errors, name)
    _attendance(content, errors, text)
    if _only_for("validity", "certificate", content, errors):
        shapes.text("validity", content["validity"], errors, cap=text)
    _plaque(content, errors)
