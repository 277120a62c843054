"""What a reviewer says in one act, checked against the step's form and independent of web forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from approvals.programs.form_schema import TaskForm

CLAUSE_REQUIRED = frozenset({"reject", "not_accept"})
"""Outcomes that lead to a refusal: they must name the clause that is not met."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a condition is not met: clause, what it requires, what was found."""

    clause: str
    requirement: str
    finding: str

    def as_row(self) -> dict[str, str]:
        return {
            "clause": self.clause,
            "requirement": self.requirement,
            "finding": self.finding,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """Outcome, words, reasons, ticked points, items to be corrected, the form's further values."""

    outcome: str
    text: str = ""
    reasons: tuple[Reason, ...] = ()
    met: frozenset[str] = frozenset()
    items: tuple[Mapping[str, str], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_payload(self) -> dict[str, Any]:
        """Everything that was said, as JSON: what the idempotency key is bound to."""
        return {
            "outcome": self.outcome,
            "text": self.text,
            "reasons": [reason.as_row() for reason in self.reasons],
            "met": sorted(self.met),
            "items": [dict(entry) for entry in self.items],
            "values": dict(self.values),
        }

    def problems(self, form: TaskForm, *, one_of_many: bool) -> dict[str, str]:
        """What is missing, by field. `one_of_many`: one vote among others refuses nothing."""
        found: dict[str, str] = {}
        label = form.outcome(self.outcome)
        if label.reason and not self.text.strip():
            found["text"] = _("结论为“%(outcome)s”时必须写明理由。") % {"outcome": label.label}
        if label.items and not self.items:
            found["items"] = _("退回申请人时须一次性列明事项：请至少在一项后写明问题。")
        if self.outcome in CLAUSE_REQUIRED and not one_of_many and not self.reasons:
            found["reasons"] = _("不予通过时须指明不符合的条款：请至少选择一条并写明核实情况。")
        return found | self._missing_values(form)

    def _missing_values(self, form: TaskForm) -> dict[str, str]:
        """The step's own fields belong to going on: a return or a refusal does not ask for them."""
        if form.outcome(self.outcome).items or self.outcome in CLAUSE_REQUIRED:
            return {}
        found: dict[str, str] = {}
        for entry in form.fields:
            needed = entry.required or self.outcome in entry.required_for
            value = self.values.get(entry.key)
            if needed and value in (None, "", [], ()):
                found[entry.key] = _("请填写“%(label)s”。") % {"label": entry.label}
            elif needed and entry.type == "people" and len(value or ()) < entry.min_rows:
                found[entry.key] = _("“%(label)s”至少选择%(least)d人。") % {
                    "label": entry.label,
                    "least": entry.min_rows,
                }
        return found
