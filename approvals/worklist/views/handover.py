"""Pages of 交接 (a leaver's seats) and 代理 (who stands in for me)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

import clock
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from approvals.worklist import handing
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.views.refusal import telling
from organizations.agencies import (
    agencies_given,
    agencies_held,
    deputable_roles,
    end_agency,
    name_agent,
    possible_agents,
)
from organizations.errors import RuleError
from organizations.models import Agency, User
from organizations.roles import Role

_FIELDS = ("agent", "scope", "valid_from", "valid_to", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
@telling
def handover(request: PersonRequest) -> HttpResponse:
    """Who leaves, who takes over; the dry run; a POST does it and shows each seat's result."""
    reach = handing.reach_of(request.user)
    given = request.POST if request.method == "POST" else request.GET
    people = {person.pk: person for person in reach.people()}
    principal = people.get(_number(given.get("principal")))
    to = people.get(_number(given.get("to")))
    program = _number(given.get("program")) or None
    held = handing.seats_within(reach, principal) if principal is not None else []
    context: dict[str, Any] = {
        "people": list(people.values()),
        "principal": principal,
        "to": to,
        "program": program,
        "programs": handing.programs_of(held),
        "shows_names": not reach.cities,
        "key": posted_key(request) if request.method == "POST" else new_key(),
        "reason": given.get("reason", ""),
    }
    status = 200
    if request.method == "POST" and principal is not None and to is not None:
        chosen = [number for text in given.getlist("task") if (number := _number(text))]
        status = _hand_over(reach, principal, to, chosen, context)
    if "results" not in context:
        seats = handing.of_program(held, program)
        context["seats"] = handing.tried(reach, seats, to) if to is not None else seats
    return render(request, "worklist/handover.html", context, status=status)


def _hand_over(
    reach: handing.Reach, principal: User, to: User, chosen: list[int], context: dict[str, Any]
) -> int:
    """The results, or why nothing was done; the answer's status."""
    try:
        context["results"] = handing.hand_over(
            reach,
            principal=principal,
            to=to,
            key=context["key"],
            reason=context["reason"],
            task_ids=chosen,
        )
    except WorklistRefused as refused:
        context["refused"] = refused.sentence
        return refused.status
    return 200


def _number(text: str | None) -> int:
    """0 for what is no number of ours."""
    fits = text is not None and text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if fits and text is not None else 0


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def agents(request: PersonRequest) -> HttpResponse:
    """Who stands in for me, for whom I stand in; a POST names an agent."""
    user = request.user
    given, fault = request.POST, {}
    if request.method == "POST":
        try:
            _name(user, request)
        except RuleError as refusal:
            fault = {"field": refusal.field, "sentence": str(refusal)}
        else:
            messages.success(request, _("已登记代理人。"))
            return redirect("worklist:agents")
    context = {
        "given": agencies_given(user),
        "held": agencies_held(user),
        "people": possible_agents(user),
        "roles": [(role, Role(role).label) for role in deputable_roles(user)],
        "form": {name: given.get(name, "") for name in _FIELDS},
        "fault": fault,
        "today": clock.today(),
    }
    return render(request, "worklist/agents.html", context, status=422 if fault else 200)


def _name(user: User, request: PersonRequest) -> Agency:
    given = request.POST
    agent = User.objects.filter(pk=_number(given.get("agent"))).first()
    if agent is None:
        raise RuleError("agent", "missing", _("请选择代理人"))
    return name_agent(
        user,
        agent,
        valid_from=_day(given.get("valid_from", ""), "valid_from"),
        valid_to=_day(given.get("valid_to", ""), "valid_to"),
        reason=given.get("reason", "").replace("\x00", "")[:200],
        scope=given.get("scope", ""),
        by=user,
    )


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RuleError(name, "no_day", _("请填写日期，例如 2026-12-31")) from None


@require_POST
@for_people
def end_agent(request: PersonRequest, pk: int) -> HttpResponse:
    """One's own agency ends today."""
    agency = Agency.objects.filter(pk=pk, principal=request.user).first()
    if agency is None:
        raise Http404
    end_agency(agency, by=request.user)
    messages.success(request, _("代理已终止。"))
    return redirect("worklist:agents")
