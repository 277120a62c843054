"""The form of a person's notification preferences."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.notifications import kinds
from approvals.notifications.models import Mode
from approvals.notifications.timing import QUIET
from approvals.notifications.wishes import Wishes
from organizations.models import User

_PREFIX = "kind_"


class PreferencesForm(forms.Form):
    """One choice a kind, and the quiet hours. Urgent kinds offer no choice: they oblige."""

    quiet = forms.BooleanField(
        label=_("启用免打扰时段"),
        required=False,
        help_text=_("时段内的邮件推迟到时段结束后发送，不会丢失；紧急通知除外。"),
    )
    begins = forms.TimeField(
        label=_("开始时间"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("结束时间"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )

    def __init__(self, person: User, data: Any = None) -> None:
        wishes = Wishes([person.pk])
        quiet = wishes.quiet(person.pk)
        begins, ends = quiet or QUIET
        super().__init__(data, initial={"quiet": quiet is not None, "begins": begins, "ends": ends})
        self.choosable = [kind for kind in kinds.everything() if not kind.urgent]
        self.urgent = [kind for kind in kinds.everything() if kind.urgent]
        for kind in self.choosable:
            self.fields[_PREFIX + kind.name] = forms.ChoiceField(
                label=str(kind.label), choices=Mode.choices, initial=wishes.mode(person.pk, kind)
            )

    def kind_fields(self) -> list[forms.BoundField]:
        """The choices, in the order of registration."""
        return [self[_PREFIX + kind.name] for kind in self.choosable]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if cleaned.get("quiet") and begins is not None and begins == ends:
            self.add_error("ends", _("结束时间不能与开始时间相同；不需要免打扰时请取消勾选。"))
        return cleaned

    def modes(self) -> dict[str, Mode]:
        """By kind; call on a valid form."""
        return {kind.name: Mode(self.cleaned_data[_PREFIX + kind.name]) for kind in self.choosable}

    def quiet_hours(self) -> tuple[time, time] | None:
        """None: no quiet hours wanted."""
        given = self.cleaned_data
        return (given["begins"], given["ends"]) if given["quiet"] else None
