"""The forms of the print room and of the public check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.printing import MOST_COPIES


class PrintForm(forms.Form):
    """How many copies, and, for a document printed before, why again."""

    copies = forms.IntegerField(label=_("份数"), min_value=1, max_value=MOST_COPIES, initial=1)
    reason = forms.CharField(
        label=_("重印原因"),
        max_length=300,
        required=False,
        help_text=_("已经打印过的公文必须填写，将记入日志"),
    )

    def __init__(self, *args: Any, reprint: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reprint:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class CodeForm(forms.Form):
    """A verification code as printed."""

    code = forms.CharField(
        label=_("验证码"), max_length=40, help_text=_("印在公文末页二维码旁，20 位字母和数字")
    )


class CompareForm(forms.Form):
    """A PDF to compare with the one on file."""

    pdf = forms.FileField(label=_("要比对的 PDF 文件"))
