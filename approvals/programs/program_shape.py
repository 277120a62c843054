"""The shapes of a pack's files: program, task forms, notice (docs/policies.md explains them)."""

from __future__ import annotations

import re
from typing import Final

from approvals.programs.facts import FACT_TYPES
from approvals.programs.form_schema import (
    COLUMN_TYPES,
    FIELD_TYPES,
    FILE_TYPES,
    MEETING_KINDS,
    PEOPLE_SOURCES,
)
from approvals.programs.models import Program
from approvals.programs.pack_shape import (
    ANY_TEXT,
    BOUND,
    CODE,
    COUNT,
    DAY_VALUE,
    FLAG,
    KEY,
    POSITIVE,
    QUOTED,
    TEXT,
    Either,
    ListOf,
    MapOf,
    Record,
    Shape,
    Value,
    one_of,
)
from organizations.kinds import ApplicantKind

PARAMETER_TYPES: Final = ("money", "area", "ratio", "decimal", "integer", "text", "duration")
VERDICTS: Final = ("approved", "refused")

ANYTHING = Value("facts", lambda value: isinstance(value, dict), "write the facts of a case")

CHOICE = Record({"value": TEXT, "label": TEXT})
QUESTION: dict[str, Shape] = {
    "required": FLAG,
    "help": ANY_TEXT,
    "example": ANY_TEXT,
    "unit": ANY_TEXT,
    "min": BOUND,
    "max": BOUND,
    "max_length": POSITIVE,
    "choices": ListOf(CHOICE, 1),
    "identifying": FLAG,
    "fact": TEXT,
}
COLUMN = Record({"key": KEY, "label": TEXT, "type": one_of(*sorted(COLUMN_TYPES))}, QUESTION)
FIELD = Record(
    {"key": KEY, "label": TEXT, "type": one_of(*sorted(FIELD_TYPES))},
    {
        **QUESTION,
        "clause": TEXT,
        "columns": ListOf(COLUMN, 1),
        "min_rows": COUNT,
        "max_rows": POSITIVE,
        "source": one_of(*sorted(PEOPLE_SOURCES)),
        "required_for": ListOf(KEY, 1),
    },
)
SECTION = Record({"key": KEY, "title": TEXT, "fields": ListOf(FIELD, 1)}, {"help": ANY_TEXT})
CHECKPOINT = Record({"key": KEY, "text": TEXT}, {"clause": TEXT})
SLOT = Record(
    {"key": KEY, "label": TEXT},
    {
        "required": FLAG,
        "many": FLAG,
        "types": ListOf(one_of(*sorted(FILE_TYPES)), 1),
        "max_mb": Value(
            "a size from 1 to 50 MB",
            lambda v: isinstance(v, int) and not isinstance(v, bool) and 1 <= v <= 50,
            "write whole megabytes",
        ),
        "deferrable": FLAG,
        "identifying": FLAG,
        "help": ANY_TEXT,
        "clause": TEXT,
    },
)
FACT = Record(
    {"type": one_of(*sorted(FACT_TYPES))},
    {"path": TEXT, "required": FLAG, "choices": ListOf(TEXT, 1), "min": BOUND, "max": BOUND},
)
RULE = Record(
    {"id": KEY, "when": TEXT, "clause": TEXT, "requirement": TEXT, "message": TEXT},
    {"hard": FLAG, "provenance": TEXT},
)
INCLUSION = Record({"id": KEY, "when": TEXT, "clause": TEXT, "message": TEXT}, {"provenance": TEXT})
STEP = Record(
    {"id": KEY, "label": TEXT, "clause": TEXT},
    {"total": FLAG, "value": TEXT, "shown": TEXT, "provenance": TEXT},
)
AMOUNT_RULES = Record(
    {"steps": ListOf(STEP, 1), "rounding": Record({"label": TEXT, "clause": TEXT})},
    {
        "rows": Record(
            {"path": TEXT, "facts": MapOf(FACT), "include": ListOf(INCLUSION), "value": TEXT}
        ),
        "examples": ListOf(Record({"title": TEXT, "facts": ANYTHING}, {"day": DAY_VALUE})),
        "cap_scope": TEXT,
        "offset_mode": one_of("none", "difference", "top_up_to", "highest_only"),
        "provenance": TEXT,
    },
)
BASIS = Record({"clause": TEXT}, {"provenance": TEXT})
PAUSES: Final = (
    "correction",
    "expert_review",
    "publicity",
    "objection",
    "special_procedure",
    "suspension",
)
DEADLINE = Record(
    {"days": POSITIVE, "unit": one_of("workdays", "days")},
    {
        "clause": TEXT,
        "provenance": TEXT,
        "first_day": one_of("next", "same"),
        "extension": Record({"days": COUNT}, {"clause": TEXT, "provenance": TEXT}),
        "pauses": Record({}, {kind: BASIS for kind in PAUSES}),
    },
)
SHARE = Value(
    'a share of the term, as a quoted fraction such as "1/2"',
    lambda v: isinstance(v, str) and bool(re.fullmatch(r"[1-9]\d?/[1-9]\d?", v)),
    'write "1/2" for half of the term',
)
SUPERVISION = Record(
    {},
    {
        "blue": SHARE,
        "yellow": COUNT,
        "reply": Record({}, {"blue": POSITIVE, "yellow": POSITIVE, "red": POSITIVE}),
        "urge": POSITIVE,
        "urge_after": SHARE,
        "clause": TEXT,
        "provenance": TEXT,
    },
)
AMOUNT = Value(
    'a number above 0, quoted when it has decimals, such as 20 or "12.5"',
    lambda v: bool(re.fullmatch(r"(?!0+(\.0+)?$)\d{1,4}(\.\d{1,2})?", str(v))),
    'write 20 or "12.5"',
)
PANEL = Record(
    {},
    {
        "draw": Record(
            {},
            {
                "required": FLAG,
                "size": POSITIVE,
                "one_per_employer": FLAG,
                "region": one_of("any", "outside", "inside"),
                "clause": TEXT,
                "provenance": TEXT,
            },
        ),
        "declaration": FLAG,
        "delegation": FLAG,
        "blind": FLAG,
        "sheet": ListOf(
            Record({"key": KEY, "label": TEXT, "weight": AMOUNT, "max": AMOUNT}, {"clause": TEXT}),
            1,
        ),
        "outlier": AMOUNT,
        "clause": TEXT,
        "provenance": TEXT,
    },
)

GRANTS = Record(
    {
        "verb": one_of("认定", "备案"),
        "title": TEXT,
        "level": one_of("filed", "municipal", "provincial", "national"),
        "level_label": TEXT,
        "holder": KEY,
        "validity": TEXT,
    },
    {"provenance": TEXT},
)

PROGRAM = Record(
    {
        "code": CODE,
        "version": POSITIVE,
        "kind": one_of(*Program.Kind.values),
        "title": TEXT,
        "flow": KEY,
        "valid_from": DAY_VALUE,
        "legal_basis": Record(
            {"title": TEXT, "number": TEXT}, {"issued_on": DAY_VALUE, "provenance": TEXT}
        ),
        "applicants": Record(
            {"kinds": ListOf(one_of(*ApplicantKind.values), 1)}, {"note": ANY_TEXT}
        ),
        "windows": ListOf(
            Record({"title": TEXT, "opens": DAY_VALUE, "closes": DAY_VALUE}, {"provenance": TEXT}),
            1,
        ),
        "facts": MapOf(FACT),
        "conditions": ListOf(RULE, 1),
        "form": Record({"sections": ListOf(SECTION, 1)}),
        "route": Record({"departments": ListOf(KEY)}, {"experts_min": COUNT, "provenance": TEXT}),
        "publicity": Record(
            {"days": POSITIVE, "unit": one_of("workdays", "days")},
            {"first_day": one_of("publication", "next"), "clause": TEXT, "provenance": TEXT},
        ),
        "task_forms": ListOf(KEY, 1),
        "notices": Record({verdict: KEY for verdict in VERDICTS}),
        "provenance": TEXT,
    },
    {
        "short_title": TEXT,
        "summary": ANY_TEXT,
        "valid_to": DAY_VALUE,
        "specimen": FLAG,
        "parameters": MapOf(
            Record(
                {
                    "value": QUOTED,
                    "type": one_of(*PARAMETER_TYPES),
                    "label": TEXT,
                    "clause": TEXT,
                },
                {"unit": TEXT, "shown": TEXT, "provenance": TEXT},
            )
        ),
        "amount": AMOUNT_RULES,
        "grants": GRANTS,
        "attachments": ListOf(SLOT),
        "checklists": MapOf(ListOf(CHECKPOINT, 1)),
        "deadlines": MapOf(DEADLINE),
        "relies_on": MapOf(ListOf(KEY, 1)),
        "deferral": Record({}, {"days": POSITIVE, "hold_days": POSITIVE, "clause": TEXT}),
        "supervision": SUPERVISION,
        "returns": Record({}, {"most": POSITIVE}),
        "panel": PANEL,
        "remedy": Record({"told": FLAG}, {"provenance": TEXT}),
    },
)

TASK_FORMS = Record(
    {
        "forms": MapOf(
            Record(
                {"title": TEXT},
                {
                    "help": ANY_TEXT,
                    "fields": ListOf(FIELD),
                    "checklist": ListOf(CHECKPOINT),
                    "relies_on": ListOf(KEY, 1),
                    "meeting": Record(
                        {"kinds": ListOf(one_of(*MEETING_KINDS), 1)},
                        {"required": FLAG, "clause": TEXT, "provenance": TEXT},
                    ),
                    "outcomes": ListOf(
                        Record({"value": KEY, "label": TEXT}, {"reason": FLAG, "items": FLAG}), 1
                    ),
                },
            )
        )
    }
)

BLOCK = Record(
    {},
    {
        "paragraph": TEXT,
        "heading1": TEXT,
        "heading2": TEXT,
        "heading3": TEXT,
        "heading4": TEXT,
        "table": Record({"header": ListOf(TEXT, 1), "rows": Either(KEY, ListOf(ListOf(ANY_TEXT)))}),
    },
)
NOTICE = Record(
    {
        "format": one_of("document", "letter", "form", "certificate", "plaque"),
        "kind": KEY,
        "organs": ListOf(KEY, 1),
        "title": TEXT,
        "body": ListOf(BLOCK, 1),
    },
    {
        "addressees": ListOf(TEXT),
        "signer": TEXT,
        "series": Either(TEXT, MapOf(TEXT)),
        "annexes": ListOf(Record({"title": TEXT, "body": ListOf(BLOCK, 1)}, {"landscape": FLAG})),
        "note": ANY_TEXT,
        "copies_to": ListOf(TEXT),
    },
)
