"""The offices' templates: the list, a template's versions, the editor, the second pair of eyes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.applications.errors import ApplicationActError
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.notices import examining, forms, selectors
from approvals.notices.comparing import difference
from approvals.notices.drafts import BLOCK_KINDS, TemplateDraft, draft_of
from approvals.notices.kinds import all_kinds, kind_of
from approvals.notices.models import TemplateVersion
from approvals.notices.services import editing
from documents.files import pdf_response
from documents.rendering.errors import RenderingError
from organizations.models import User
from organizations.permissions import Permission, cities_where


def cities_of(user: User) -> frozenset[str]:
    """The cities whose templates he may read: who edits or approves them; two queries."""
    return cities_where(user, Permission.EDIT_TEMPLATE) | cities_where(
        user, Permission.APPROVE_TEMPLATE
    )


@require_safe
@for_people
def listing(request: PersonRequest) -> HttpResponse:
    """Every template of his cities by kind: the version in force, and what waits."""
    cities = cities_of(request.user)
    if not cities:
        raise PermissionDenied(_("只有文印、承办人员和机关负责人可以查看文书模板。"))
    entries = selectors.templates_in(cities)
    return render(request, "papers/templates.html", {"entries": entries, "kinds": all_kinds()})


@require_safe
@for_people
def history(request: PersonRequest, city: str, key: str) -> HttpResponse:
    """Every version of one template, newest first."""
    current = _in_force(request, city, key)
    context = {
        "template": current,
        "kind": kind_of(current.kind),
        "versions": selectors.versions_of(city, key),
        "may_edit": editing.may_edit(request.user, city),
    }
    return render(request, "papers/history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit(request: PersonRequest, city: str, key: str) -> HttpResponse:
    """The boxes; `act` says whether to look, to check or to propose."""
    current = _in_force(request, city, key)
    if not editing.may_edit(request.user, city):
        raise PermissionDenied(_("只有文印、承办人员可以修改文书模板。"))
    if request.method != "POST":
        return _editor(request, current, current, draft_of(current.content))
    base = selectors.version_of(city, key, request.POST.get("base", "")) or current
    draft = forms.posted(request.POST)
    content = draft.content(base.content)
    act = request.POST.get("act", "check")
    if act == "preview":
        return _preview(request, current, base, draft, content)
    if act != "propose":
        faults = examining.problems(base, content)
        return _editor(request, current, base, draft, faults=faults, checked=True)
    try:
        reason = request.POST.get("reason", "")
        made = editing.propose(base, by=request.user, content=content, reason=reason)
    except editing.OvertakenError as refusal:
        return _editor(request, current, base, draft, overtaken=refusal.detail, status=409)
    except editing.TemplateRefused as refusal:
        return _editor(request, current, base, draft, faults=refusal.faults, status=422)
    except ApplicationActError as refusal:
        faults = [refusal.detail]
        return _editor(request, current, base, draft, faults=faults, status=refusal.status)
    messages.success(request, _("修改已提交，等待另一人批准。"))
    return redirect("notices:version", pk=made.pk)


def _preview(
    request: PersonRequest,
    current: TemplateVersion,
    base: TemplateVersion,
    draft: TemplateDraft,
    content: dict[str, Any],
) -> HttpResponse:
    """The PDF of what stands in the boxes; faults lead back to them."""
    faults = examining.problems(base, content)
    if not faults:
        try:
            return pdf_response(examining.preview(base, content), f"{base.key}.pdf")
        except (RenderingError, ValueError) as error:
            faults = [str(error)]
    return _editor(request, current, base, draft, faults=faults, status=422)


def _editor(
    request: PersonRequest,
    current: TemplateVersion,
    base: TemplateVersion,
    draft: TemplateDraft,
    *,
    faults: list[str] | None = None,
    overtaken: str = "",
    checked: bool = False,
    status: int = 200,
) -> HttpResponse:
    kind = kind_of(base.kind)
    context = {
        "template": base,
        "current": current,
        "kind": kind,
        "draft": draft,
        "boxes": forms.boxes(draft.blocks, "body"),
        "annexes": forms.annex_boxes(draft),
        "block_kinds": [(name, forms.LABELS[name]) for name in BLOCK_KINDS],
        "fields": examining.names_for(base).items(),
        "tables": kind.rows,
        "faults": faults or [],
        "overtaken": overtaken,
        "since": difference(base.content, current.content) if overtaken else (),
        "waiting": editing.open_proposal(base.city, base.key),
        "checked": checked,
        "reason": request.POST.get("reason", ""),
    }
    name = "papers/_faults.html" if request.headers.get("HX-Request") else "papers/edit.html"
    return render(request, name, context, status=200 if name.startswith("papers/_") else status)


@require_safe
@for_people
def version(request: PersonRequest, pk: int) -> HttpResponse:
    """One version: its words, what it changes, who wrote and who settled it."""
    found = _version(request, pk)
    waits = found.state == TemplateVersion.State.PROPOSED
    own = found.author_id == request.user.pk
    context = {
        "version": found,
        "kind": kind_of(found.kind),
        "draft": draft_of(found.content),
        "labels": {name: str(label) for name, label in forms.LABELS.items()},
        "lines": difference(found.base.content, found.content) if found.base else (),
        "may_settle": waits and not own and editing.may_approve(request.user, found.city),
        "may_withdraw": waits and own,
        "may_revert": _old(found) and editing.may_edit(request.user, found.city),
    }
    return render(request, "papers/version.html", context)


def _old(found: TemplateVersion) -> bool:
    """Was in force, and is not now."""
    if found.state != TemplateVersion.State.IN_FORCE:
        return False
    current = selectors.in_force(found.city, found.key)
    return current is not None and current.pk != found.pk


@require_safe
@for_people
def version_pdf(request: PersonRequest, pk: int) -> HttpResponse:
    """The very page of a version, with sample facts."""
    found = _version(request, pk)
    try:
        return pdf_response(examining.preview(found, found.content), f"{found.key}.pdf")
    except (RenderingError, ValueError, ApplicationActError) as error:
        raise Http404 from error


@require_POST
@for_people
def settle(request: PersonRequest, pk: int) -> HttpResponse:
    """A second person puts the wording in force, or declines it; its author takes it back."""
    found = _version(request, pk)
    act, answer = request.POST.get("act", ""), request.POST.get("answer", "")
    if act == "withdraw":
        editing.withdraw(found, by=request.user)
        messages.success(request, _("修改已撤回。"))
    else:
        editing.settle(found, by=request.user, approve=act == "approve", answer=answer)
        said = _("新版已启用。") if act == "approve" else _("已退回修改人。")
        messages.success(request, said)
    return redirect("notices:version", pk=pk)


@require_POST
@for_people
def revert(request: PersonRequest, pk: int) -> HttpResponse:
    """Proposes an old wording again, as a new version."""
    found = _version(request, pk)
    made = editing.revert(found, by=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("已提出恢复旧版，等待另一人批准。"))
    return redirect("notices:version", pk=made.pk)


def _in_force(request: PersonRequest, city: str, key: str) -> TemplateVersion:
    """404 for whoever has no business with this city's templates, as for one that is not."""
    if city not in cities_of(request.user):
        raise Http404
    current = selectors.in_force(city, key)
    if current is None:
        raise Http404
    return current


def _version(request: PersonRequest, pk: int) -> TemplateVersion:
    rows = TemplateVersion.objects.select_related("base", "author", "settled_by")
    found = rows.filter(pk=pk, city__in=cities_of(request.user)).first()
    if found is None:
        raise Http404
    return found
