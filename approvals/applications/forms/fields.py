"""Django form fields for the question types of a program's form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from approvals.applications.forms.values import Question, half_width, read_day, read_number
from organizations import credit_code

_PHONE = re.compile(r"(\+?86-?)?(1\d{10}|0\d{2,3}-?\d{7,8}(-\d{1,6})?)")
_REQUIRED = {"required": _("请填写此项。")}


def _clean_text(text: str) -> str:
    """Line ends unified; control, private-use and direction-changing characters refused."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        if character in "\n\t":
            continue
        if not _is_writing(character):
            raise ValidationError(
                _("含有不可见或无法识别的字符（U+%(code)s），请删除后重新填写。")
                % {"code": f"{ord(character):04X}"},
                code="character",
            )
    return text


def _is_writing(character: str) -> bool:
    """No control, direction, surrogate or private-use character.

    Han characters newer than this Python's tables (planes 2 and 3) are writing: whether they can
    be printed is for `documents.glyphs` to say, by name.
    """
    if 0x20000 <= ord(character) < 0x3FFFE:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


class TextField(forms.CharField):
    """Words as typed; nothing is converted, names may be in any script."""

    def to_python(self, value: Any) -> str:
        return _clean_text(super().to_python(value) or "")


class CreditCodeField(TextField):
    """统一社会信用代码: 18 characters with check digit (GB 32100-2015)."""

    def to_python(self, value: Any) -> str:
        return half_width(super().to_python(value)).replace(" ", "").upper()

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not credit_code.is_valid(value):
            raise ValidationError(
                _("统一社会信用代码不正确，请核对营业执照上的 18 位代码。"), code="credit_code"
            )


class PhoneField(TextField):
    """A mobile or fixed line number of the mainland."""

    def to_python(self, value: Any) -> str:
        return half_width(super().to_python(value)).replace(" ", "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not _PHONE.fullmatch(value):
            raise ValidationError(
                _("请填写手机号或带区号的固定电话，例如 0573-82000000。"), code="phone"
            )


class EmailTextField(TextField):
    """A mail address."""

    default_validators = [EmailValidator(message=_("请填写有效的电子邮箱地址。"))]


class NumberField(forms.CharField):
    """An exact number within inclusive bounds; `places` is the most decimals it may have."""

    def __init__(self, *, question: Question, places: int, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.question = question
        self.places = places

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        number = read_number(text)
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            self._refuse_decimals()
        self._check_bounds(number)
        return int(number) if self.places == 0 else number

    def _refuse_decimals(self) -> None:
        message = (
            _("请填写整数。")
            if self.places == 0
            else _("最多保留 %(places)s 位小数。") % {"places": self.places}
        )
        raise ValidationError(message, code="places")

    def _check_bounds(self, number: Decimal) -> None:
        low, high = self.question.minimum, self.question.maximum
        if low is None and self.question.type in {"money", "area", "integer"}:
            low = Decimal(0)
        if low is not None and number < low:
            raise ValidationError(_("不能小于 %(low)s。") % {"low": format(low, "f")}, code="min")
        if high is not None and number > high:
            raise ValidationError(
                _("不能大于 %(high)s。") % {"high": format(high, "f")}, code="max"
            )


class DayField(forms.CharField):
    """A calendar day, written in any of the usual ways."""

    widget = forms.TextInput(attrs={"placeholder": "2026-03-31", "class": "short"})

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        return read_day(text) if text not in self.empty_values else None


class YesNoField(forms.TypedChoiceField):
    """Yes or no, nothing chosen beforehand."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=[("", _("请选择")), ("true", _("是")), ("false", _("否"))],
            coerce=lambda text: text == "true",
            empty_value=None,
            **kwargs,
        )


def _number(places: int) -> Callable[[Question, dict[str, Any]], forms.Field]:
    mode = "numeric" if places == 0 else "decimal"

    def build(question: Question, common: dict[str, Any]) -> forms.Field:
        widget = forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})
        return NumberField(question=question, places=places, widget=widget, **common)

    return build


def _options(question: Question, *, blank: bool) -> list[tuple[str, str]]:
    options = [(choice.value, choice.label) for choice in question.choices]
    return [("", _("请选择")), *options] if blank else options


def _choice(question: Question, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=_options(question, blank=True), **common)


def _choices(question: Question, common: dict[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_options(question, blank=False), widget=forms.CheckboxSelectMultiple, **common
    )


def _text(question: Question, common: dict[str, Any]) -> forms.Field:
    return TextField(max_length=question.max_length, **common)


def _textarea(question: Question, common: dict[str, Any]) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": 6})
    return TextField(max_length=question.max_length, widget=widget, **common)


_BUILDERS: dict[str, Callable[[Question, dict[str, Any]], forms.Field]] = {
    "text": _text,
    "textarea": _textarea,
    "integer": _number(0),
    "year": _number(0),
    "decimal": _number(6),
    "money": _number(2),
    "area": _number(2),
    "date": lambda question, common: DayField(max_length=30, **common),
    "choice": _choice,
    "choices": _choices,
    "boolean": lambda question, common: YesNoField(**common),
    "credit_code": lambda question, common: CreditCodeField(max_length=40, **common),
    "phone": lambda question, common: PhoneField(max_length=30, **common),
    "email": lambda question, common: EmailTextField(max_length=254, **common),
}


def build_field(question: Question, *, required: bool) -> forms.Field:
    """The form field of one question or table column; `required` False while drafting."""
    common: dict[str, Any] = {
        "label": question.label,
        "required": required,
        "help_text": question.help,
        "error_messages": dict(_REQUIRED),
    }
    return _BUILDERS.get(question.type, _text)(question, common)
