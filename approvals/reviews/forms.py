"""The opinion form of a step, built from the program's data; it works without JavaScript."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.applications.forms.fields import TextField, build_field
from approvals.applications.forms.values import to_json
from approvals.programs.form_schema import AttachmentSlot, Field, FormSchema, TaskForm
from approvals.reviews.statement import CLAUSE_REQUIRED, Reason, Statement
from organizations.models import User

TEXT_LENGTH = 4000
FINDING_LENGTH = 300
PROBLEM_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Correctable:
    """Something the applicant can be asked to mend: a question or a file slot."""

    kind: str
    key: str
    label: str
    section: str

    @property
    def name(self) -> str:
        return f"problem-{self.kind}-{self.key}"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the program a refusal may cite."""

    id: str
    clause: str
    requirement: str
    finding: str = ""
    """What the eligibility check found, offered as a first wording."""

    @property
    def name(self) -> str:
        return f"finding-{self.id}"


def correctables(form: FormSchema, slots: Iterable[AttachmentSlot]) -> tuple[Correctable, ...]:
    """Everything that can be returned for correction, in the order of the application."""
    questions = [
        Correctable("field", field.key, field.label, section.title)
        for section in form.sections
        for field in section.fields
    ]
    files = [Correctable("slot", slot.key, slot.label, _("附件材料")) for slot in slots]
    return (*questions, *files)


class OpinionForm(forms.Form):
    """Outcome, opinion, checklist, reasons by clause, items to correct, the step's own fields."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(
        label=gettext_lazy("结论"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择结论。")},
    )
    text = TextField(
        label=gettext_lazy("意见"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self,
        task_form: TaskForm,
        *,
        outcomes: Sequence[str],
        version: int,
        people: Mapping[str, Sequence[User]] | None = None,
        conditions: Sequence[Condition] = (),
        targets: Sequence[Correctable] = (),
        text: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        initial = {"key": uuid.uuid4().hex, "version": version, "text": text}
        super().__init__(data=data, initial=initial)
        self.task_form = task_form
        self.conditions = tuple(conditions) if CLAUSE_REQUIRED & set(outcomes) else ()
        returning = any(task_form.outcome(outcome).items for outcome in outcomes)
        self.targets = tuple(targets) if returning else ()
        self._offer(outcomes)
        self._add_fields(people or {})
        self._add_reasons()
        for target in self.targets:
            self.fields[target.name] = TextField(
                label=target.label, required=False, max_length=PROBLEM_LENGTH
            )

    def _offer(self, outcomes: Sequence[str]) -> None:
        choices = [(outcome, self.task_form.outcome(outcome).label) for outcome in outcomes]
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above, for the types
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]

    def _add_fields(self, people: Mapping[str, Sequence[User]]) -> None:
        for entry in self.task_form.fields:
            if entry.type == "people":
                self.fields[entry.key] = _people_field(entry, people.get(entry.source, ()))
            else:
                self.fields[entry.key] = build_field(entry, required=False)
        if self.task_form.checklist:
            self.fields["met"] = forms.MultipleChoiceField(
                label=_("核对清单"),
                required=False,
                choices=[
                    (point.key, _with_clause(point.text, point.clause))
                    for point in self.task_form.checklist
                ],
                widget=forms.CheckboxSelectMultiple,
            )

    def _add_reasons(self) -> None:
        for condition in self.conditions:
            self.fields[condition.name] = TextField(
                label=_("%(clause)s：%(requirement)s")
                % {"clause": condition.clause, "requirement": condition.requirement},
                required=False,
                max_length=FINDING_LENGTH,
                initial=condition.finding,
            )

    def statement(self) -> Statement:
        """What was said, from cleaned data."""
        cleaned = self.cleaned_data
        return Statement(
            outcome=cleaned["outcome"],
            text=cleaned["text"],
            reasons=self._reasons() if cleaned["outcome"] in CLAUSE_REQUIRED else (),
            met=frozenset(cleaned.get("met", ())),
            items=self._items() if self.task_form.outcome(cleaned["outcome"]).items else (),
            values={entry.key: self._value(entry) for entry in self.task_form.fields},
        )

    def _reasons(self) -> tuple[Reason, ...]:
        return tuple(
            Reason(condition.clause, condition.requirement, self.cleaned_data[condition.name])
            for condition in self.conditions
            if self.cleaned_data[condition.name]
        )

    def _items(self) -> tuple[Mapping[str, str], ...]:
        return tuple(
            {
                target.kind: target.key,
                "label": target.label,
                "problem": self.cleaned_data[target.name],
            }
            for target in self.targets
            if self.cleaned_data[target.name]
        )

    def _value(self, entry: Field) -> Any:
        value = self.cleaned_data.get(entry.key)
        if entry.type == "people":
            return [int(pk) for pk in value or ()]
        return to_json(value)

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Shows what the service refused, at its field, else at the top."""
        places = {"items": "outcome", "reasons": "outcome"}
        for name, sentence in problems.items():
            place = places.get(name, name)
            self.add_error(place if place in self.fields else None, sentence)

    def opinion_fields(self) -> list[forms.BoundField]:
        """The fields shown openly: outcome, own fields, checklist, opinion."""
        own = [entry.key for entry in self.task_form.fields]
        names = ["outcome", *own, *(["met"] if "met" in self.fields else []), "text"]
        return [self[name] for name in names]

    def reason_fields(self) -> list[forms.BoundField]:
        """One line a condition: what does not meet it."""
        return [self[condition.name] for condition in self.conditions]

    def problem_fields(self) -> list[tuple[str, list[forms.BoundField]]]:
        """One line a question or file slot, by section."""
        grouped: dict[str, list[forms.BoundField]] = {}
        for target in self.targets:
            grouped.setdefault(target.section, []).append(self[target.name])
        return list(grouped.items())


def _people_field(entry: Field, people: Sequence[User]) -> forms.Field:
    choices = [(str(person.pk), person.name) for person in people]
    return forms.MultipleChoiceField(
        label=entry.label,
        required=False,
        choices=choices,
        help_text=entry.help,
        widget=forms.CheckboxSelectMultiple,
    )


def _with_clause(text: str, clause: str) -> str:
    return _("%(text)s（%(clause)s）") % {"text": text, "clause": clause} if clause else text
