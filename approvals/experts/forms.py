"""Forms of the experts pages; those that act carry the key of the act."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.applications.forms.fields import TextField
from approvals.experts.models import Declaration, ExpertProfile
from approvals.experts.policy import MOST, Criterion
from organizations.holders import holders
from organizations.models import Organ, User

REASON_LENGTH = 200


class ActForm(forms.Form):
    """What every form of an act carries."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4().hex, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class SeatForm(ActForm):
    """The same for a seat: with the version of the material that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, version: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)


class CommitForm(SeatForm):
    """How many experts, of which specialties."""

    size = forms.IntegerField(label=gettext_lazy("抽取人数"), min_value=1, max_value=MOST)
    specialties = forms.MultipleChoiceField(
        label=gettext_lazy("专业领域"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不选则不限；选多项的，符合其一即可。"),
    )

    def __init__(self, *args: Any, size: int, offered: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, initial={"size": size}, **kwargs)
        field = self.fields["specialties"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared above
        field.choices = [(word, word) for word in offered]


class ReasonForm(SeatForm):
    """Gives a draw up."""

    reason = TextField(label=gettext_lazy("作废原因"), max_length=REASON_LENGTH)


class ReplaceForm(ActForm):
    """Who leaves the panel, and why."""

    left = forms.TypedChoiceField(label=gettext_lazy("退出的专家"), coerce=int)
    reason = TextField(label=gettext_lazy("退出原因"), max_length=REASON_LENGTH)

    def __init__(self, panel: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["left"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("请选择")), *((str(one["id"]), one["name"]) for one in panel)]


class NamingForm(ActForm):
    """Whom to name for an empty place, and why him."""

    place = forms.CharField(widget=forms.HiddenInput, max_length=40)
    person = forms.TypedChoiceField(
        label=gettext_lazy("补选的专家"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择一名专家。")},
    )
    reason = TextField(
        label=gettext_lazy("补选事由"),
        max_length=REASON_LENGTH,
        error_messages={"required": gettext_lazy("请写明补选的事由。")},
    )

    def __init__(self, place: str, people: Sequence[User], data: Any = None) -> None:
        super().__init__(data, initial={"place": place}, auto_id=f"place_{place}_%s")
        field = self.fields["person"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [(person.pk, person.name) for person in people]


class DeclareForm(SeatForm):
    """No interest, or an interest with its ground."""

    kind = forms.ChoiceField(
        label=gettext_lazy("声明"),
        choices=Declaration.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择一项声明。")},
    )
    ground = TextField(
        label=gettext_lazy("利害关系的情形"),
        required=False,
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("有利害关系时填写，例如任职、持股、亲属关系。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        interest = cleaned.get("kind") == Declaration.Kind.INTEREST
        if interest and not cleaned.get("ground"):
            self.add_error("ground", _("有利害关系的，请写明情形。"))
        if not interest and cleaned.get("ground"):
            self.add_error("ground", _("写明了利害关系的，请选择“有利害关系”；没有的请清空此项。"))
        return cleaned


class SheetForm(SeatForm):
    """One number a criterion, from 0 to its maximum, two decimals at most."""

    def __init__(self, sheet: Sequence[Criterion], *args: Any, **kwargs: Any) -> None:
        marks = kwargs.pop("marks", {})
        super().__init__(*args, **kwargs)
        self.sheet = tuple(sheet)
        for line in sheet:
            self.fields[f"mark-{line.key}"] = forms.DecimalField(
                label=line.label,
                min_value=0,
                max_value=line.most,
                decimal_places=2,
                max_digits=8,
                initial=marks.get(line.key),
                help_text=_("0 至 %(most)s 分，权重 %(weight)s%(clause)s")
                % {
                    "most": line.most.normalize().__format__("f"),
                    "weight": line.weight.normalize().__format__("f"),
                    "clause": _("（%s）") % line.clause if line.clause else "",
                },
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
            )

    def marks(self) -> dict[str, Decimal]:
        """By criterion, from cleaned data."""
        return {line.key: self.cleaned_data[f"mark-{line.key}"] for line in self.sheet}


class ExpertForm(forms.Form):
    """A new entry of the pool."""

    use_required_attribute = False
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("专家"),
        empty_label=gettext_lazy("请选择"),
        help_text=gettext_lazy("已担任评审专家而未登记入库的人员。"),
    )
    employer = TextField(label=gettext_lazy("工作单位"), max_length=120)
    title = TextField(label=gettext_lazy("职称"), max_length=60, required=False)
    specialties = TextField(
        label=gettext_lazy("专业领域"),
        max_length=200,
        help_text=gettext_lazy("多个领域用顿号或者逗号分开。"),
    )
    region = forms.ModelChoiceField(
        Organ.objects.none(),
        label=gettext_lazy("所在地区"),
        required=False,
        empty_label=gettext_lazy("市外"),
    )

    def __init__(self, pool: Organ, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = ExpertProfile.objects.filter(pool=pool, active_to=None).values("user_id")
        people = self.fields["user"]
        assert isinstance(people, forms.ModelChoiceField)  # noqa: S101 - declared above
        people.queryset = holders("expert", pool).exclude(pk__in=listed)
        places = self.fields["region"]
        assert isinstance(places, forms.ModelChoiceField)  # noqa: S101 - declared above
        places.queryset = Organ.objects.filter(
            city=pool.city, kind__in=("county", "zone"), valid_to=None
        )

    def clean_specialties(self) -> list[str]:
        """The words between 、 ， , and blanks."""
        text = str(self.cleaned_data["specialties"])
        for mark in "，,；; ":
            text = text.replace(mark, "、")
        words = sorted({word for word in text.split("、") if word})
        if not words:
            raise forms.ValidationError(_("请至少填写一个专业领域。"))
        return words
