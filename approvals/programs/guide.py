"""What the public pages say of a program: conditions with clauses, material, example sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.programs.filling import fill, words_for
from approvals.programs.form_schema import AttachmentSlot, slots_of
from approvals.programs.models import Program
from approvals.programs.rules import Assessment, assess, parameter_value
from approvals.programs.selectors import Window, next_window, open_window
from documents.wording import amount_in_text
from organizations.kinds import ApplicantKind


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of the policy, in words."""

    label: str
    value: str
    clause: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition in words."""

    requirement: str
    clause: str


@dataclass(frozen=True, slots=True)
class Example:
    """A worked sum with invented figures."""

    title: str
    lines: tuple[Mapping[str, str], ...]
    amount: str


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything the page of a program shows."""

    program: Program
    window: Window | None
    following: Window | None
    applicants: tuple[str, ...]
    figures: tuple[Figure, ...]
    conditions: tuple[Condition, ...]
    slots: tuple[AttachmentSlot, ...]
    examples: tuple[Example, ...]

    @property
    def content(self) -> Mapping[str, Any]:
        """The program's content, for the plain texts."""
        content: Mapping[str, Any] = self.program.content
        return content


def guide_for(program: Program, day: date) -> Guide:
    """The guide of a program as of a day; no query."""
    content = program.content
    kinds = dict(ApplicantKind.choices)
    return Guide(
        program=program,
        window=open_window(program, day),
        following=next_window(program, day),
        applicants=tuple(str(kinds[kind]) for kind in content["applicants"]["kinds"]),
        figures=figures_of(content),
        conditions=conditions_of(content),
        slots=slots_of(content),
        examples=examples_of(content, day),
    )


def figures_of(content: Mapping[str, Any]) -> tuple[Figure, ...]:
    """The policy's figures with their units and clauses."""
    return tuple(
        Figure(parameter["label"], _figure(parameter), parameter["clause"])
        for parameter in content.get("parameters", {}).values()
    )


def conditions_of(content: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The requirements in words, the policy's figures put in."""
    words = {
        name: parameter.get("shown") or words_for(parameter_value(parameter), parameter["type"])
        for name, parameter in content.get("parameters", {}).items()
    }
    return tuple(
        Condition(fill(rule["requirement"], words), rule["clause"])
        for rule in content["conditions"]
    )


def examples_of(content: Mapping[str, Any], day: date) -> tuple[Example, ...]:
    """The sums of the pack's example cases, worked out by the same rules as a real case."""
    examples = (content.get("amount") or {}).get("examples", ())
    return tuple(
        _example(entry["title"], assess(content, entry["facts"], on=_day(entry, day)))
        for entry in examples
    )


def _day(entry: Mapping[str, Any], day: date) -> date:
    """An example may fix its day of application, so that its terms do not run out."""
    fixed = entry.get("day")
    return date.fromisoformat(fixed) if fixed else day


def _example(title: str, found: Assessment) -> Example:
    amount = "" if found.amount is None else f"{found.amount:.2f}"
    return Example(title, tuple(found.as_json()["sum"]), amount)


def _figure(parameter: Mapping[str, Any]) -> str:
    if "shown" in parameter:
        return str(parameter["shown"])
    if parameter["type"] == "money":
        return amount_in_text(Decimal(parameter["value"]))
    figure = words_for(parameter_value(parameter), parameter["type"])
    return f"{figure}{parameter.get('unit', '')}"
