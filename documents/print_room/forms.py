"""The forms of the print room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

import clock
from documents.print_room.distribution import Line
from documents.print_room.models import Delivery, Purpose
from documents.print_room.printing import MOST_COPIES
from documents.print_room.selectors import Ready
from documents.print_room.serving import Proof

_REASON = 300


class PrintForm(forms.Form):
    """How many copies for whom, whether numbered, and, for a document printed before, why again."""

    def __init__(
        self, *args: Any, lines: Sequence[Line], reprint: bool, numbered: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for place, line in enumerate(lines):
            self.fields[f"copies_{place}"] = forms.IntegerField(
                label=f"{Purpose(line.purpose).label}：{line.recipient}",
                min_value=0,
                max_value=MOST_COPIES,
                initial=0 if reprint else line.copies,
                widget=forms.NumberInput(attrs={"class": "short"}),
            )
        self.fields["numbered"] = forms.BooleanField(
            label=_("每份左上角印份号（六位数字）"), required=False, initial=numbered
        )
        if reprint:
            self.fields["reason"] = forms.CharField(
                label=_("重印原因"),
                max_length=_REASON,
                help_text=_("重印的每份左上角印“重印”字样，原因记入日志"),
            )

    def wanted(self) -> list[Line]:
        """The lines with the numbers as typed, none left out that has copies."""
        typed = (self.cleaned_data[f"copies_{place}"] for place in range(len(self.lines)))
        return [
            replace(line, copies=copies)
            for line, copies in zip(self.lines, typed, strict=True)
            if copies
        ]


class SpoilForm(forms.Form):
    """Why a copy is spoiled."""

    reason = forms.CharField(
        label=_("作废原因"), max_length=_REASON, help_text=_("例如：卡纸、墨污、缺页、盖章偏位")
    )


class HandOverForm(forms.Form):
    """To whom, how."""

    receivers = forms.MultipleChoiceField(
        label=_("受送达人"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    method = forms.ChoiceField(
        label=_("送达方式"), choices=Delivery.Method.choices, widget=forms.RadioSelect
    )
    tracking = forms.CharField(
        label=_("邮件编号"),
        max_length=60,
        required=False,
        help_text=_("邮寄时必填；一个编号只用于一个受送达人"),
    )

    def __init__(self, *args: Any, ready: Sequence[Ready], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ready = {one.name: one for one in ready}
        field = self.fields["receivers"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells the type
        field.choices = [(name, self._offer(one)) for name, one in self.ready.items()]
        if len(ready) == 1:
            field.initial = list(self.ready)

    def _offer(self, one: Ready) -> str:
        words = {"who": one.label, "copies": one.copies}
        told = str(_("%(who)s（%(copies)d份）")) % words
        return told if one.sealed == one.copies else told + str(_("，尚未盖章"))

    def clean(self) -> dict[str, Any]:
        """A letter has its own number; several receivers cannot share one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("method") == Delivery.Method.POST:
            if not cleaned.get("tracking"):
                self.add_error("tracking", _("邮寄送达请填写邮件编号"))
            elif len(cleaned.get("receivers") or []) > 1:
                self.add_error("receivers", _("邮寄请每次选择一个受送达人，分别填写邮件编号"))
        return cleaned

    def chosen(self) -> list[Ready]:
        """The ticked receivers."""
        return [self.ready[name] for name in self.cleaned_data["receivers"]]


class ProofForm(forms.Form):
    """What came back."""

    outcome = forms.ChoiceField(
        label=_("送达结果"),
        choices=[one for one in Delivery.Outcome.choices if one[0] != Delivery.Outcome.UNDER_WAY],
        widget=forms.RadioSelect,
    )
    served_on = forms.DateField(
        label=_("送达日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
        help_text=_("签收日，或者留置送达日；复议和诉讼期限自该日起算"),
    )
    signed_by = forms.CharField(label=_("签收人"), max_length=60, required=False)
    signed_as = forms.CharField(
        label=_("签收人身份"), max_length=60, required=False, help_text=_("例如：本单位收发室")
    )
    reason = forms.CharField(label=_("拒收事由或者退回原因"), max_length=_REASON, required=False)
    witness = forms.CharField(
        label=_("见证人"), max_length=120, required=False, help_text=_("拒收时填写姓名和单位")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["served_on"].widget.attrs["max"] = clock.today().isoformat()

    def proof(self) -> Proof:
        """As the service takes it."""
        given = dict(self.cleaned_data)
        return Proof(outcome=Delivery.Outcome(given.pop("outcome")), **given)
