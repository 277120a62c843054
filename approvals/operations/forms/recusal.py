"""Forms of 回避: a person to name, a ruling to give."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.applications.forms.fields import TextField
from approvals.operations import recusal
from approvals.operations.forms.base import PersonForm, offer
from organizations.models import User

GROUND_LENGTH = 300


class RequestForm(PersonForm):
    """Whom one asks to stay away."""

    def people(self) -> Sequence[User]:
        return recusal.others_of(self.situation)


class KeyedForm(forms.Form):
    """A key against pressing twice: the same form is answered once."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data=data, initial={"key": uuid.uuid4().hex})


class OrderForm(KeyedForm):
    """A leader names who must leave, and why."""

    person = forms.TypedChoiceField(
        label=_("应当回避的人员"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择一名人员。")},
    )
    reason = TextField(
        label=_("回避事由"),
        max_length=GROUND_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明回避的事由。")},
    )

    def __init__(self, people: Sequence[User], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data=data)
        offer(self.fields["person"], people)


class RulingForm(KeyedForm):
    """准予 or 不予, with the reason."""

    ruling = forms.ChoiceField(
        label=_("决定"),
        choices=[("grant", _("准予回避")), ("refuse", _("不予回避"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择准予或者不予回避。")},
    )
    reason = TextField(
        label=_("理由"),
        max_length=GROUND_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("请写明决定的理由。")},
    )
