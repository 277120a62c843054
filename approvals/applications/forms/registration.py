"""Forms of the organisation profile and of the registration of a new applicant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

import clock
from approvals.applications.forms.fields import (
    CreditCodeField,
    DayField,
    EmailTextField,
    PhoneField,
    TextField,
)
from organizations.kinds import ApplicantKind, Kind
from organizations.models import Applicant, Organ, User


class ProfileForm(forms.Form):
    """What an applicant tells once and reuses in every application."""

    use_required_attribute = False

    legal_representative = TextField(label=_("法定代表人"), max_length=60)
    founded_on = DayField(label=_("成立日期"), required=False, max_length=30)
    address = TextField(label=_("注册地址"), max_length=200, required=False)
    bank_account = TextField(
        label=_("银行账号"),
        max_length=40,
        required=False,
        help_text=_("用于资金拨付，只有本单位和经办机构可见"),
    )
    contact_name = TextField(label=_("联系人"), max_length=60)
    contact_phone = PhoneField(label=_("联系电话"), max_length=20)

    @classmethod
    def of(cls, applicant: Applicant) -> ProfileForm:
        """The form filled with what is on file."""
        return cls(initial={name: getattr(applicant, name) for name in cls.base_fields})


class RegistrationForm(forms.Form):
    """A new enterprise, incubator or makerspace and the person who files for it."""

    use_required_attribute = False

    name = TextField(label=_("单位名称"), max_length=120, help_text=_("与营业执照一致"))
    credit_code = CreditCodeField(label=_("统一社会信用代码"), max_length=40)
    kind = forms.ChoiceField(label=_("单位类型"), choices=ApplicantKind.choices)
    county = forms.ModelChoiceField(
        label=_("所属县（市、区）或开发区"),
        queryset=Organ.objects.none(),
        empty_label=_("请选择"),
        help_text=_("按实际管理单位选择，不按注册地址"),
    )
    legal_representative = TextField(label=_("法定代表人"), max_length=60)
    contact_phone = PhoneField(label=_("联系电话"), max_length=20)
    person = TextField(label=_("经办人姓名"), max_length=60)
    email = EmailTextField(label=_("电子邮箱"), max_length=254, required=False)
    username = forms.RegexField(
        r"^[A-Za-z0-9_.-]{4,60}\Z",
        label=_("用户名"),
        max_length=60,
        help_text=_("4 至 60 位字母、数字或 . _ -"),
        error_messages={"invalid": _("用户名须为 4 至 60 位字母、数字或 . _ -。")},
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("再次输入密码"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = Organ.objects.valid_on(clock.today()).filter(kind__in=[Kind.COUNTY, Kind.ZONE])
        field = self.fields["county"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = counties.order_by("city", "key")

    def clean(self) -> dict[str, Any]:
        """The two passwords agree and are no easy guess."""
        given = self.cleaned_data
        password = given.get("password")
        if password and password != given.get("password_again"):
            self.add_error("password_again", _("两次输入的密码不一致，请重新输入。"))
        elif password:
            person = User(username=given.get("username", ""), name=given.get("person", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given
