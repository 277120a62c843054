"""Forms of the doors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.doors import STAFF_DOORS, Door


class LogInForm(forms.Form):
    """User name and password; whichever is empty, the answer is the seed's one sentence."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> dict[str, Any] | None:
        empty = [name for name in ("username", "password") if self.has_error(name, code="required")]
        for name in empty:
            del self.errors[name]
        if empty:
            raise forms.ValidationError(_("用户名和密码不能为空"), code="required")
        return super().clean()

    @property
    def doors(self) -> frozenset[Door]:
        """The doors at which the form stands (of a valid form)."""
        return frozenset({Door.APPLICANT})


class StaffLogInForm(LogInForm):
    """The second door asks where one belongs; who does not say may enter by any staff door."""

    place = forms.ChoiceField(
        label=gettext_lazy("用户类别"),
        choices=[(door.value, door.label) for door in STAFF_DOORS],
        required=False,
        widget=forms.RadioSelect,
    )

    field_order = ["place", "username", "password"]

    @property
    def doors(self) -> frozenset[Door]:
        place = self.cleaned_data["place"]
        return frozenset({Door(place)} if place else STAFF_DOORS)
