"""The form of a return: where to, how it goes on, what is to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.applications.forms.fields import TextField
from approvals.operations import returning
from approvals.operations.forms.base import ActForm
from approvals.programs.form_schema import form_of, slots_of
from approvals.reviews.forms import Correctable, correctables
from workflows.operations.returning import Target
from workflows.reopened import REPLAY, RESUME

PROBLEM_LENGTH = 1000
POINTS_LENGTH = 2000


class ReturnForm(ActForm):
    """To an office: one point a line. To the applicant: a problem beside each item he may mend."""

    target = forms.ChoiceField(
        label=_("退回到"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择退回到哪个环节。")},
    )
    mode = forms.ChoiceField(
        label=_("退回后"),
        choices=[
            (REPLAY, _("重新办理后续各环节")),
            (RESUME, _("办完后直接返回本环节；依据已变化的环节先重新办理")),
        ],
        initial=REPLAY,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择退回后如何办理。")},
    )
    points = TextField(
        label=_("需要处理的事项"),
        required=False,
        max_length=POINTS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("退回到办理环节时填写，每行一项。退回申请人时请在下方逐项写明问题。"),
    )

    def prepare(self) -> None:
        self.targets: list[Target] = returning.targets(self.situation.task)
        field = self.fields["target"]
        field.choices = [(one.element, _title(one)) for one in self.targets]  # type: ignore[attr-defined]
        content = self.situation.application.program.content
        self.correctables: tuple[Correctable, ...] = ()
        if any(one.is_applicant for one in self.targets):
            self.correctables = correctables(form_of(content), slots_of(content))
        for item in self.correctables:
            self.fields[item.name] = TextField(
                label=item.label,
                required=False,
                max_length=PROBLEM_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @cached_property
    def aimed(self) -> Target | None:
        """The chosen target."""
        chosen = self.cleaned_data.get("target")
        return next((one for one in self.targets if one.element == chosen), None)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.aimed is None:
            return found
        if self.aimed.is_applicant and not self._problems():
            self.add_error("target", _("退回申请人时，请至少在一项材料或者内容后写明问题。"))
        elif not self.aimed.is_applicant and not self._points():
            self.add_error("points", _("请写明需要处理的事项，每行一项。"))
        if found.get("mode") == RESUME and not self.aimed.may_resume:
            self.add_error("mode", _("该环节在子流程之外，退回后只能重新办理。"))
        return found

    def _points(self) -> list[dict[str, str]]:
        lines = str(self.cleaned_data.get("points", "")).splitlines()
        return [{"problem": line.strip()} for line in lines if line.strip()]

    def _problems(self) -> list[dict[str, str]]:
        found = []
        for item in self.correctables:
            problem = str(self.cleaned_data.get(item.name) or "").strip()
            if problem:
                found.append({item.kind: item.key, "label": item.label, "problem": problem})
        return found

    def answers(self) -> dict[str, Any]:
        to_applicant = self.aimed is not None and self.aimed.is_applicant
        return {
            **super().answers(),
            "target": self.cleaned_data["target"],
            "mode": self.cleaned_data["mode"],
            "items": self._problems() if to_applicant else self._points(),
        }

    def shown_fields(self) -> Sequence[forms.BoundField]:
        names = {item.name for item in self.correctables}
        return [field for field in super().shown_fields() if field.name not in names]

    @property
    def opens_problems(self) -> bool:
        """The long list stays folded unless the applicant is the target that was chosen."""
        return self.is_bound and self.aimed is not None and self.aimed.is_applicant

    @property
    def problem_fields(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Section by section, for the fold-out list."""
        for section, items in groupby(self.correctables, key=lambda item: item.section):
            yield section, [self[item.name] for item in items]


def _title(target: Target) -> str:
    return gettext("申请人（%s）") % target.title if target.is_applicant else target.title
