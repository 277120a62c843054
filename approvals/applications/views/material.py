"""The material list: upload, remove, download."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.applications.files.inspection import extensions
from approvals.applications.files.refusal import FileRefusedError
from approvals.applications.files.storage import FileDamagedError, read
from approvals.applications.models import Application, Attachment
from approvals.applications.selectors import (
    case_for,
    filed_attachments,
    is_own,
    live_attachments,
    open_correction,
    own_case,
)
from approvals.applications.services import attach, remove_attachment
from approvals.applications.services.corrections import open_slots
from approvals.applications.services.curing import open_items
from approvals.applications.supervision import record_reading
from approvals.applications.views.drafting import section_entries
from approvals.applications.views.frame import PersonRequest, for_people
from approvals.programs.form_schema import AttachmentSlot, slots_of


@dataclass(frozen=True, slots=True)
class SlotEntry:
    """One entry of the material list on the page."""

    slot: AttachmentSlot
    files: tuple[Attachment, ...]
    accept: str
    room: bool
    error: str

    @property
    def max_bytes(self) -> int:
        """The size limit for the script that warns before the upload."""
        return self.slot.max_mb * 1024 * 1024


def slot_entries(
    case: Application,
    *,
    only: frozenset[str] | None = None,
    errors: dict[str, str] | None = None,
) -> list[SlotEntry]:
    """The material list with what is there; one query."""
    files = live_attachments(case)
    entries = []
    for slot in slots_of(case.program.content):
        if only is not None and slot.key not in only:
            continue
        here = tuple(entry for entry in files if entry.slot == slot.key)
        accept = ",".join(extensions(slot.types))
        room = slot.many or not here
        entries.append(SlotEntry(slot, here, accept, room, (errors or {}).get(slot.key, "")))
    return entries


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def files(request: PersonRequest, pk: int) -> HttpResponse:
    """The material list of a draft, or the named slots of a correction."""
    case = own_case(request.user, pk)
    only = _open_slots(case)
    if only is not None and not only:
        return redirect("applications:case", pk=pk)
    errors: dict[str, str] = {}
    if request.method == "POST":
        slot = request.POST.get("slot", "")
        errors = _upload(request, case, slot)
        if not errors:
            return redirect(_page_of(case, slot), pk=pk)
    context = {
        "application": case,
        "entries": section_entries(case, "files") if case.is_draft else [],
        "slots": slot_entries(case, only=only, errors=errors),
        "errors": errors,
        "correcting": open_correction(case) is not None,
    }
    return render(request, "applications/files.html", context, status=422 if errors else 200)


def _open_slots(case: Application) -> frozenset[str] | None:
    """None: every slot (draft); else those of the open correction and those still to be handed in
    (容缺), empty when there are none."""
    if case.is_draft:
        return None
    correction = open_correction(case)
    named = open_slots(correction) if correction is not None else frozenset()
    deferred = () if case.is_closed else open_items(case)
    return named | {item.slot for item in deferred}


def _page_of(case: Application, slot: str) -> str:
    """Where a file of this slot is handed in: the draft's list, the correction, the status page."""
    if case.is_draft:
        return "applications:files"
    correction = open_correction(case)
    if correction is not None and slot in open_slots(correction):
        return "applications:correct"
    return "applications:case"


def _upload(request: PersonRequest, case: Application, slot: str) -> dict[str, str]:
    """Takes every file of the form; the good ones stay when another is refused."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        return {slot: _("请先选择文件，再点“上传”。")}
    refusals = []
    for upload in uploads:
        try:
            attach(case, slot=slot, upload=upload, by=request.user)
        except FileRefusedError as refusal:
            refusals.append(f"{upload.name}：{refusal.message}")
    if not refusals:
        messages.success(request, _("文件已上传。"))
        return {}
    return {slot: " ".join(refusals)}


@require_POST
@for_people
def remove(request: PersonRequest, pk: int, attachment_pk: int) -> HttpResponse:
    """Takes one file off the list."""
    case = own_case(request.user, pk)
    attachment = next((a for a in live_attachments(case) if a.pk == attachment_pk), None)
    if attachment is None:
        raise Http404
    remove_attachment(attachment, by=request.user)
    messages.success(request, _("文件已移除。"))
    return redirect(_page_of(case, attachment.slot), pk=pk)


@require_safe
@for_people
def download(request: PersonRequest, pk: int, attachment_pk: int) -> HttpResponseBase:
    """One file for anybody who may read the case; strangers get the 404 of a missing case."""
    case = case_for(request.user, pk)
    shown = live_attachments(case) if is_own(request.user, case) else filed_attachments(case)
    attachment = next((a for a in shown if a.pk == attachment_pk), None)
    if attachment is None:
        raise Http404
    with transaction.atomic():
        record_reading(case, request.user, file=attachment.name)
    try:
        content = read(attachment.path, attachment.sha256)
    except FileDamagedError:
        context = {"attachment": attachment}
        return render(request, "applications/damaged.html", context, status=410)
    return _as_download(attachment, content)


def _as_download(attachment: Attachment, content: bytes) -> HttpResponseBase:
    """Attachment disposition with an RFC 6266 name, never sniffed, never run in our origin."""
    answer = FileResponse(
        io.BytesIO(content),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
