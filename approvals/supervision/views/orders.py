"""Supervision orders: list, new one, one order with answer and check."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.applications.models import Application
from approvals.applications.selectors import case_for
from approvals.applications.supervision import record_reading
from approvals.applications.views.acting import acted
from approvals.applications.views.frame import PersonRequest, for_people, new_key, posted_key
from approvals.supervision import selectors, services
from approvals.supervision.forms import CheckForm, OrderForm, ReplyForm
from approvals.supervision.levels import Level
from approvals.supervision.models import SupervisionOrder
from approvals.supervision.orders import subject_words
from approvals.supervision.sight import may_close, may_reply, order_for
from organizations.permissions import Permission, cities_where
from workflows.errors import NotAllowed

_DIGITS = 18


@require_safe
@for_people
def order_list(request: PersonRequest) -> HttpResponse:
    """Orders of the cities I supervise and those my organ must answer."""
    state, level = request.GET.get("state", ""), request.GET.get("level", "")
    state = state if state in selectors.STATES else ""
    level = level if level in Level else ""
    after = _number(request.GET.get("after", "")) or None
    page = selectors.order_page(request.user, state=state, level=level, after=after)
    filters = {**({"state": state} if state else {}), **({"level": level} if level else {})}
    following = {**filters, "after": str(page.after)} if page.after else None
    context = {
        "rows": page.rows,
        "state": state,
        "level": level,
        "levels": Level.choices,
        "supervises": bool(cities_where(request.user, Permission.SUPERVISE_CASE)),
        "next_url": f"?{urlencode(following)}" if following else "",
        "first_url": f"{request.path}?{urlencode(filters)}" if after else "",
        "tab": "orders",
    }
    return render(request, "supervision/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def new_order(request: PersonRequest) -> HttpResponse:
    """A new order; with `case` about a case the supervisor reads."""
    cities = cities_where(request.user, Permission.SUPERVISE_CASE)
    if not cities:
        raise NotAllowed(_("只有监督人员和科技局负责人可以发出督办。"))
    case = _case(request)
    form = OrderForm(cities, case, request.POST if request.method == "POST" else None)

    def issue() -> SupervisionOrder:
        given = form.cleaned_data
        return services.open_order(
            actor=request.user,
            key=posted_key(request),
            level=Level(given["level"]),
            organ=given["organ"],
            demand=given["demand"],
            due_on=given["due_on"],
            application_pk=case.pk if case is not None else None,
            target=given.get("target", ""),
        )

    issued = acted(form, issue)
    if issued is not None:
        messages.success(request, _("督办单已发出。"))
        return redirect("supervision:order", pk=issued.pk)
    context = {
        "form": form,
        "case": case,
        "key": posted_key(request) if form.is_bound else new_key(),
    }
    return render(request, "supervision/new.html", context, status=422 if form.is_bound else 200)


@require_safe
@for_people
def order(request: PersonRequest, pk: int) -> HttpResponse:
    """One order: what is demanded, what was answered, what came of it."""
    found = order_for(request.user, pk)
    if found.application is not None:
        with transaction.atomic():
            record_reading(found.application, request.user)
    return _page(request, found)


@require_POST
@for_people
def reply(request: PersonRequest, pk: int) -> HttpResponse:
    """The addressee's written answer."""
    found, form = order_for(request.user, pk), ReplyForm(request.POST)
    filled = form.is_valid()

    def answer() -> SupervisionOrder:
        reason = form.cleaned_data["reason"]
        return services.reply(pk, actor=request.user, key=posted_key(request), reason=reason)

    if acted(form, answer) is not None:
        messages.success(request, _("答复已提交，等待核查。"))
        return redirect("supervision:order", pk=pk)
    if not filled and not may_reply(request.user, found):
        raise NotAllowed(_("只有被督办机构的在岗人员可以答复。"))
    return _page(request, found, reply_form=form, status=422)


@require_POST
@for_people
def check(request: PersonRequest, pk: int) -> HttpResponse:
    """The issuer closes the order (销号), or asks again."""
    found, insists = order_for(request.user, pk), bool(request.POST.get("insist"))
    form = CheckForm(request.POST, insists=insists)
    filled = form.is_valid()

    def settle() -> SupervisionOrder:
        given = form.cleaned_data
        told: dict[str, Any] = {
            "actor": request.user,
            "key": posted_key(request),
            "reason": given["reason"],
        }
        if insists:
            return services.insist(pk, due_on=given["due_on"], **told)
        return services.close_order(pk, **told)

    if acted(form, settle) is not None:
        messages.success(request, _("已退回重报。") if insists else _("督办已销号。"))
        return redirect("supervision:order", pk=pk)
    if not filled and not may_close(request.user, found):
        raise NotAllowed(_("只有督办的发出人可以核查和销号。"))
    return _page(request, found, check_form=form, status=422)


def _page(
    request: PersonRequest,
    found: SupervisionOrder,
    *,
    reply_form: ReplyForm | None = None,
    check_form: CheckForm | None = None,
    status: int = 200,
) -> HttpResponse:
    still_open = found.closed_at is None
    replies = still_open and may_reply(request.user, found)
    checks = still_open and found.answered and may_close(request.user, found)
    context: dict[str, Any] = {
        "order": found,
        "row": selectors.order_rows([found])[0],
        "what": subject_words(found),
        "entries": found.entries.select_related("by"),
        "reply_form": reply_form or (ReplyForm() if replies else None),
        "check_form": check_form or (CheckForm() if checks else None),
        "key": posted_key(request) if status == 422 else new_key(),
    }
    return render(request, "supervision/order.html", context, status=status)


def _case(request: PersonRequest) -> Application | None:
    """The case named by the address or the form; Http404 when he does not read it."""
    named = request.POST.get("case", "") or request.GET.get("case", "")
    return case_for(request.user, _number(named)) if named else None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0
