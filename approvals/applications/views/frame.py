"""What the applicant's views share: who asks, and how a refusal is told."""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from approvals.applications.errors import ApplicationActError
from organizations.models import User
from workflows.errors import OperationError

P = ParamSpec("P")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


class PersonRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User


def for_people(
    view: Callable[Concatenate[PersonRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Asks for log-in, and turns refusals of the services into a page that says the way out."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(cast(PersonRequest, request), *args, **kwargs)
        except (ApplicationActError, OperationError) as refusal:
            return refused(request, refusal)

    return cast(Callable[Concatenate[HttpRequest, P], HttpResponseBase], login_required(answer))


def refused(request: HttpRequest, refusal: ApplicationActError | OperationError) -> HttpResponse:
    """The refusal with its status; what may not be seen is a 404 like any other."""
    if refusal.status == 404:
        raise Http404
    context: dict[str, Any] = {"refusal": refusal, "back": back_address(request)}
    return render(request, "applications/refused.html", context, status=refusal.status)


def back_address(request: HttpRequest) -> str:
    """The page the refused act belongs to: the address without its last step."""
    parts = request.path.rstrip("/").split("/")
    return "/".join(parts[:3]) + "/" if len(parts) > 3 and parts[2].isdigit() else "/applications/"


def new_key() -> str:
    """An idempotency key for the form on this page: pressed twice, it acts once."""
    return uuid.uuid4().hex


def posted_key(request: HttpRequest) -> str:
    """The key of the posted form; one that no page of ours made is replaced by a fresh one."""
    given = request.POST.get("key", "")
    return given if _KEY.fullmatch(given) else new_key()
