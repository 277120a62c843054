"""The eligibility self-check: a small form of the figures the conditions ask for, without log-in.

Only single facts are asked; a program whose sum is made of rows asks the rows' total questions in
the application itself, and its conditions on the sum are shown as not yet known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.programs.facts import FactsError, read_single
from approvals.programs.form_schema import Field, form_of
from approvals.programs.guide import Condition, conditions_of
from approvals.programs.rules import RuleResult, expression, rules_for

YES_NO = (("", gettext_lazy("请选择")), ("true", gettext_lazy("是")), ("false", gettext_lazy("否")))
LONGEST = 60


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What holds, what does not, and what can only be said in the application itself."""

    rules: tuple[RuleResult, ...]
    later: tuple[Condition, ...]

    @property
    def passed(self) -> bool:
        """Whether every condition asked here holds."""
        return all(rule.passed for rule in self.rules)


class SelfCheckForm(forms.Form):
    """One entry for each fact that is a single value; texts, checked by the facts' own types."""

    def __init__(self, content: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content = content
        asked = {field.fact: field for field in form_of(content).fields()}
        for name, fact in content["facts"].items():
            self.fields[name] = _entry(asked[fact.get("path", name)], fact)

    def clean(self) -> dict[str, Any]:
        """Types every entry; the complaint of a fact stands at its own field."""
        cleaned: dict[str, Any] = super().clean() or {}
        given = {name: _given(self.content, name, value) for name, value in cleaned.items()}
        try:
            self.values = read_single(self.content, given)
        except FactsError as error:
            for fault in error.faults:
                if fault.path in self.fields and fault.path not in self.errors:
                    self.add_error(fault.path, _("请按示例填写。"))
        return cleaned

    def result(self) -> CheckResult:
        """The conditions that can be judged now, and those that need the sum."""
        later = {step["id"] for step in (self.content.get("amount") or {}).get("steps", ())}
        judged: list[Mapping[str, Any]] = []
        waiting: list[Mapping[str, Any]] = []
        for rule in self.content["conditions"]:
            needs_sum = bool(expression(rule["when"]).names & later)
            (waiting if needs_sum else judged).append(rule)
        later_words = conditions_of({**self.content, "conditions": waiting})
        return CheckResult(rules_for(self.content, judged, self.values), later_words)


def _given(content: Mapping[str, Any], name: str, value: Any) -> Any:
    """An entry as the facts want it: yes and no become booleans."""
    if content["facts"][name]["type"] == "boolean":
        return {"true": True, "false": False}.get(str(value))
    return value


def _entry(field: Field, fact: Mapping[str, Any]) -> forms.Field:
    required = fact.get("required", True)
    label = f"{field.label}（{field.unit}）" if field.unit else field.label
    example = _("例：%(example)s") % {"example": field.example} if field.example else ""
    hint = "；".join(text for text in (field.help, example, field.clause) if text)
    if fact["type"] == "boolean":
        return forms.ChoiceField(label=label, required=required, help_text=hint, choices=YES_NO)
    if field.choices:
        options = [("", _("请选择")), *((choice.value, choice.label) for choice in field.choices)]
        return forms.ChoiceField(label=label, required=required, help_text=hint, choices=options)
    kind = "date" if fact["type"] == "date" else "text"
    attributes = {} if kind == "date" else {"inputmode": "decimal"}
    widget = forms.TextInput(attrs={"type": kind, **attributes})
    return forms.CharField(
        label=label, required=required, help_text=hint, max_length=LONGEST, widget=widget
    )
