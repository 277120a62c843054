"""The forms: a reason, and a paper's text block by block.

The text is edited as the plain parts it is frozen as: one field a paragraph, one line a table row.
What issuing decides (organs, number, date, code) is not offered.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.revisions.models import REASON_LENGTH
from documents import glyphs
from documents.content import CAPS

CELL_BORDER = "|"
_KIND_NAMES: dict[str, str | Promise] = {
    "paragraph": _("段落"),
    "heading1": _("一级标题"),
    "heading2": _("二级标题"),
    "heading3": _("三级标题"),
    "heading4": _("四级标题"),
    "table": _("表格"),
}
_MOST_CHARACTERS = CAPS.characters


class ReasonForm(forms.Form):
    """Why; shown in the register and on the public page."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("将记入登记簿，并在公开核验页面上显示，请勿写入个人信息。"),
    )


class PaperText(forms.Form):
    """The text of a paper whose content is `content`."""

    title = forms.CharField(label=_("标题"), max_length=CAPS.title)

    def __init__(
        self,
        content: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, prefix=prefix)
        self.content = content
        self.places = list(_places(content))
        self.fields["title"].initial = content["title"]
        if content.get("addressees"):
            self.fields["addressees"] = _addressees(content["addressees"])
        for name, label, block in self.places:
            self.fields[name] = _field(label, block)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        for name, value in list(told.items()):
            missing = glyphs.missing(value) if isinstance(value, str) else []
            if missing:
                named = "、".join(f"{one}（{glyphs.code_point(one)}）" for one in missing)
                self.add_error(name, _("字库中没有以下字符：%s") % named)
        return told

    def corrected(self) -> dict[str, Any]:
        """The whole content document with the new text."""
        made: dict[str, Any] = copy.deepcopy(dict(self.content))
        made["title"] = self.cleaned_data["title"]
        if "addressees" in self.fields:
            lines = self.cleaned_data["addressees"].splitlines()
            made["addressees"] = [line.strip() for line in lines if line.strip()]
        for (name, _label, _old), (_name, _same, block) in zip(
            self.places, _places(made), strict=True
        ):
            _write(block, self.cleaned_data[name])
        return made


class TextForm(ReasonForm, PaperText):
    """Reason and corrected text."""

    field_order = ("reason", "title")


def _places(content: Mapping[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(field, label, block) of every block of the body and the annexes."""
    found = []
    bodies = [("body", "", content["body"])]
    for index, annex in enumerate(content.get("annexes") or []):
        bodies.append((f"annex{index}", f"{_('附件')}{index + 1} ", annex["body"]))
    for prefix, label, blocks in bodies:
        for index, block in enumerate(blocks):
            kind = _KIND_NAMES.get(block["kind"], block["kind"])
            found.append((f"{prefix}_{index}", f"{label}{kind} {index + 1}", block))
    return found


def _addressees(names: Sequence[str]) -> forms.CharField:
    rows = min(8, len(names) + 1)
    return forms.CharField(
        label=_("主送机关"),
        initial="\n".join(names),
        max_length=CAPS.addressees * CAPS.title,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=_("每行一个"),
    )


def _lines(block: Mapping[str, Any]) -> str:
    """A table as lines: the head, then a row a line, cells between borders."""
    border = f" {CELL_BORDER} "
    return "\n".join(border.join(row) for row in [block["header"], *block["rows"]])


def _field(label: str, block: Mapping[str, Any]) -> forms.CharField:
    if block["kind"] == "table":
        lines = _lines(block)
        return TableField(
            label=label,
            initial=lines,
            columns=len(block["header"]),
            widget=forms.Textarea(attrs={"rows": min(12, lines.count("\n") + 2)}),
            help_text=_("首行为表头，每行一条，各栏之间用 | 隔开"),
        )
    rows = min(10, len(block["text"]) // 40 + 1)
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, initial=block["text"], max_length=CAPS.paragraph, widget=widget
    )


class TableField(forms.CharField):
    """Rows of equal width; a line with another number of cells is named."""

    def __init__(self, *, columns: int, **kwargs: Any) -> None:
        super().__init__(max_length=_MOST_CHARACTERS, strip=True, **kwargs)
        self.columns = columns

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        for number, line in enumerate(text.splitlines(), start=1):
            cells = line.count(CELL_BORDER) + 1
            if cells != self.columns:
                told = {"line": number, "cells": cells, "columns": self.columns}
                message = _("第 %(line)d 行有 %(cells)d 栏，应当是 %(columns)d 栏")
                raise forms.ValidationError(message, params=told)
        return text


def _write(block: dict[str, Any], text: str) -> None:
    if block["kind"] != "table":
        block["text"] = " ".join(text.split("\n")).replace("\r", "")
        return
    rows = [[cell.strip() for cell in line.split(CELL_BORDER)] for line in text.splitlines()]
    block["header"], block["rows"] = rows[0], rows[1:]
