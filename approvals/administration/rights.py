"""Who may look behind the scenes, and who may touch what is stuck there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase

from approvals.applications.views.frame import PersonRequest, for_people
from organizations.permissions import Permission, can, cities_where

P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, P], HttpResponse]


def needs(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """The view is for holders of the permission; others are told which right is missing (403)."""

    def guard(view: View[P]) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def answer(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            allowed = can(request.user, permission)
            if not allowed:
                raise PermissionDenied(allowed.reason)
            return view(request, *args, **kwargs)

        return for_people(answer)

    return guard


def cities_of(request: PersonRequest) -> frozenset[str]:
    """The cities this person administers."""
    return cities_where(request.user, Permission.READ_ADMINISTRATION)
