"""The form of a bulk act: what to do, and what to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.applications.forms.fields import TextField
from approvals.reviews.forms import TEXT_LENGTH
from approvals.worklist.bulk.acts import BulkAct, Order
from organizations.models import User


class OrderForm(forms.Form):
    """Act, outcome, words, colleague; what an act does not need may stay empty."""

    use_required_attribute = False
    act = forms.ChoiceField(
        label=gettext_lazy("操作"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择操作。")},
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("结论（出具相同意见时）"), required=False, widget=forms.Select
    )
    text = TextField(
        label=gettext_lazy("意见或原因"),
        required=False,
        max_length=TEXT_LENGTH,
        help_text=gettext_lazy(
            "出具意见时为意见正文；分派、重印时为原因。每一件都写入同样的内容。"
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    colleague = forms.ChoiceField(label=gettext_lazy("同事（分派时）"), required=False)

    def __init__(
        self,
        *,
        outcomes: Sequence[tuple[str, str, int]],
        colleagues: Sequence[User],
        acts: Sequence[BulkAct],
        data: Any = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data=data, initial=initial)
        empty = ("", _("请选择"))
        self._offer("act", [(act.value, str(act.label)) for act in acts])
        told = _("%(label)s（适用 %(number)d 件）")
        labels = [(key, told % {"label": label, "number": n}) for key, label, n in outcomes]
        self._offer("outcome", [empty, *labels])
        self._offer("colleague", [empty, *((str(one.pk), one.name) for one in colleagues)])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """What the chosen act needs."""
        cleaned: dict[str, Any] = super().clean() or {}
        act = cleaned.get("act")
        if act == BulkAct.DECIDE and not cleaned.get("outcome"):
            self.add_error("outcome", _("请选择结论。"))
        if act == BulkAct.ASSIGN and not cleaned.get("colleague"):
            self.add_error("colleague", _("请选择同事。"))
        if act == BulkAct.ASSIGN and not cleaned.get("text", "").strip():
            self.add_error("text", _("分派须写明原因。"))
        return cleaned

    def order(self) -> Order:
        """What was asked, from cleaned data."""
        cleaned = self.cleaned_data
        colleague = cleaned["colleague"]
        return Order(
            BulkAct(cleaned["act"]),
            cleaned["outcome"],
            cleaned["text"].strip(),
            int(colleague) if colleague else None,
        )
