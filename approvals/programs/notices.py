"""Composes a notice from the program's template: names in braces, a closed list, no template code.

`compose` gives the content document of documents/content.py without number and verification code,
which `documents.services.issue` puts in when the paper is issued.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

from approvals.programs.filling import FillingError, fill, names_in, unknown, words_for
from approvals.programs.form_schema import Field, form_of
from approvals.programs.rules import Assessment, RuleResult, SumStep
from documents.cleaning import lines, one_line
from organizations.yaml_lines import Place

TEXT_FIELDS: Final[Mapping[str, str]] = {
    "organ": "full name of the lead organ",
    "organs": "full names of all organs, joined",
    "city": "name of the city, as in 嘉兴市",
    "applicant": "name of the applicant",
    "applicant_code": "credit code of the applicant",
    "county": "short name of the county, district or zone; empty for a municipal-direct applicant",
    "program_title": "title of the program",
    "program_short_title": "short title of the program, as in 种子资金补助",
    "application_number": "number of the application",
    "submitted_on": "day of filing, as in 2026年11月21日",
    "accepted_on": "day of acceptance",
    "decided_on": "day of signing",
    "year": "year of the decision",
    "legal_basis": "title of the measure, without 《》",
    "legal_basis_number": "number of the measure",
    "review_route": "who reviewed, as in 属地审核、部门会审、专家评审",
    "departments": "short names of the consulted departments, joined",
    "publicity_from": "first day of the publicity window",
    "publicity_to": "last day of the publicity window",
    "amount_text": "amount for running text, as in 77.4万元",
    "amount_capitals": "amount in capitals, as in 柒拾柒万肆仟元整",
    "amount_yuan": "amount in yuan with two decimals",
    "clauses": "clauses of the reasons, joined",
    "conclusion": "reasons of the refusal in the reviewer's words; may be empty",
    "remedy": "the sentence on review and litigation, by the day of the decision",
    "contact": "whom to ask, with telephone",
}
ROW_FIELDS: Final[Mapping[str, str]] = {
    "requirements": "clause, requirement, finding of every condition",
    "reasons": "clause, requirement, finding of what is not met",
    "sum": "step, expression, value, clause of the calculation",
    "excluded": "row, clause, reason of what does not count",
    "allocation": "what the table of payees says: organ, payee, matter, amount",
}

WITH_IMPRINT: Final = frozenset({"document", "letter"})
"""Formats that end with a 版记; a form, a certificate and a plaque have none."""


class HasContent(Protocol):
    """A stored program (or anything with its content)."""

    @property
    def content(self) -> Any:
        """The policy as loaded."""


def notice_of(content: Mapping[str, Any], verdict: str) -> Mapping[str, Any]:
    """The template of a verdict: `approved` or `refused`; raises FillingError for another."""
    found: Mapping[str, Any] | None = content["notices"].get(verdict)
    if found is None:
        message = f"no notice for the verdict {verdict!r}"
        raise FillingError(message)
    return found


def organ_keys(content: Mapping[str, Any], verdict: str) -> tuple[str, ...]:
    """Keys of the organs that sign, the lead organ (whose number is taken) first."""
    return tuple(notice_of(content, verdict)["organs"])


def compose(
    program: HasContent,
    verdict: str,
    fields: Mapping[str, Any],
    template: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The content document of a verdict; `template`: the wording an office put in its place.

    `fields` holds the texts and row lists the template names (`names_of`), and besides:
    `organ_names` (full names in the order of `organ_keys`), `date` (ISO day of signing),
    `printed_by`. What the program itself knows (titles, legal basis, organs) need not be given.
    Raises FillingError for an unknown or missing field. Paragraphs and tables that come out empty
    are left out, and so are addressees and copies whose field is empty.
    """
    content = program.content
    template = notice_of(content, verdict) if template is None else template
    day, organs = fields["date"], list(fields["organ_names"])
    if len(organs) != len(template["organs"]):
        message = f"organ_names must name {len(template['organs'])} organs, not {len(organs)}"
        raise FillingError(message)
    texts, rows = _checked(content, template, _own(content, organs) | dict(fields))
    return assembled(
        template,
        texts,
        rows,
        Frame(organs, day, fields["printed_by"], bool(content.get("specimen", False))),
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands round the text: who issues, when (ISO), who prints, whether it is a 样张."""

    organs: Sequence[str]
    day: str
    printed_by: str
    specimen: bool


def assembled(
    template: Mapping[str, Any],
    texts: Mapping[str, str],
    rows: Mapping[str, Sequence[Sequence[str]]],
    frame: Frame,
) -> dict[str, Any]:
    """The content document of a template that is filled; what comes out empty is left out."""
    annexes = [_annex(annex, texts, rows) for annex in template.get("annexes", ())]
    signer = one_line(fill(template["signer"], texts)) if template.get("signer") else None
    return {
        "format": template["format"],
        "organs": list(frame.organs),
        "number": None,
        "copy_no": None,
        "urgency": None,
        "signer": signer,
        "title": one_line(fill(template["title"], texts)),
        "addressees": _filled(template.get("addressees", ()), texts),
        "body": _blocks(template["body"], texts, rows),
        "annexes": [annex for annex in annexes if annex["body"]],
        "date": frame.day,
        "seal": "none",
        "note": one_line(fill(template.get("note", ""), texts)),
        "imprint": {
            "copies_to": _filled(template.get("copies_to", ()), texts),
            "printed_by": frame.printed_by,
            "printed_on": frame.day,
        }
        if template["format"] in WITH_IMPRINT
        else None,
        "verify_code": None,
        "draft": False,
        "specimen": frame.specimen,
    }


def _annex(
    annex: Mapping[str, Any],
    texts: Mapping[str, str],
    rows: Mapping[str, Sequence[Sequence[str]]],
) -> dict[str, Any]:
    made = {
        "title": one_line(fill(annex["title"], texts)),
        "body": _blocks(annex["body"], texts, rows),
    }
    return made | ({"landscape": True} if annex.get("landscape") else {})


def placed_texts(template: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """Every text of a notice template that may name fields, and where it stands."""
    placed: list[tuple[Place, str]] = [(("title",), template["title"])]
    for key in ("signer", "note"):
        if template.get(key):
            placed.append(((key,), template[key]))
    placed += [(("addressees", n), text) for n, text in enumerate(template.get("addressees", ()))]
    placed += [(("copies_to", n), text) for n, text in enumerate(template.get("copies_to", ()))]
    annexes = enumerate(template.get("annexes", ()))
    placed += [(("annexes", n, "title"), annex["title"]) for n, annex in annexes]
    for place, block in _placed_blocks(template):
        for kind, value in block.items():
            if kind == "table":
                placed += [((*place, "table", "header"), text) for text in value["header"]]
                if not isinstance(value["rows"], str):
                    cells = (cell for row in value["rows"] for cell in row)
                    placed += [((*place, "table", "rows"), cell) for cell in cells]
            else:
                placed.append(((*place, kind), value))
    return placed


def placed_rows(template: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """The row lists a notice template prints, and where they stand."""
    return [
        ((*place, "table", "rows"), block["table"]["rows"])
        for place, block in _placed_blocks(template)
        if "table" in block and isinstance(block["table"]["rows"], str)
    ]


def _placed_blocks(template: Mapping[str, Any]) -> list[tuple[Place, Mapping[str, Any]]]:
    blocks: list[tuple[Place, Mapping[str, Any]]] = [
        (("body", n), block) for n, block in enumerate(template["body"])
    ]
    for number, annex in enumerate(template.get("annexes", ())):
        blocks += [(("annexes", number, "body", n), block) for n, block in enumerate(annex["body"])]
    return blocks


def names_of(content: Mapping[str, Any], verdict: str) -> frozenset[str]:
    """Every field, text or row list, that the template of a verdict needs."""
    template = notice_of(content, verdict)
    named = frozenset(name for _, text in placed_texts(template) for name in names_in(text))
    return named | frozenset(rows for _, rows in placed_rows(template))


def form_fields(content: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, str]:
    """The answers of the application's form as texts for a notice, by field key; no tables."""
    fields = (field for field in form_of(content).fields() if field.type != "table")
    return {field.key: _answer(field, data.get(field.key)) for field in fields}


def requirement_rows(assessment: Assessment) -> list[list[str]]:
    """Clause, requirement and finding of every condition, for the table `requirements`."""
    return [_row(rule, "符合" if rule.passed else rule.message) for rule in assessment.rules]


def reason_rows(assessment: Assessment) -> list[list[str]]:
    """Clause, requirement and finding of the conditions that do not hold, for `reasons`."""
    return [_row(rule, rule.message) for rule in assessment.failed]


def sum_rows(assessment: Assessment) -> list[list[str]]:
    """The calculation sheet, for the table `sum`."""
    return [_sum_row(step) for step in assessment.steps]


def excluded_rows(assessment: Assessment) -> list[list[str]]:
    """What does not count and why, for the table `excluded`."""
    return [[str(entry.row), entry.clause, entry.message] for entry in assessment.excluded]


def _row(rule: RuleResult, finding: str) -> list[str]:
    return [rule.clause, rule.requirement, finding]


def _sum_row(step: SumStep) -> list[str]:
    return [step.step, step.expression, words_for(step.value, "money"), step.clause]


def _answer(field: Field, value: Any) -> str:
    """An answer in words: the label of a choice, the unit left to the template."""
    labels = {choice.value: choice.label for choice in field.choices}
    if isinstance(value, list):
        return "、".join(labels.get(str(entry), str(entry)) for entry in value)
    if field.type in {"money", "area", "decimal"} and isinstance(value, str) and value:
        return words_for(Decimal(value), field.type)
    return labels.get(str(value), words_for(value))


def _own(content: Mapping[str, Any], organs: Sequence[str]) -> dict[str, str]:
    """The fields that the program and its organs give by themselves."""
    basis = content["legal_basis"]
    return {
        "organ": organs[0],
        "organs": "、".join(organs),
        "program_title": content["title"],
        "program_short_title": content.get("short_title", content["title"]),
        "legal_basis": basis["title"],
        "legal_basis_number": basis["number"],
    }


def _filled(texts: Sequence[str], fields: Mapping[str, str]) -> list[str]:
    """The lines whose every field has words."""
    full = (text for text in texts if all(fields[name] for name in names_in(text)))
    return [one_line(fill(text, fields)) for text in full]


def _checked(
    content: Mapping[str, Any], template: Mapping[str, Any], fields: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, Sequence[Sequence[str]]]]:
    """The texts and row lists the template needs; every one must be known and given."""
    known = {*TEXT_FIELDS, *(field.key for field in form_of(content).fields())}
    texts: dict[str, str] = {}
    named = {name for _, text in placed_texts(template) for name in names_in(text)}
    for name in sorted(named):
        if name not in known:
            raise FillingError(unknown(name, known))
        if name not in fields:
            message = f"the field {{{name}}} is not given"
            raise FillingError(message)
        texts[name] = str(fields[name])
    listed = [name for _, name in placed_rows(template)]
    missing = [name for name in listed if name not in fields]
    if missing:
        message = f"the rows {', '.join(missing)} are not given"
        raise FillingError(message)
    return texts, {name: fields[name] for name in listed}


def _blocks(
    template: Sequence[Mapping[str, Any]],
    texts: Mapping[str, str],
    rows: Mapping[str, Sequence[Sequence[str]]],
) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    for block in template:
        for kind, value in block.items():
            if kind != "table":
                blocks += [{"kind": kind, "text": line} for line in lines(fill(value, texts))]
            elif listed := _listed(value["rows"], texts, rows):
                header = [fill(text, texts) for text in value["header"]]
                blocks.append({"kind": "table", "header": header, "rows": listed})
    return blocks


def _listed(
    named: str | Sequence[Sequence[str]],
    texts: Mapping[str, str],
    rows: Mapping[str, Sequence[Sequence[str]]],
) -> list[list[str]]:
    """The rows of a list that the template names, or those it writes out itself."""
    if isinstance(named, str):
        return [[one_line(str(cell)) for cell in row] for row in rows[named]]
    return [[one_line(fill(cell, texts)) for cell in row] for row in named]
