"""How a refusal of the queue's services is told."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from approvals.applications.views.frame import PersonRequest
from approvals.worklist.errors import WorklistRefused

P = ParamSpec("P")
View = Callable[Concatenate[PersonRequest, P], HttpResponse]


def telling(view: View[P]) -> View[P]:
    """Missing is 404, forbidden 403; anything else is said on the page the person comes back to."""

    @functools.wraps(view)
    def answer(request: PersonRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except WorklistRefused as refused:
            if refused.status == 404:
                raise Http404 from refused
            if refused.status == 403:
                raise PermissionDenied(refused.sentence) from refused
            messages.error(request, refused.sentence)
            return redirect("worklist:queue")

    return cast(View[P], answer)
