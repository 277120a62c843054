"""The filed answers as people read them: for the check page, the status page and the reviewers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from approvals.applications.forms.values import display, table_lines
from approvals.applications.models import Application, Attachment
from approvals.programs.form_schema import Field, form_of, slots_of


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and its answer; a table has `head` and `lines` instead of `text`."""

    key: str
    label: str
    text: str
    head: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()
    clause: str = ""

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The lines with each cell's heading before it: a phone shows a line as a card."""
        return [list(zip(self.head, line, strict=True)) for line in self.lines]


@dataclass(frozen=True, slots=True)
class AnswerSection:
    """One page of answers."""

    key: str
    title: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """One slot of the material list with its files."""

    key: str
    label: str
    required: bool
    files: tuple[Attachment, ...]


def answer_sections(
    application: Application, data: Mapping[str, Any] | None = None
) -> list[AnswerSection]:
    """Every section in order; `data` defaults to the stored answers."""
    answers = application.data if data is None else data
    return [
        AnswerSection(
            section.key,
            section.title,
            tuple(_answer(field, answers.get(field.key)) for field in section.fields),
        )
        for section in form_of(application.program.content).sections
    ]


def _answer(field: Field, value: Any) -> Answer:
    if field.type != "table":
        return Answer(field.key, field.label, display(field, value), clause=field.clause)
    head = tuple(column.label for column in field.columns)
    lines = tuple(tuple(line) for line in table_lines(field, value))
    return Answer(field.key, field.label, "", head, lines, field.clause)


def file_lines(content: Mapping[str, Any], files: Iterable[Attachment]) -> list[FileLine]:
    """The material list with the given files, in the program's order."""
    given = list(files)
    return [
        FileLine(
            slot.key,
            slot.label,
            slot.required,
            tuple(entry for entry in given if entry.slot == slot.key),
        )
        for slot in slots_of(content)
    ]
