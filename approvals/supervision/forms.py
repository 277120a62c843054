"""The forms of urging and supervision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

import clock
from approvals.applications.models import Application
from approvals.supervision.levels import Level
from approvals.supervision.models import TEXT_LENGTH
from approvals.supervision.orders import LONGEST_DAYS, organs_of
from approvals.supervision.rules import DEFAULT
from approvals.supervision.urging import TEXT_LENGTH as URGE_LENGTH
from organizations.kinds import Kind
from organizations.models import Organ
from workflows.calendar import add_workdays


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _lines(rows: int = 4) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class UrgeForm(forms.Form):
    """A few words with the reminder."""

    reason = forms.CharField(
        label=_("附言"),
        required=False,
        max_length=URGE_LENGTH,
        widget=_lines(3),
        help_text=_("只在站内显示给承办人员，不随邮件和短信发送。"),
    )


class OrderForm(forms.Form):
    """A new order. `case`: about this case, else about an organ or a target."""

    level = forms.ChoiceField(label=_("级别"), choices=Level.choices, widget=forms.RadioSelect)
    organ = forms.ModelChoiceField(
        label=_("被督办机构"), queryset=Organ.objects.none(), empty_label=_("请选择")
    )
    target = forms.CharField(
        label=_("目标任务"),
        required=False,
        max_length=200,
        help_text=_("督办某项年度目标时填写；督办机构的日常工作时留空。"),
    )
    demand = forms.CharField(label=_("督办要求"), max_length=TEXT_LENGTH, widget=_lines())
    due_on = _day(_("答复期限"))

    def __init__(self, cities: frozenset[str], case: Application | None, data: Any = None) -> None:
        first = {"level": Level.BLUE, "due_on": _usual_due()}
        super().__init__(data, initial=first)
        chosen = self.fields["organ"]
        if not isinstance(chosen, forms.ModelChoiceField):
            message = "the organ is chosen from rows"
            raise TypeError(message)
        if case is not None:
            del self.fields["target"]
            chosen.queryset = Organ.objects.filter(pk__in=[one.pk for one in organs_of(case)])
        else:
            chosen.queryset = (
                Organ.objects.valid_on(clock.today())
                .filter(city__in=cities)
                .exclude(kind__in=[Kind.APPLICANT, Kind.EXPERT_POOL, Kind.CITY])
                .order_by("city", "kind", "key")
            )

    def clean_due_on(self) -> date:
        return _within_a_year(self.cleaned_data["due_on"])


class ReplyForm(forms.Form):
    """The written answer."""

    reason = forms.CharField(
        label=_("办理情况"),
        max_length=TEXT_LENGTH,
        widget=_lines(),
        help_text=_("写明已采取的措施、进展和预计办结日期；提交后不能修改。"),
    )


class CheckForm(forms.Form):
    """The issuer's check: close, or ask again with a new day."""

    reason = forms.CharField(label=_("核查意见"), max_length=TEXT_LENGTH, widget=_lines(3))
    due_on = _day(_("重报期限（退回重报时填写）"))

    def __init__(self, data: Any = None, *, insists: bool = False) -> None:
        super().__init__(data, initial={"due_on": _usual_due()})
        self.fields["due_on"].required = insists

    def clean_due_on(self) -> date | None:
        given: date | None = self.cleaned_data["due_on"]
        return _within_a_year(given) if given is not None else None


class FlagForm(forms.Form):
    """What came of a review flag."""

    reason = forms.CharField(label=_("处理意见"), max_length=TEXT_LENGTH, widget=_lines(2))


def _usual_due() -> date:
    return add_workdays(clock.today(), DEFAULT.reply[Level.BLUE]).day


def _within_a_year(day: date) -> date:
    if not 0 <= (day - clock.today()).days <= LONGEST_DAYS:
        raise forms.ValidationError(_("答复期限应为今天起一年以内的日期。"))
    return day
