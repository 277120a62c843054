"""Log-in by two doors, log-out by POST."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from journal.services import record
from organizations.demo import demo_accounts, demo_password
from organizations.doors import STAFF_DOORS, Door, doors_of, way_out
from organizations.forms import LogInForm, StaffLogInForm
from organizations.models import User
from organizations.positions import positions


@require_GET
@never_cache
def choose_door(request: HttpRequest) -> HttpResponse:
    """Which door? Somebody already inside is sent on."""
    target = _target(request)
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    return render(request, "organizations/doors.html", {"next": target})


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
def applicant_door(request: HttpRequest) -> HttpResponse:
    """领军人才企业/孵化机构登录."""
    form = LogInForm(request.POST or None, initial=_demo_name(request))
    return _door(request, form, frozenset({Door.APPLICANT}), "organizations/applicant_door.html")


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password")
def staff_door(request: HttpRequest) -> HttpResponse:
    """管理用户登录, with the choice where one belongs."""
    form = StaffLogInForm(request.POST or None, initial=_demo_name(request))
    return _door(request, form, frozenset(STAFF_DOORS), "organizations/staff_door.html")


def _demo_name(request: HttpRequest) -> dict[str, str]:
    """In the demonstration a link of the list of accounts fills in the user name."""
    return {"username": request.GET.get("as", "")[:60]} if settings.DEMO_MODE else {}


def _door(
    request: HttpRequest, form: LogInForm, doors: frozenset[Door], template: str
) -> HttpResponse:
    target = _target(request)
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    if request.method == "POST" and form.is_valid() and _enter(request, form):
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    context = {
        "form": form,
        "next": target,
        "demo_accounts": demo_accounts(doors),
        "demo_password": demo_password(),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _enter(request: HttpRequest, form: LogInForm) -> bool:
    """Lets the person in, or puts the reason into the form. Whether an account exists, is closed or
    has another password, the answer is the same; the door is spoken of only after the password."""
    credentials = {name: form.cleaned_data[name] for name in ("username", "password")}
    user = authenticate(request, **credentials)
    if not isinstance(user, User):
        form.add_error(None, _("用户名或者密码不正确"))
        return False
    open_doors = doors_of(position.role for position in positions(user))
    if not form.doors & open_doors:
        form.add_error(None, way_out(open_doors, form.doors))
        return False
    with transaction.atomic():
        login(request, user)
        record("system", "logged_in", actor=user, data={"doors": sorted(form.doors & open_doors)})
    return True


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    if isinstance(request.user, User):
        with transaction.atomic():
            record("system", "logged_out", actor=request.user)
            logout(request)
    return redirect("log_in")


def _target(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is an address of this house."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""
