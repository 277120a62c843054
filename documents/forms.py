"""The forms of the public check."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """A verification code as printed."""

    code = forms.CharField(
        label=_("验证码"), max_length=40, help_text=_("印在公文末页二维码旁，20 位字母和数字")
    )


class CompareForm(forms.Form):
    """A PDF to compare with the one on file."""

    pdf = forms.FileField(label=_("要比对的 PDF 文件"))
