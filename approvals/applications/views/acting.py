"""An act that a form of a page asks for: done, or its refusal told on the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from django import forms

from workflows.errors import WrongState

T = TypeVar("T")


def acted(
    form: forms.BaseForm, act: Callable[[], T], fields: Mapping[str, str] | None = None
) -> T | None:
    """What the service answers; None when the form is not filled in, or the state refuses.

    A refusal of the state (409, 422) then stands on the form, at the field that `fields` names for
    its code. Who may not see or may not do it is told by the page of refusals (404, 403).
    """
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return act()
    except WrongState as refusal:
        form.add_error((fields or {}).get(refusal.code), refusal.detail)
        return None
