"""What people fill in to stop, go on with or extend a clock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import clock
from approvals.applications.views.frame import new_key
from approvals.deadlines.models import Procedure
from approvals.deadlines.services.gate import REASON_LENGTH


class DayInput(forms.DateInput):
    """The browser's own calendar; the value is ISO."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockForm(forms.Form):
    """The idempotency key and the material version that the person has before him."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, version: int = 1) -> None:
        first = {"key": new_key(), "version": version, "starts_on": clock.today()}
        super().__init__(data, initial=first)

    def said(self) -> dict[str, Any]:
        """What the service is given beside key and version."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"key", "version"}
        }


def _reason(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=REASON_LENGTH,
        required=required,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SpecialForm(ClockForm):
    """A hearing, an inspection …; no day in the past."""

    procedure = forms.ChoiceField(label=gettext_lazy("程序"), choices=Procedure.choices)
    starts_on = forms.DateField(
        label=gettext_lazy("开始日期"),
        widget=DayInput(),
        help_text=gettext_lazy("自该日起不计入期限，不能早于今日。"),
    )
    expected_on = forms.DateField(
        label=gettext_lazy("预计结束日期"),
        widget=DayInput(),
        help_text=gettext_lazy("将书面告知申请人；实际结束后请登记结束。"),
    )
    reason = _reason(gettext_lazy("事由"))


class SuspendForm(ClockForm):
    """中止办理."""

    legal_basis = forms.CharField(
        label=gettext_lazy("法律依据"),
        max_length=200,
        help_text=gettext_lazy("写明法规名称和条款。"),
    )
    expected_on = forms.DateField(
        label=gettext_lazy("预计恢复日期"), widget=DayInput(), required=False
    )
    reason = _reason(gettext_lazy("中止理由"))


class EndForm(ClockForm):
    """The pause is over today."""

    reason = _reason(gettext_lazy("说明"), required=False)


class ResumeForm(ClockForm):
    """恢复办理: why it can go on."""

    reason = _reason(gettext_lazy("恢复理由"))


class ExtendForm(ClockForm):
    """How many days, and why."""

    days = forms.IntegerField(label=gettext_lazy("延长工作日数"), min_value=1, max_value=366)
    reason = _reason(gettext_lazy("延长理由"))


class ConfirmForm(ClockForm):
    """The leader's word."""

    approve = forms.TypedChoiceField(
        label=gettext_lazy("批准意见"),
        choices=[("yes", gettext_lazy("批准延长")), ("no", gettext_lazy("不批准"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = _reason(gettext_lazy("说明（不批准时必填）"), required=False)

    def clean(self) -> dict[str, Any] | None:
        """A refusal has its reason."""
        cleaned = super().clean() or {}
        if cleaned.get("approve") is False and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("不批准的，请写明理由。"))
        return cleaned
