"""Forms of transfer, delegation and signers; people are offered only if they may have the seat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.operations.acts import Situation
from approvals.operations.forms.base import ActForm, PersonForm, offer
from approvals.operations.policy import added_by, successors
from approvals.reviews import steps
from approvals.reviews.forms import OpinionForm
from approvals.reviews.people import people_for
from approvals.reviews.statement import CLAUSE_REQUIRED
from approvals.reviews.views.task import conditions_of
from organizations.models import User
from workflows.nodes.seat import SIGNER
from workflows.nodes.signers import AFTER, BEFORE, PARALLEL

MODES = [
    ("ALL", _("会签：须全部同意")),
    ("ANY", _("或签：一人答复即可")),
    ("SEQUENCE", _("依次会签：按名单顺序逐一办理")),
]


class TransferForm(PersonForm):
    """转办."""

    def people(self) -> Sequence[User]:
        return successors(self.situation)

    def prepare(self) -> None:
        super().prepare()
        self.fields["to"].label = _("转给")


class DelegateForm(PersonForm):
    """委派."""

    def people(self) -> Sequence[User]:
        return self.situation.colleagues.advice

    def prepare(self) -> None:
        super().prepare()
        self.fields["to"].label = _("委派给")
        self.fields["reason"].label = _("请对方答复的问题")


class SignersForm(ActForm):
    """What the three kinds of 加签 have in common."""

    kind = BEFORE
    users = forms.TypedMultipleChoiceField(
        label=_("加签人"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一名加签人。")},
    )

    def prepare(self) -> None:
        people = self.situation.colleagues
        offer(self.fields["users"], people.duty if self.kind == PARALLEL else people.advice)
        self.fields["reason"].label = _("加签事由")

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "kind": self.kind, "users": self.cleaned_data["users"]}


class BesideForm(SignersForm):
    """并加签: they decide with me; the step's own rule, and all of a single seat and theirs."""

    kind = PARALLEL


class BeforeForm(SignersForm):
    """前加签: they are heard first."""

    mode = forms.ChoiceField(
        label=_("加签方式"), choices=MODES, initial="ALL", widget=forms.RadioSelect
    )
    binding = forms.BooleanField(
        label=_("加签人不同意时，本环节即为不同意"), required=False, initial=False
    )

    def prepare(self) -> None:
        super().prepare()
        if not may_bind(self.situation):
            del self.fields["binding"]

    def answers(self) -> dict[str, Any]:
        return {
            **super().answers(),
            "mode": self.cleaned_data["mode"],
            "binding": bool(self.cleaned_data.get("binding")),
        }


class AfterForm(BeforeForm):
    """后加签: my own opinion first, stored at once; it is the step's own opinion form."""

    kind = AFTER

    def __init__(self, situation: Situation, data: Mapping[str, Any] | None = None) -> None:
        self.opinion = _opinion_form(situation, data)
        super().__init__(situation, data)

    def is_valid(self) -> bool:
        """Both halves are asked, so that everything is told at once."""
        own, opinion = super().is_valid(), self.opinion.is_valid()
        if not opinion:
            for name, sentences in self.opinion.errors.items():
                if name not in ("key", "version"):
                    self.errors.setdefault(name, sentences)
        return own and opinion

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "statement": self.opinion.statement()}

    def refuse(self, problems: Mapping[str, str]) -> None:
        self.opinion.refuse({n: s for n, s in problems.items() if n in self.opinion.fields})
        super().refuse({n: s for n, s in problems.items() if n not in self.opinion.fields})

    def shown_fields(self) -> Sequence[forms.BoundField]:
        return [*self.opinion.opinion_fields(), *super().shown_fields()]

    def reason_fields(self) -> list[forms.BoundField]:
        """One line a condition: what does not meet it."""
        return self.opinion.reason_fields()


class RemoveForm(ActForm):
    """减签: one of those I have added."""

    user = forms.TypedChoiceField(
        label=_("减去的加签人"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一名加签人。")},
    )

    def prepare(self) -> None:
        seats = added_by(self.situation.task, self.situation.user.pk)
        offer(self.fields["user"], [seat.owner for seat in seats if seat.owner is not None])

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "user": self.cleaned_data["user"]}


def may_bind(situation: Situation) -> bool:
    """Binding signers fail a step by its refusing outcome; where a refusal must name its clauses,
    only the holder can refuse, and signers give advice."""
    task = situation.task
    failing = task.flow_task.failing
    one = steps.is_one_of_many(task)
    return bool(failing) and (one or failing not in CLAUSE_REQUIRED) and SIGNER not in task.data


def _opinion_form(situation: Situation, data: Mapping[str, Any] | None) -> OpinionForm:
    task, application = situation.task, situation.application
    task_form = steps.form_of(application, task)
    outcomes = [o for o in steps.outcomes_of(task) if not task_form.outcome(o).items]
    sources = {entry.source for entry in task_form.fields if entry.type == "people"}
    return OpinionForm(
        task_form,
        outcomes=outcomes,
        version=task.process.material_version,
        people={source: people_for(application, source) for source in sources},
        conditions=() if steps.is_one_of_many(task) else conditions_of(application),
        data=data,
    )
