"""Forms of the inquiries pages; they carry the key of the act and the version that was read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.applications.forms.fields import TextField
from approvals.applications.models import Application
from approvals.inquiries.models.consultation import REPLIES
from approvals.inquiries.services.site_checks import Visit
from approvals.programs.form_schema import form_of, slots_of
from approvals.reviews.forms import Condition
from organizations.models import Organ

TEXT_LENGTH = 2000


class SeatForm(forms.Form):
    """What every form of a seat carries."""

    use_required_attribute = False
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, version: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4().hex, "version": version}
        super().__init__(*args, **kwargs)


def _words(label: Any, rows: int = 4) -> TextField:
    return TextField(
        label=label, max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": rows})
    )


class QuestionForm(SeatForm):
    """Asks the applicant about the case, one field or one file slot."""

    target = forms.ChoiceField(label=gettext_lazy("询问的事项"))
    text = _words(gettext_lazy("问题"))

    def __init__(self, application: Application, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = application.program.content
        groups: list[tuple[str, list[tuple[str, str]]]] = [
            (_("整个申请"), [("case", _("整个申请"))]),
        ]
        for section in form_of(content).sections:
            fields = [(f"field:{field.key}", field.label) for field in section.fields]
            groups.append((section.title, fields))
        slots = [(f"slot:{slot.key}", slot.label) for slot in slots_of(content)]
        if slots:
            groups.append((_("附件材料"), slots))
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above, for the types
        field.choices = groups


class AnswerForm(forms.Form):
    """The applicant's answer, in place."""

    use_required_attribute = False
    text = _words(gettext_lazy("答复"), rows=3)


class ConsultationForm(SeatForm):
    """A letter to another organ."""

    organ = forms.ModelChoiceField(
        Organ.objects.none(),
        label=gettext_lazy("征求意见的机构"),
        empty_label=gettext_lazy("请选择"),
        error_messages={"required": gettext_lazy("请选择机构。")},
    )
    text = _words(gettext_lazy("征求意见的内容"), rows=6)
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("随函提供申请表的哪些部分"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("对方只能看到来函和所选部分，看不到整个申请。"),
    )

    def __init__(
        self, application: Application, organs: Iterable[Organ], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        organ, sections = self.fields["organ"], self.fields["sections"]
        assert isinstance(organ, forms.ModelChoiceField)  # noqa: S101 - declared above
        assert isinstance(sections, forms.MultipleChoiceField)  # noqa: S101 - declared above
        organ.queryset = Organ.objects.filter(pk__in=[one.pk for one in organs]).order_by("name")
        sections.choices = [
            (section.key, section.title)
            for section in form_of(application.program.content).sections
        ]


class ReplyForm(forms.Form):
    """The reply slip; `seen` is what lay before the person when it was opened."""

    use_required_attribute = False
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    stance = forms.ChoiceField(
        label=gettext_lazy("回复意见"),
        choices=[(stance.value, stance.label) for stance in REPLIES],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择回复意见。")},
    )
    text = TextField(
        label=gettext_lazy("具体意见"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("不同意或者附意见的，请写明理由。"),
    )


class PhotosInput(forms.ClearableFileInput):
    """Several pictures at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """A list of uploads, perhaps empty; what they are is looked into by the service."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(one, initial) for one in given]


class SiteCheckForm(SeatForm):
    """The record of a visit: one line for each condition of the program."""

    checked_on = forms.DateField(
        label=gettext_lazy("核查日期"), widget=forms.DateInput(attrs={"type": "date"})
    )
    place = TextField(label=gettext_lazy("核查地点"), max_length=200)
    checkers = TextField(
        label=gettext_lazy("核查人员"),
        max_length=200,
        help_text=gettext_lazy("至少两人，用顿号或者逗号分开。"),
    )
    present = TextField(label=gettext_lazy("申请单位在场人员"), max_length=200)
    conclusion = _words(gettext_lazy("核查结论"))
    photos = PhotosField(
        label=gettext_lazy("现场照片"),
        required=False,
        widget=PhotosInput(attrs={"accept": ".jpg,.jpeg,.png"}),
        help_text=gettext_lazy("JPG 或 PNG，最多 12 张，每张不超过 15 MB。"),
    )

    def __init__(self, conditions: Iterable[Condition], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions = tuple(conditions)
        for condition in self.conditions:
            self.fields[f"met-{condition.id}"] = forms.ChoiceField(
                label=f"{condition.requirement}（{condition.clause}）",
                choices=[
                    ("", _("未核查")),
                    ("yes", _("与申报相符")),
                    ("no", _("与申报不符")),
                ],
                required=False,
            )
            self.fields[f"remark-{condition.id}"] = TextField(
                label=_("核查情况"), required=False, max_length=300
            )

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(result, remark) of each condition, for the page."""
        return [(self[f"met-{one.id}"], self[f"remark-{one.id}"]) for one in self.conditions]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for condition in self.conditions:
            differs = cleaned.get(f"met-{condition.id}") == "no"
            if differs and not cleaned.get(f"remark-{condition.id}"):
                self.add_error(f"remark-{condition.id}", _("与申报不符的，请写明核查情况。"))
        return cleaned

    def visit(self) -> Visit:
        """What the service records; only conditions that were looked at."""
        said = self.cleaned_data
        day: date = said["checked_on"]
        names = said["checkers"].replace("，", "、").replace(",", "、").split("、")
        findings = [
            {
                "id": one.id,
                "clause": one.clause,
                "requirement": one.requirement,
                "met": said[f"met-{one.id}"] == "yes",
                "remark": said[f"remark-{one.id}"],
            }
            for one in self.conditions
            if said[f"met-{one.id}"]
        ]
        return Visit(
            checked_on=day,
            place=said["place"],
            checkers=tuple(name.strip() for name in names if name.strip()),
            present=said["present"],
            findings=findings,
            conclusion=said["conclusion"],
        )


class WordingForm(forms.Form):
    """One wording of an office or a person."""

    use_required_attribute = False
    organ = forms.ModelChoiceField(
        Organ.objects.none(), label=gettext_lazy("机构"), empty_label=None
    )
    title = TextField(label=gettext_lazy("名称"), max_length=60)
    text = _words(gettext_lazy("内容"))
    shared = forms.BooleanField(label=gettext_lazy("供本机构所有人员使用"), required=False)

    def __init__(self, organs: Iterable[Organ], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organ = self.fields["organ"]
        assert isinstance(organ, forms.ModelChoiceField)  # noqa: S101 - declared above
        organ.queryset = Organ.objects.filter(pk__in=[one.pk for one in organs]).order_by("name")
