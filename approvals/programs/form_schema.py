"""What a program asks for: its form, its file slots and the forms of its steps, as plain data.

`approvals.applications` builds Django forms from these, `approvals.reviews` the forms of the steps.
A program's content holds the same as JSON (docs/policies.md describes it); nothing here asks a
database, and nothing names a program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FIELD_TYPES = frozenset(
    [
        "text",
        "textarea",
        "integer",
        "decimal",
        "money",
        "area",
        "date",
        "year",
        "choice",
        "choices",
        "boolean",
        "credit_code",
        "phone",
        "email",
        "table",
        "people",
    ]
)
"""`money` is yuan with two decimals, `area` square metres, `year` a whole number of four digits,
`choices` several of a list, `table` rows of columns, `people` users of `source`."""

COLUMN_TYPES = FIELD_TYPES - {"table", "people", "textarea"}
IDENTIFYING = frozenset({"credit_code", "phone", "email"})
"""Types that tell who somebody is unless the program says otherwise."""
FILE_TYPES = frozenset(["pdf", "jpg", "png", "docx", "xlsx"])
PEOPLE_SOURCES = frozenset({"experts"})
MEETING_KINDS = ("leaders", "party")
"""Meetings a step may be put to: 局长办公会, 党组会."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a list: the stored value and the words on the page."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table field; `fact` is the name of the value in a row of the facts."""

    key: str
    label: str
    type: str
    required: bool = True
    help: str = ""
    example: str = ""
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = 200
    choices: tuple[Choice, ...] = ()
    identifying: bool = False
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    `key` is the name in the stored data, `fact` the dotted path in the facts of `rules.assess`
    (the key itself when the program says nothing else). Bounds are inclusive. A required boolean
    must be answered, yes or no: a plain check-box cannot say no.
    """

    key: str
    label: str
    type: str
    required: bool = True
    help: str = ""
    example: str = ""
    clause: str = ""
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = 200
    choices: tuple[Choice, ...] = ()
    columns: tuple[Column, ...] = ()
    min_rows: int = 0
    max_rows: int = 200
    source: str = ""
    """Where people are chosen from: `experts` is the city's expert pool."""
    required_for: tuple[str, ...] = ()
    """In a step's form: the outcomes for which it must be filled, whatever `required` says."""
    identifying: bool = False
    """Tells who the applicant is: hidden from blind seats (docs/experts.md)."""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One page of a form."""

    key: str
    title: str
    fields: tuple[Field, ...]
    help: str = ""


@dataclass(frozen=True, slots=True)
class FormSchema:
    """The whole form of a program, section by section."""

    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        """The section of this key, None when there is none."""
        return next((section for section in self.sections if section.key == key), None)

    def fields(self) -> Iterable[Field]:
        """Every field, in the order of the pages."""
        return (field for section in self.sections for field in section.fields)


@dataclass(frozen=True, slots=True)
class AttachmentSlot:
    """One entry of the material list. `deferrable` may be handed in later (容缺受理)."""

    key: str
    label: str
    required: bool = True
    many: bool = False
    types: tuple[str, ...] = ("pdf",)
    max_mb: int = 20
    """Largest size of one file, in MiB."""
    deferrable: bool = False
    identifying: bool = False
    """Its files tell who the applicant is: blind seats do not get them."""
    help: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistEntry:
    """One point a reviewer ticks off, with the clause that asks for it."""

    key: str
    text: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeLabel:
    """The words on the button of an outcome; `reason` says that reasons must be given."""

    value: str
    label: str
    reason: bool = False
    items: bool = False
    """True when the outcome must name the items to be corrected."""


@dataclass(frozen=True, slots=True)
class MeetingRule:
    """The step may be decided by the minutes of these kinds of meeting; `required`: only so."""

    kinds: tuple[str, ...]
    required: bool = False
    clause: str = ""


@dataclass(frozen=True, slots=True)
class TaskForm:
    """The form of one step: extra fields beside outcome and opinion, checklist, labels."""

    key: str
    title: str
    fields: tuple[Field, ...] = ()
    checklist: tuple[ChecklistEntry, ...] = ()
    outcomes: tuple[OutcomeLabel, ...] = ()
    help: str = ""
    relies_on: frozenset[str] | None = None
    """Keys of the fields and slots an opinion given here rests on (B8); None: on all of them."""
    meeting: MeetingRule | None = None
    """Which meetings may decide it by their minutes; None: nobody but its holder."""

    def outcome(self, value: str) -> OutcomeLabel:
        """The label of an outcome; an unlabelled one is shown by its value."""
        found = (entry for entry in self.outcomes if entry.value == value)
        return next(found, OutcomeLabel(value, value))


def form_of(content: Mapping[str, Any]) -> FormSchema:
    """The application form of a program's content."""
    return FormSchema(tuple(_section(entry) for entry in content["form"]["sections"]))


def slots_of(content: Mapping[str, Any]) -> tuple[AttachmentSlot, ...]:
    """The material list of a program's content."""
    return tuple(
        AttachmentSlot(
            key=entry["key"],
            label=entry["label"],
            required=entry.get("required", True),
            many=entry.get("many", False),
            types=tuple(entry.get("types", ("pdf",))),
            max_mb=entry.get("max_mb", 20),
            deferrable=entry.get("deferrable", False),
            identifying=entry.get("identifying", False),
            help=entry.get("help", ""),
            clause=entry.get("clause", ""),
        )
        for entry in content.get("attachments", ())
    )


def task_form_of(content: Mapping[str, Any], key: str, step: str | None = None) -> TaskForm:
    """The form `key` of a step, with the program's own checklist of that step (default: the key).

    An unknown key gives an empty form: a step may be decided by its outcome alone.
    """
    entry: Mapping[str, Any] = content.get("task_forms", {}).get(key, {})
    points = content.get("checklists", {}).get(step or key, entry.get("checklist", ()))
    relied = content.get("relies_on", {}).get(step or key, entry.get("relies_on"))
    return TaskForm(
        key=key,
        title=entry.get("title", key),
        fields=tuple(_field(field) for field in entry.get("fields", ())),
        checklist=tuple(
            ChecklistEntry(point["key"], point["text"], point.get("clause", "")) for point in points
        ),
        outcomes=tuple(
            OutcomeLabel(
                outcome["value"],
                outcome["label"],
                outcome.get("reason", False),
                outcome.get("items", False),
            )
            for outcome in entry.get("outcomes", ())
        ),
        help=entry.get("help", ""),
        relies_on=None if relied is None else frozenset(relied),
        meeting=_meeting(entry.get("meeting")),
    )


def _meeting(entry: Mapping[str, Any] | None) -> MeetingRule | None:
    if entry is None:
        return None
    kinds = tuple(entry["kinds"])
    return MeetingRule(kinds, entry.get("required", False), entry.get("clause", ""))


def _section(entry: Mapping[str, Any]) -> Section:
    fields = tuple(_field(field) for field in entry["fields"])
    return Section(entry["key"], entry["title"], fields, entry.get("help", ""))


def _field(entry: Mapping[str, Any]) -> Field:
    return Field(
        **_shared(entry),
        clause=entry.get("clause", ""),
        columns=tuple(Column(**_shared(column)) for column in entry.get("columns", ())),
        min_rows=entry.get("min_rows", 0),
        max_rows=entry.get("max_rows", 200),
        source=entry.get("source", ""),
        required_for=tuple(entry.get("required_for", ())),
    )


def _shared(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What fields and columns have in common."""
    return {
        "key": entry["key"],
        "label": entry["label"],
        "type": entry["type"],
        "required": entry.get("required", True),
        "help": entry.get("help", ""),
        "example": entry.get("example", ""),
        "unit": entry.get("unit", ""),
        "minimum": _bound(entry.get("min")),
        "maximum": _bound(entry.get("max")),
        "max_length": entry.get("max_length", 2000 if entry["type"] == "textarea" else 200),
        "choices": tuple(
            Choice(choice["value"], choice["label"]) for choice in entry.get("choices", ())
        ),
        "identifying": entry.get("identifying", entry["type"] in IDENTIFYING),
        "fact": entry.get("fact", entry["key"]),
    }


def _bound(value: int | str | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
