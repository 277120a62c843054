"""Hand-over and proof of service (送达登记, 送达回证)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from documents import desk_papers, files
from documents.print_room import acts, selectors, serving, slips, terms
from documents.print_room.errors import Refused
from documents.print_room.forms import HandOverForm, ProofForm
from documents.print_room.models import Delivery
from documents.rendering.errors import RenderingError
from documents.views import access
from organizations.permissions import Permission

_TABS = {
    "under_way": gettext_lazy("待回证"),
    "overdue": gettext_lazy("逾期无回证"),
    "ended": gettext_lazy("已有结果"),
}


@require_GET
@login_required
def deliveries(request: HttpRequest) -> HttpResponse:
    """送达登记: what is under way, overdue, ended."""
    cities = access.cities_of(request, Permission.PRINT_DOCUMENT)
    tab = request.GET.get("tab", "under_way")
    tab = tab if tab in _TABS else "under_way"
    after, limits = access.after(request), terms.limits()
    page = selectors.delivery_page(
        cities, access.person(request), tab=tab, prove_by=limits.prove_by, after=after
    )
    query = {"tab": tab}
    context = {
        "rows": page.rows,
        "tab": tab,
        "tabs": [(key, name, key == tab) for key, name in _TABS.items()],
        "late_before": selectors.day_after(limits.prove_by),
        "within": terms.PROVE_WITHIN,
        "first_url": f"?{urlencode(query)}" if after else "",
        "next_url": f"?{urlencode({**query, 'after': page.after})}" if page.after else "",
    }
    return render(request, "print_room/deliveries.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand copies of a document over to the ticked receivers, or send them."""
    document = access.printable_document(request, pk)
    again = acts.is_known(_key_of(request.POST.get("key", ""), 0))
    ready = selectors.receivers_of(document, served=again)
    form = HandOverForm(request.POST or None, ready=ready)
    if request.method == "POST" and form.is_valid():
        try:
            made = _handed(request, document.pk, form)
        except Refused as refusal:
            form.add_error("receivers" if refusal.field == "recipient" else None, str(refusal))
        else:
            messages.success(request, _("已登记交付 %d 个受送达人") % len(made))
            if len(made) == 1:
                return redirect("documents:delivery", pk=made[0].pk)
            return redirect("documents:print_document", pk=document.pk)
    context = {"document": document, "form": form, "ready": ready, "key": access.new_key()}
    status = 422 if request.method == "POST" else 200
    return render(request, "print_room/hand_over.html", context, status=status)


def _key_of(key: str, place: int) -> str:
    """Of one receiver, out of the form's."""
    return f"{key[:56]}-{place}"


@transaction.atomic
def _handed(request: HttpRequest, document_id: int, form: HandOverForm) -> list[Delivery]:
    """All ticked receivers or none; each has a key of its own out of the form's."""
    key, by = access.posted_key(request), access.person(request)
    return [
        serving.hand_over(
            document_id,
            purpose=one.purpose,
            recipient=one.recipient,
            method=form.cleaned_data["method"],
            tracking=form.cleaned_data["tracking"],
            by=by,
            key=_key_of(key, place),
        )
        for place, one in enumerate(form.chosen())
    ]


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    """The hand-over, by the rule of its document."""
    delivery = selectors.delivery_in(access.known_cities(request), access.person(request), pk)
    if delivery is None:
        raise Http404
    access.may_print(request, delivery.document.lead_organ)
    return delivery


@require_http_methods(["GET", "POST"])
@login_required
def delivery_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One hand-over; POST records the proof of service."""
    delivery = _delivery(request, pk)
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            serving.prove(
                delivery.pk, form.proof(), by=access.person(request), key=access.posted_key(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("送达结果已登记"))
            return redirect("documents:delivery", pk=delivery.pk)
    context = {
        "delivery": delivery,
        "document": delivery.document,
        "copies": delivery.copies.order_by("n"),
        "form": form,
        "key": access.new_key(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "print_room/delivery.html", context, status=status)


@require_GET
@login_required
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The slip of service as a PDF."""
    delivery = _delivery(request, pk)
    try:
        pdf = desk_papers.pdf(slips.content_of(delivery))
    except RenderingError as error:
        context = {"reason": str(error), "back": f"/print/deliveries/{pk}/"}
        return render(request, "documents/unavailable.html", context, status=503)
    return files.pdf_response(pdf, slips.title_of(delivery))
