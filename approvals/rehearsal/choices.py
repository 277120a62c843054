"""What the invented people answer: by the words of the step's form, never by the name of a step."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from approvals.applications.eligibility import self_check
from approvals.applications.models import Application
from approvals.programs.form_schema import Field, OutcomeLabel, TaskForm, form_of
from approvals.reviews.people import people_for
from approvals.reviews.statement import CLAUSE_REQUIRED, Reason, Statement

FAVOURABLE = "材料属实，符合规定，同意。"
UNFAVOURABLE = "经核实，上述情况不符合规定的条件，建议不予通过。"
RETURNED = "部分材料与填报内容不一致，请补正。"


@dataclass
class Plan:
    """How a case is to go. `refused` leads to a refusal at the decision, `returns` asks for
    corrections that many times first; `until` names the phase at which the play stops."""

    refused: bool = False
    returns: int = 0
    not_accepted: bool = False
    until: str = ""
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - a play


def outcome_for(form: TaskForm, outcomes: tuple[str, ...], plan: Plan, *, vote: bool) -> str:
    """The first outcome of the diagram is the favourable one; the plan says when to leave it."""
    labels = [form.outcome(outcome) for outcome in outcomes]
    if plan.returns and any(label.items for label in labels):
        plan.returns -= 1
        return next(label.value for label in labels if label.items)
    if plan.not_accepted and "not_accept" in outcomes:
        return "not_accept"
    if plan.refused and not vote and _decides(labels):
        return "reject"
    return outcomes[0]


def _decides(labels: list[OutcomeLabel]) -> bool:
    """A step that offers approval, return and refusal at once proposes the decision."""
    return {"approve", "reject"} <= {label.value for label in labels}


def statement_for(
    application: Application, form: TaskForm, outcome: str, plan: Plan, today: str
) -> Statement:
    """A complete answer for the chosen outcome."""
    label = form.outcome(outcome)
    refusing = outcome in CLAUSE_REQUIRED
    return Statement(
        outcome=outcome,
        text=UNFAVOURABLE if refusing else RETURNED if label.items else FAVOURABLE,
        reasons=_reasons(application) if refusing else (),
        met=frozenset(point.key for point in form.checklist) if not refusing else frozenset(),
        items=_items(application) if label.items else (),
        values={entry.key: _value(application, entry, plan, today) for entry in form.fields},
    )


def _reasons(application: Application) -> tuple[Reason, ...]:
    """The conditions the facts fail, else the first condition, found otherwise on the spot."""
    assessment = self_check(application).assessment
    failed = assessment.failed if assessment is not None else ()
    if failed:
        return tuple(Reason(rule.clause, rule.requirement, rule.message) for rule in failed)
    first = application.program.content["conditions"][0]
    return (Reason(first["clause"], first["requirement"], "现场核查情况与申报材料不一致"),)


def _items(application: Application) -> tuple[Mapping[str, str], ...]:
    questions = [
        entry
        for entry in form_of(application.program.content).fields()
        if entry.type in {"text", "textarea"}
    ]
    return tuple(
        {"field": entry.key, "label": entry.label, "problem": "与所附材料不一致，请核对后更正。"}
        for entry in questions[:1]
    )


def _value(application: Application, entry: Field, plan: Plan, today: str) -> Any:
    if entry.type == "people":
        return [
            person.pk for person in people_for(application, entry.source)[: max(entry.min_rows, 5)]
        ]
    if entry.type == "date":
        return today
    if entry.type == "integer":
        return plan.dice.randint(72, 95)
    if entry.type == "boolean":
        return True
    return f"P{application.pk:08d}{plan.dice.randint(0, 9999):04d}"
