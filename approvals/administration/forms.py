"""The proposal form: one list of everything that may be done about a stuck case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.administration.mending import LONGEST_REASON, Plan, moves, skips
from approvals.administration.models import Way
from approvals.administration.returning import Places
from approvals.applications.status import outcome_label
from approvals.applications.views.frame import new_key
from workflows.models import Task
from workflows.operations.mending import is_parked
from workflows.reopened import REPLAY, RESUME

Choices = list[tuple[str, Any]]


def title_of(task: Task) -> str:
    """The step's name in the diagram."""
    title: str = task.flow_task.element.name or task.element
    return title


class ProposalForm(forms.Form):
    """`way` is `retry`, `skip:<task>:<arrow>` or `move:<task>:<node>`."""

    way = forms.ChoiceField(label=gettext_lazy("处置办法"))
    outcome = forms.ChoiceField(
        label=gettext_lazy("视同的办理结果"),
        required=False,
        help_text=gettext_lazy("仅用于跳过：后续条件按此结果判断；可不填。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明故障原因和依据；理由记入操作日志。"),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, rows: Sequence[Task], *, blocked: bool, data: Any = None) -> None:
        """The choices come from the rows that may be mended now."""
        super().__init__(data, initial={"key": new_key()})
        self.fields["way"].choices = ways(rows, blocked=blocked)  # type: ignore[attr-defined]
        self.fields["outcome"].choices = outcomes(rows)  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """What was chosen; an outcome belongs to a skip only."""
        way, _colon, rest = self.cleaned_data["way"].partition(":")
        if way == Way.RETRY:
            return Plan(Way.RETRY)
        task, _colon, place = rest.partition(":")
        if way == Way.SKIP:
            return Plan(Way.SKIP, int(task), flow=place, outcome=self.cleaned_data["outcome"])
        return Plan(Way.MOVE, int(task), target=place)


def ways(rows: Sequence[Task], *, blocked: bool) -> Choices:
    """Retry first, then for each row its exits and its other places, in groups by the step."""
    offered: Choices = [("retry", _("重试受阻环节"))] if blocked else []
    for row in rows:
        title = title_of(row)
        if is_parked(row):
            group = [(f"skip:{row.pk}:{flow}", words) for flow, words in skips(row).items()]
            offered.append((_("跳过“%s”，视同已办理") % title, group))
        group = [(f"move:{row.pk}:{node}", f"→ {name}") for node, name in moves(row).items()]
        if group:
            offered.append((_("把办件从“%s”移到") % title, group))
    return offered


def outcomes(rows: Sequence[Task]) -> Choices:
    """Outcomes the parked steps know; of a panel its verdict."""
    known: dict[str, None] = {}
    for row in rows:
        if not is_parked(row):
            continue
        loop = row.flow_task.element.loop
        votes = loop is not None and loop.mode is not None
        choices = ("approve", "reject") if votes else getattr(row.flow_task, "outcomes", ())
        known |= dict.fromkeys(choices)
    return [("", "——"), *((outcome, f"{outcome_label(outcome)}（{outcome}）") for outcome in known)]


class SendBackForm(forms.Form):
    """`place` is `<task>:<node>`: from which row, to which step."""

    place = forms.ChoiceField(label=gettext_lazy("退回到"))
    mode = forms.ChoiceField(
        label=gettext_lazy("退回后"),
        choices=[
            (REPLAY, gettext_lazy("重新办理后续各环节")),
            (RESUME, gettext_lazy("办完后直接返回；依据已变化的环节先重新办理")),
        ],
        initial=REPLAY,
        widget=forms.RadioSelect,
    )
    points = forms.CharField(
        label=gettext_lazy("需要处理的事项"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一项，由退回到的环节处理。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("退回理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, places: Places, data: Any = None) -> None:
        super().__init__(data, initial={"key": new_key(), "mode": REPLAY}, auto_id="back_%s")
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (
                _("从“%s”") % title_of(row),
                [(f"{row.pk}:{one.element}", f"→ {one.title}") for one in targets],
            )
            for row, targets in places
        ]

    def answers(self) -> dict[str, Any]:
        """As `returning.send_back` takes them."""
        task, _colon, target = self.cleaned_data["place"].partition(":")
        lines = self.cleaned_data["points"].splitlines()
        return {
            "task": int(task),
            "target": target,
            "points": [line.strip() for line in lines if line.strip()],
            **{name: self.cleaned_data[name] for name in ("mode", "reason", "key")},
        }
