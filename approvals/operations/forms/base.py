"""What every operation's form has: the key, the version of the material, the reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.applications.forms.fields import TextField
from approvals.operations.acts import Situation
from organizations.models import User

REASON_LENGTH = 500


class ActForm(forms.Form):
    """Key against pressing twice, version against old material, and why."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = TextField(
        label=_("事由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明事由。")},
    )
    field_order = ("key", "version")

    def __init__(self, situation: Situation, data: Mapping[str, Any] | None = None) -> None:
        version = situation.task.process.material_version
        super().__init__(data=data, initial={"key": uuid.uuid4().hex, "version": version})
        self.situation = situation
        self.prepare()

    def prepare(self) -> None:
        """Where a form fills its choices from the situation."""

    def answers(self) -> dict[str, Any]:
        """What the service is given beside task, actor, key and version."""
        return {"reason": self.cleaned_data["reason"]}

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Shows what the service refused, at its field, else at the top."""
        for name, sentence in problems.items():
            self.add_error(name if name in self.fields else None, sentence)

    def shown_fields(self) -> Sequence[forms.BoundField]:
        """The fields in the order of the page; the reason comes last."""
        fields = list(self.visible_fields())
        return sorted(fields, key=lambda field: field.name == "reason")


class PersonForm(ActForm):
    """One colleague is chosen. `people` says who is offered."""

    to = forms.TypedChoiceField(
        label=_("人员"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一名人员。")},
    )

    def people(self) -> Sequence[User]:
        """Whom the page offers."""
        raise NotImplementedError

    def prepare(self) -> None:
        offer(self.fields["to"], self.people())

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "to": self.cleaned_data["to"]}


def offer(field: forms.Field, people: Sequence[User]) -> None:
    """The people as choices: name, and user name where two have the same."""
    names = [person.name for person in people]
    choices = [
        (
            person.pk,
            person.name if names.count(person.name) == 1 else f"{person.name}（{person.username}）",
        )
        for person in people
    ]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
    field.choices = choices
