"""The forms of meetings, agenda and minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.applications.forms.fields import TextField
from approvals.meetings.models import REASON_LENGTH, TEXT_LENGTH, Kind, Meeting
from approvals.meetings.participants import chairs_of, people_of
from approvals.meetings.services.gathering import Call
from approvals.meetings.services.recording import Entry
from approvals.programs.form_schema import TaskForm
from organizations.models import Organ, User


def _people(field: forms.Field, people: Iterable[User], first: str = "") -> None:
    choices = [(str(one.pk), one.name) for one in people]
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", first), *choices] if first else choices


def _chosen(label: Any, help_text: Any = "") -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
    )


class CallForm(forms.Form):
    """When, where and who; `kind` only for a new meeting."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=_("会议类别"), choices=Kind.choices, widget=forms.RadioSelect)
    day = forms.DateField(
        label=_("会议日期"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    begins = forms.TimeField(
        label=_("开始时间"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    place = TextField(label=_("地点"), max_length=100)
    chair = forms.TypedChoiceField(
        label=_("主持人"), coerce=int, help_text=_("主持人确认纪要，并据以作出决定。")
    )
    recorder = forms.TypedChoiceField(
        label=_("记录人"), coerce=int, help_text=_("记录人不能同时是主持人。")
    )
    attendees = _chosen(_("出席人员"), _("主持人自动列入。"))

    def __init__(self, organ: Organ, data: Any = None, meeting: Meeting | None = None) -> None:
        super().__init__(data, initial=_first(meeting))
        people = people_of(organ)
        _people(self.fields["chair"], chairs_of(organ), str(_("请选择")))
        _people(self.fields["recorder"], people, str(_("请选择")))
        _people(self.fields["attendees"], people)
        if meeting is not None:
            del self.fields["kind"]

    def call(self) -> Call:
        """From cleaned data."""
        given = self.cleaned_data
        return Call(
            day=given["day"],
            begins=given["begins"],
            place=given["place"],
            chair=given["chair"],
            recorder=given["recorder"],
            attendees=frozenset(given["attendees"]),
        )


def _first(meeting: Meeting | None) -> dict[str, Any]:
    if meeting is None:
        return {"kind": Kind.LEADERS, "begins": "09:00"}
    return {
        "day": meeting.day,
        "begins": meeting.begins,
        "place": meeting.place,
        "chair": meeting.chair_id,
        "recorder": meeting.recorder_id,
        "attendees": [one.pk for one in meeting.attendees.all()],
    }


class ReasonForm(forms.Form):
    """Why a meeting is cancelled or the minutes go back."""

    use_required_attribute = False
    reason = TextField(
        label=_("原因"), max_length=REASON_LENGTH, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, data: Any = None, *, label: Any = None) -> None:
        super().__init__(data)
        if label is not None:
            self.fields["reason"].label = label


class OffForm(ReasonForm):
    """Withdraw an item, or put it off to a later meeting."""

    act = forms.ChoiceField(
        label=_("处理"),
        choices=[("defer", _("缓议")), ("withdraw", _("撤下"))],
        initial="defer",
        widget=forms.RadioSelect,
    )
    to = forms.TypedChoiceField(
        label=_("列入后续会议（缓议时）"), required=False, coerce=int, empty_value=None
    )
    field_order = ("act", "reason", "to")

    def __init__(self, later: Sequence[Meeting], data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["to"]
        if isinstance(field, forms.ChoiceField):
            rows = [(str(one.pk), f"{one.title}（{one.day.isoformat()}）") for one in later]
            field.choices = [("", str(_("尚未安排，留待下次会议"))), *rows]


class EntryForm(forms.Form):
    """The minutes of one item."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(
        label=_("结论"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择结论。")},
    )
    conclusion = TextField(
        label=_("会议意见"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("写入纪要，并作为本环节的办理意见。"),
    )
    abstained = _chosen(_("弃权"))
    recused = _chosen(_("回避"), _("回避人员退场，不再看到本议题的任何内容。"))
    dissent = TextField(
        label=_("不同意见"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(
        self, step: TaskForm, outcomes: Sequence[str], people: Sequence[User], **given: Any
    ) -> None:
        super().__init__(**given)
        field = self.fields["outcome"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one, step.outcome(one).label) for one in outcomes]
        _people(self.fields["abstained"], people)
        _people(self.fields["recused"], people)

    def entry(self) -> Entry:
        """From cleaned data."""
        given = self.cleaned_data
        return Entry(
            outcome=given["outcome"],
            conclusion=given["conclusion"],
            dissent=given["dissent"],
            abstained=frozenset(given["abstained"]),
            recused=frozenset(given["recused"]),
        )
