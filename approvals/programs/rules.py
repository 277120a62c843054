"""Assesses a case by its program: which conditions hold, what it comes to, and by which clauses.

Pure: content and facts in, `Assessment` out; no database, no floats. The applicant's self-check,
the reviewers, the calculation step and `manage.py assess` all use it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import clock
from approvals.programs.facts import CaseFacts, read
from approvals.programs.filling import fill, words_for
from workflows.feel import Expression, parse

SHOWN_ROWS = 12
"""Rows written out in the expression of a total; more are counted."""


class PolicyError(ValueError):
    """The program itself is at fault (an amount that comes to nothing); check_policy finds most."""


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One condition: `message` says what is demanded when it passed, else what is wrong."""

    id: str
    clause: str
    passed: bool
    message: str
    requirement: str
    hard: bool = True
    """A soft rule warns and does not make the case ineligible."""


@dataclass(frozen=True, slots=True)
class SumStep:
    """One line of the calculation sheet (核定表); `value` in yuan, not yet rounded."""

    step: str
    expression: str
    value: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A row (1 = the first) that does not count, with the clause that excludes it."""

    row: int
    clause: str
    message: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """`amount` in yuan with two decimals, None when the program pays nothing or the case fails."""

    eligible: bool
    rules: tuple[RuleResult, ...]
    amount: Decimal | None
    steps: tuple[SumStep, ...]
    excluded: tuple[Exclusion, ...]

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        """The conditions that do not hold, soft ones too."""
        return tuple(rule for rule in self.rules if not rule.passed)

    def as_json(self) -> dict[str, Any]:
        """The shape of docs/policies.md (the contract of `manage.py assess`)."""
        return {
            "eligible": self.eligible,
            "rules": [
                {"id": r.id, "clause": r.clause, "passed": r.passed, "message": r.message}
                for r in self.rules
            ],
            "amount": None if self.amount is None else f"{self.amount:.2f}",
            "sum": [
                {
                    "step": step.step,
                    "expression": step.expression,
                    "value": words_for(step.value, "money"),
                    "clause": step.clause,
                }
                for step in self.steps
            ],
            "excluded": [
                {"row": e.row, "clause": e.clause, "message": e.message} for e in self.excluded
            ],
        }


def assess(content: Mapping[str, Any], facts: Any, on: date | None = None) -> Assessment:
    """Applies every condition and the amount rules of `content` to the facts (JSON shape).

    `on` is the day of application (today when not given). Raises `facts.FactsError` naming each
    field that does not fit, `PolicyError` when the program's own sum comes to nothing.
    """
    case = read(content, facts)
    names = _names(content, case.values, on)
    words = _words(content, names)
    excluded, steps, amount = _sum(content.get("amount"), case, names, words)
    rules = tuple(_rule(rule, names, words) for rule in content.get("conditions", ()))
    eligible = all(rule.passed for rule in rules if rule.hard)
    return Assessment(eligible, rules, amount if eligible else None, tuple(steps), excluded)


def rules_for(
    content: Mapping[str, Any],
    rules: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    on: date | None = None,
) -> tuple[RuleResult, ...]:
    """Some of a program's conditions on typed single facts: the self-check before filing."""
    names = _names(content, values, on)
    words = _words(content, names)
    return tuple(_rule(rule, names, words) for rule in rules)


@lru_cache(maxsize=2_000)
def expression(text: str) -> Expression:
    """A parsed expression; the same few hundred texts come back for every case."""
    return parse(text)


def _names(
    content: Mapping[str, Any], values: Mapping[str, Any], on: date | None
) -> dict[str, Any]:
    """Every name the expressions may use, before the sum's steps add theirs."""
    parameters = content.get("parameters", {}).items()
    known = {name: parameter_value(parameter) for name, parameter in parameters}
    return {**known, **values, "application_day": on or clock.today()}


def parameter_value(parameter: Mapping[str, Any]) -> Any:
    """A policy value as the expressions see it: Decimal, text, or a duration."""
    if parameter["type"] == "duration":
        return expression(f'duration("{parameter["value"]}")').evaluate({})
    return parameter["value"] if parameter["type"] == "text" else Decimal(parameter["value"])


def _words(content: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, str]:
    """How each name reads in a sentence."""
    kinds = {name: fact["type"] for name, fact in content.get("facts", {}).items()}
    shown = {}
    for name, parameter in content.get("parameters", {}).items():
        kinds[name] = parameter["type"]
        if "shown" in parameter:
            shown[name] = parameter["shown"]
    words = {name: words_for(value, kinds.get(name, "text")) for name, value in names.items()}
    return words | shown


def _rule(
    rule: Mapping[str, Any], names: Mapping[str, Any], words: Mapping[str, str]
) -> RuleResult:
    passed = expression(rule["when"]).evaluate(names) is True
    requirement = fill(rule["requirement"], words)
    message = requirement if passed else fill(rule["message"], words)
    return RuleResult(
        rule["id"], rule["clause"], passed, message, requirement, rule.get("hard", True)
    )


def _sum(
    policy: Mapping[str, Any] | None,
    case: CaseFacts,
    names: dict[str, Any],
    words: dict[str, str],
) -> tuple[tuple[Exclusion, ...], list[SumStep], Decimal | None]:
    """The rows that count, then step by step; every step's value becomes a name (in place)."""
    if policy is None:
        return (), [], None
    excluded, counted = _counted(policy.get("rows"), case, names)
    steps = []
    for step in policy["steps"]:
        if step.get("total"):
            value, shown = sum(counted, Decimal(0)), _addition(counted)
        else:
            value = expression(step["value"]).evaluate(names)
            shown = fill(step["shown"], words)
        if not isinstance(value, Decimal):
            message = f"step {step['id']} comes to {value!r}, not to a number"
            raise PolicyError(message)
        names[step["id"]], words[step["id"]] = value, words_for(value, "money")
        steps.append(SumStep(step["label"], shown, value, step["clause"]))
    amount = steps[-1].value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if amount != steps[-1].value:
        rounding = policy["rounding"]
        shown = f"{words_for(steps[-1].value, 'money')} ≈ {amount}"
        steps.append(SumStep(rounding["label"], shown, amount, rounding["clause"]))
    return excluded, steps, amount


def _counted(
    table: Mapping[str, Any] | None, case: CaseFacts, names: Mapping[str, Any]
) -> tuple[tuple[Exclusion, ...], list[Decimal]]:
    """The value of each row that counts, and why the others do not."""
    excluded, counted = [], []
    for number, row in enumerate(case.rows, start=1):
        seen = {**names, **row}
        against = [
            rule
            for rule in (table or {}).get("include", ())
            if expression(rule["when"]).evaluate(seen) is not True
        ]
        if against:
            clauses = "、".join(dict.fromkeys(rule["clause"] for rule in against))
            reasons = "；".join(rule["message"] for rule in against)
            excluded.append(Exclusion(number, clauses, reasons))
            continue
        value = expression((table or {})["value"]).evaluate(seen)
        if not isinstance(value, Decimal):
            message = f"row {number} comes to {value!r}, not to a number"
            raise PolicyError(message)
        counted.append(value)
    return tuple(excluded), counted


def _addition(values: list[Decimal]) -> str:
    """How a total is written: each summand, or their count when there are many."""
    if not values:
        return "0.00"
    if len(values) > SHOWN_ROWS:
        return f"Σ（{len(values)}）"
    return " + ".join(words_for(value, "money") for value in values)
