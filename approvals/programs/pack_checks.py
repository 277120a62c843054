"""Checks what the shapes cannot: that names exist, expressions parse, dates and sums make sense."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from approvals.programs.filling import FillingError, names_in, unknown
from approvals.programs.notices import ROW_FIELDS, TEXT_FIELDS, placed_rows, placed_texts
from approvals.programs.pack_shape import DECIMAL, nearest
from approvals.programs.pack_source import PackSource, SourceFile
from approvals.programs.rules import expression
from organizations.pack_schema import Examination
from organizations.yaml_lines import Place
from workflows.feel import FeelError

ALWAYS = frozenset({"application_day"})
"""Names every expression may use besides parameters, facts and earlier steps."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a program may refer to in its pack."""

    organs: frozenset[str]
    flows: frozenset[str] | None
    """None when the diagrams themselves are at fault: no knock-on errors."""
    task_forms: frozenset[str]
    notices: frozenset[str]


def check_program(source: SourceFile, known: Known, examination: Examination) -> None:
    """Everything about one program whose shape is right."""
    program = source.data
    _dates(program, examination)
    _references(program, known, examination)
    _parameters(program, examination)
    _facts(program, examination)
    _form(program, examination)
    _reliances(program, examination)
    names = _names(program)
    _conditions(program, names, examination)
    _amount(program, names, examination)


def check_doubles(programs: Iterable[SourceFile], examinations: Mapping[str, Examination]) -> None:
    """A code and version stands once in a pack; versions of a code follow one another."""
    seen: dict[tuple[str, int], str] = {}
    for source in programs:
        key = (source.data["code"], source.data["version"])
        if key in seen:
            message = f"{key[0]} version {key[1]} stands in {seen[key]} already"
            examinations[source.name].error(("version",), message, "count the version up")
        seen.setdefault(key, source.name)


def check_notice(
    source: SourceFile, program: Mapping[str, Any], known: Known, examination: Examination
) -> None:
    """Every field, row list and organ that a program's notice names exists."""
    fields = {*TEXT_FIELDS, *form_keys(program)}
    for place, text in placed_texts(source.data):
        _template(text, fields, place, examination)
    for place, name in placed_rows(source.data):
        if name not in ROW_FIELDS:
            examination.error(place, f"unknown rows {name!r}", nearest(name, ROW_FIELDS))
    for position, organ in enumerate(source.data["organs"]):
        if organ not in known.organs:
            hint = nearest(organ, known.organs)
            examination.error(("organs", position), f"unknown organ {organ!r}", hint)


def form_keys(program: Mapping[str, Any]) -> list[str]:
    """The keys of a program's form fields, as far as they are told: its shape may be at fault."""
    form = program.get("form")
    sections = form.get("sections") if isinstance(form, dict) else None
    listed = [s.get("fields") for s in sections or () if isinstance(s, dict)]
    fields = [field for some in listed if isinstance(some, list) for field in some]
    keys = [field.get("key") for field in fields if isinstance(field, dict)]
    return [key for key in keys if isinstance(key, str)]


def known_in(pack: PackSource, flows: frozenset[str] | None) -> Known:
    """What the files of a pack offer."""
    organs = pack.organs.data if pack.organs is not None else {}
    listed = organs.get("organs") if isinstance(organs, dict) else None
    keys = (organ.get("key") for organ in listed or () if isinstance(organ, dict))
    return Known(
        frozenset(key for key in keys if isinstance(key, str)),
        flows,
        frozenset(pack.task_forms),
        frozenset(pack.notices),
    )


def _dates(program: Mapping[str, Any], examination: Examination) -> None:
    begin: date = program["valid_from"]
    end: date | None = program.get("valid_to")
    if end is not None and end < begin:
        examination.error(("valid_to",), "valid_to lies before valid_from", "mend one of them")
    for position, window in enumerate(program["windows"]):
        place = ("windows", position, "closes")
        if window["closes"] < window["opens"]:
            examination.error(place, "closes lies before opens", "mend one of them")
        if window["closes"] < begin or (end is not None and window["opens"] > end):
            hint = "the version is not in force then"
            examination.warning(place, "the call lies outside the validity", hint)


def _references(program: Mapping[str, Any], known: Known, examination: Examination) -> None:
    named: list[tuple[Place, str, frozenset[str], str]] = []
    if known.flows is not None:
        named.append((("flow",), program["flow"], known.flows, "flow"))
    for position, key in enumerate(program["task_forms"]):
        named.append((("task_forms", position), key, known.task_forms, "task form file"))
    for verdict, key in program["notices"].items():
        named.append((("notices", verdict), key, known.notices, "notice"))
    for position, key in enumerate(program["route"]["departments"]):
        named.append((("route", "departments", position), key, known.organs, "organ"))
    if "grants" in program:
        keys = frozenset(form_keys(program))
        named.append((("grants", "holder"), program["grants"]["holder"], keys, "form field"))
    for place, key, offered, what in named:
        if key not in offered:
            examination.error(place, f"unknown {what} {key!r}", nearest(key, offered))


def _reliances(program: Mapping[str, Any], examination: Examination) -> None:
    """What opinions rest on must be asked for: a misspelt key would never shake an opinion."""
    offered = frozenset(
        [*form_keys(program), *(slot["key"] for slot in program.get("attachments", ()))]
    )
    for step, keys in program.get("relies_on", {}).items():
        for position, key in enumerate(keys):
            if key not in offered:
                place: Place = ("relies_on", step, position)
                examination.error(place, f"unknown field or slot {key!r}", nearest(key, offered))


def _parameters(program: Mapping[str, Any], examination: Examination) -> None:
    for name, parameter in program.get("parameters", {}).items():
        place: Place = ("parameters", name, "value")
        value, kind = parameter["value"], parameter["type"]
        if kind == "duration":
            if expression("duration(d)").evaluate({"d": value}) is None:
                examination.error(place, f"{value!r} is not a duration", "as in P1Y or P18M")
        elif kind != "text" and not DECIMAL.fullmatch(value):
            examination.error(place, f"{value!r} is not a number", 'as in "1000000.00"')
        elif kind != "text" and Decimal(value) < 0:
            examination.error(place, f"{value} is less than 0", "caps and thresholds are not")
        if kind == "money" and len(value.partition(".")[2]) > 2:
            examination.error(place, f"{value} has more than two decimals", "分 is the smallest")


def _facts(program: Mapping[str, Any], examination: Examination) -> None:
    """Each fact must be asked for in the form, or a case could never bring it."""
    offered = {f.get("fact", f["key"]): f for s in program["form"]["sections"] for f in s["fields"]}
    for name, fact in program["facts"].items():
        path = fact.get("path", name)
        if path not in offered:
            hint = nearest(path, frozenset(offered))
            examination.error(("facts", name), f"no form field gives the fact {path!r}", hint)
    table = (program.get("amount") or {}).get("rows")
    if table is None:
        return
    field = offered.get(table["path"], {})
    columns = {c.get("fact", c["key"]) for c in field.get("columns", ())}
    for name, fact in table["facts"].items():
        path = fact.get("path", name)
        if path not in columns:
            place = ("amount", "rows", "facts", name)
            hint = nearest(path, frozenset(columns))
            examination.error(place, f"no column of {table['path']!r} gives {path!r}", hint)


def _form(program: Mapping[str, Any], examination: Examination) -> None:
    keys: set[str] = set()
    for number, section in enumerate(program["form"]["sections"]):
        for position, field in enumerate(section["fields"]):
            place: Place = ("form", "sections", number, "fields", position)
            if field["key"] in keys:
                examination.error(place, f"field {field['key']!r} stands twice", "rename one")
            keys.add(field["key"])
            if field["type"] in {"choice", "choices"} and not field.get("choices"):
                examination.error(place, f"{field['key']} has no choices", "add choices")
            if field["type"] == "table" and not field.get("columns"):
                examination.error(place, f"{field['key']} has no columns", "add columns")
    slots = [slot["key"] for slot in program.get("attachments", ())]
    for position, key in enumerate(slots):
        if key in slots[:position]:
            examination.error(("attachments", position), f"slot {key!r} stands twice", "rename one")


def _names(program: Mapping[str, Any]) -> set[str]:
    return {*ALWAYS, *program.get("parameters", {}), *program["facts"]}


def _conditions(program: Mapping[str, Any], names: set[str], examination: Examination) -> None:
    """Conditions may also ask for the sum's steps."""
    steps = (program.get("amount") or {}).get("steps", ())
    seen = names | {step["id"] for step in steps}
    ids: set[str] = set()
    for position, rule in enumerate(program["conditions"]):
        place: Place = ("conditions", position)
        if rule["id"] in ids:
            message = f"condition {rule['id']!r} stands twice"
            examination.error((*place, "id"), message, "rename one")
        ids.add(rule["id"])
        _feel(rule["when"], seen, (*place, "when"), examination)
        _template(rule["message"], seen, (*place, "message"), examination)
        known = set(program.get("parameters", {}))
        _template(rule["requirement"], known, (*place, "requirement"), examination)


def _amount(program: Mapping[str, Any], names: set[str], examination: Examination) -> None:
    amount = program.get("amount")
    if amount is None:
        if program["kind"] != "recognition":
            examination.error(("amount",), "amount is missing", "a paying program needs a sum")
        return
    table = amount.get("rows")
    if table is not None:
        seen = names | set(table["facts"])
        for position, rule in enumerate(table["include"]):
            place: Place = ("amount", "rows", "include", position, "when")
            _feel(rule["when"], seen, place, examination)
        _feel(table["value"], seen, ("amount", "rows", "value"), examination)
    seen = set(names)
    for position, step in enumerate(amount["steps"]):
        place = ("amount", "steps", position)
        _step(step, seen, place, table is not None, examination)
        seen.add(step["id"])


def _step(
    step: Mapping[str, Any], seen: set[str], place: Place, rows: bool, examination: Examination
) -> None:
    if step["id"] in seen:
        examination.error((*place, "id"), f"the name {step['id']!r} is taken", "rename the step")
    if step.get("total"):
        if not rows:
            examination.error(place, "a total needs rows", "add amount.rows or a value")
        return
    for key in ("value", "shown"):
        if key not in step:
            examination.error((*place, key), f"{key} is missing", "or write total: true")
    if "value" in step and "shown" in step:
        _feel(step["value"], seen, (*place, "value"), examination)
        _template(step["shown"], seen, (*place, "shown"), examination)


def _feel(text: str, names: set[str], place: Place, examination: Examination) -> None:
    try:
        parsed = expression(text)
    except FeelError as error:
        message = f"column {error.column}: {error.message} in {text!r}"
        examination.error(place, message, "see FEEL in docs/policies.md")
        return
    for name in sorted(parsed.names - names):
        examination.error(place, f"unknown name {name!r}", nearest(name, frozenset(names)))


def _template(text: str, fields: set[str], place: Place, examination: Examination) -> None:
    try:
        used = names_in(text)
    except FillingError as error:
        examination.error(place, str(error), "write {name}")
        return
    for name in sorted(used - fields):
        examination.error(place, unknown(name, fields), "docs/policies.md lists the fields")
