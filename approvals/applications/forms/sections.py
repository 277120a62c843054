"""One section of the application form: bound to what was posted or to what is stored.

Tables are rows of ordinary inputs named `<field>-<row>-<column>`, with "add a row" and "remove"
as submit buttons, so that the page works without JavaScript. An answer that cannot be read is
kept as typed: a draft never loses input, only submission insists.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from approvals.applications.forms.fields import build_field
from approvals.applications.forms.values import to_json, to_text
from approvals.programs.form_schema import Field, Section

RAW_LENGTH = 20_000
"""Longest unreadable answer kept in a draft, in characters."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table on the page; `remove` is the value of its remove button."""

    number: int
    cells: tuple[BoundField, ...]
    remove: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question on the page: a single input, or a table with its rows."""

    field: Field
    bound: BoundField | None
    rows: tuple[Row, ...]
    errors: tuple[str, ...]
    row_total: int
    full: bool


class SectionForm(forms.Form):
    """A section of a program's form.

    `required` is False while drafting (only what is entered is judged) and True for completeness.
    `only` restricts it to the named fields (correction).
    """

    use_required_attribute = False

    def __init__(
        self,
        section: Section,
        data: Mapping[str, Any] | QueryDict,
        *,
        required: bool = False,
        only: Collection[str] | None = None,
    ) -> None:
        self.section = section
        self.schema = tuple(f for f in section.fields if only is None or f.key in only)
        self.row_counts = {
            field.key: _row_count(field, data) for field in self.schema if field.type == "table"
        }
        self.table_errors: dict[str, list[str]] = {}
        self.insist = required
        super().__init__(data=data)
        for field in self.schema:
            if field.type == "table":
                self._add_cells(field)
            else:
                needed = required and field.required
                self.fields[field.key] = build_field(field, required=needed)
                self._describe(field)

    def _describe(self, field: Field) -> None:
        widget = self.fields[field.key].widget
        if field.example and "placeholder" not in widget.attrs:
            widget.attrs["placeholder"] = _("例：%(example)s") % {"example": field.example}

    def _add_cells(self, field: Field) -> None:
        for row in range(self.row_counts[field.key]):
            for column in field.columns:
                cell = build_field(column, required=False)
                cell.widget.attrs["aria-label"] = f"{column.label} {row + 1}"
                self.fields[cell_name(field.key, row, column.key)] = cell

    def clean(self) -> dict[str, Any]:
        """Judges tables as wholes: missing cells of begun rows, number of rows."""
        for field in self.schema:
            if field.type == "table":
                self._judge_table(field)
        return self.cleaned_data

    def _judge_table(self, field: Field) -> None:
        filled = 0
        for row in range(self.row_counts[field.key]):
            if not self._row_is_begun(field, row):
                continue
            filled += 1
            if self.insist:
                self._require_cells(field, row)
        if self.insist and filled < max(field.min_rows, 1 if field.required else 0):
            least = max(field.min_rows, 1)
            self._table_error(field, _("至少填写 %(least)s 行。") % {"least": least})
        if filled > field.max_rows:
            self._table_error(field, _("最多填写 %(most)s 行。") % {"most": field.max_rows})

    def _table_error(self, field: Field, message: str) -> None:
        self.table_errors.setdefault(field.key, []).append(message)
        self.add_error(None, ValidationError(f"{field.label}：{message}", code=field.key))

    def _row_is_begun(self, field: Field, row: int) -> bool:
        names = (cell_name(field.key, row, column.key) for column in field.columns)
        return any(_entered(self, name) not in ("", [], None) for name in names)

    def _require_cells(self, field: Field, row: int) -> None:
        for column in field.columns:
            name = cell_name(field.key, row, column.key)
            if column.required and _entered(self, name) in ("", [], None):
                self.add_error(name, ValidationError(_("请填写此项。"), code="required"))

    def answers(self) -> dict[str, Any]:
        """Every answer of the section as JSON: readable ones exact, others as they were typed."""
        self.is_valid()
        return {field.key: self._answer(field) for field in self.schema}

    def _answer(self, field: Field) -> Any:
        if field.type != "table":
            return self._value(field.key)
        rows = (row for row in range(self.row_counts[field.key]) if self._row_is_begun(field, row))
        return [
            {
                column.key: self._value(cell_name(field.key, row, column.key))
                for column in field.columns
            }
            for row in rows
        ]

    def _value(self, name: str) -> Any:
        if name in self.cleaned_data:
            return to_json(self.cleaned_data[name])
        raw = _entered(self, name)
        if isinstance(raw, list):
            return [_storable(entry) for entry in raw]
        return _storable(raw)

    def questions(self) -> list[Question]:
        """The section as the page shows it, in order."""
        return [self._question(field) for field in self.schema]

    def _question(self, field: Field) -> Question:
        if field.type != "table":
            bound = self[field.key]
            return Question(field, bound, (), tuple(str(error) for error in bound.errors), 0, False)
        count = self.row_counts[field.key]
        rows = tuple(
            Row(
                row + 1,
                tuple(self[cell_name(field.key, row, column.key)] for column in field.columns),
                f"{field.key}:{row}",
            )
            for row in range(count)
        )
        errors = tuple(self.table_errors.get(field.key, ()))
        return Question(field, None, rows, errors, count, count >= field.max_rows)

    def problems(self) -> list[tuple[str, str, str]]:
        """(element id, label, message) of every error, for the error summary."""
        found = [
            (f"id_{name}", str(self.fields[name].label), str(message))
            for name, messages in self.errors.items()
            if name in self.fields
            for message in messages
        ]
        labels = {field.key: field.label for field in self.schema}
        for key, messages in self.table_errors.items():
            found += [(f"table_{key}", labels[key], message) for message in messages]
        return found


def cell_name(key: str, row: int, column: str) -> str:
    """The input name of a table cell."""
    return f"{key}-{row}-{column}"


def _storable(value: Any) -> str:
    """Raw text that any database can keep: no NUL, no lone surrogate, bounded."""
    text = str(value if value is not None else "").replace("\x00", "")
    return text.encode("utf-8", "replace").decode()[:RAW_LENGTH]


def _entered(form: SectionForm, name: str) -> Any:
    field = form.fields[name]
    return field.widget.value_from_datadict(form.data, form.files, name)


def _row_count(field: Field, data: Mapping[str, Any]) -> int:
    """Rows on the page: as posted, within the limit (one more shows the error of too many)."""
    try:
        count = int(str(data.get(f"{field.key}-rows", "")))
    except ValueError:
        count = 1
    return max(1, min(count, field.max_rows + 1))


def stored_as_posted(section: Section, stored: Mapping[str, Any]) -> QueryDict:
    """The stored answers as if the page had posted them: one way of reading for both."""
    posted = QueryDict(mutable=True)
    for field in section.fields:
        value = stored.get(field.key)
        if field.type == "table":
            _post_rows(posted, field, value if isinstance(value, list) else [])
        else:
            _post(posted, field.key, value)
    return posted


def _post_rows(posted: QueryDict, field: Field, rows: list[Any]) -> None:
    posted[f"{field.key}-rows"] = str(max(len(rows), field.min_rows, 1))
    for number, row in enumerate(rows):
        cells = row if isinstance(row, Mapping) else {}
        for column in field.columns:
            _post(posted, cell_name(field.key, number, column.key), cells.get(column.key))


def _post(posted: QueryDict, name: str, value: Any) -> None:
    text = to_text(value)
    posted.setlist(name, text if isinstance(text, list) else [text])


def with_row_change(posted: QueryDict, section: Section) -> QueryDict | None:
    """The posted page after its "add a row" or "remove" button; None when neither was pressed."""
    tables = {field.key: field for field in section.fields if field.type == "table"}
    added = tables.get(posted.get("add_row", ""))
    if added is not None:
        changed = posted.copy()
        changed[f"{added.key}-rows"] = str(min(_row_count(added, posted) + 1, added.max_rows))
        return changed
    key, _colon, number = posted.get("remove_row", "").rpartition(":")
    removed = tables.get(key)
    if removed is None or not number.isascii() or not number.isdigit():
        return None
    return _without_row(posted, removed, int(number[:6]))


def _without_row(posted: QueryDict, field: Field, gone: int) -> QueryDict:
    changed = posted.copy()
    count = _row_count(field, posted)
    for row in range(gone, count):
        for column in field.columns:
            after = posted.getlist(cell_name(field.key, row + 1, column.key))
            changed.setlist(cell_name(field.key, row, column.key), after if row + 1 < count else [])
    if gone < count:
        changed[f"{field.key}-rows"] = str(max(1, count - 1))
    return changed
