"""Files of the material list: handed in while drafting, or for the slots a reviewer named."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import WrongStateError
from approvals.applications.files.inspection import Inspected, inspect
from approvals.applications.files.refusal import FileRefusedError
from approvals.applications.files.storage import store
from approvals.applications.models import (
    OPEN_REQUEST,
    Application,
    Attachment,
    CorrectionRequest,
    DeferredItem,
)
from approvals.applications.rights import require_member
from approvals.applications.services.locking import locked
from approvals.programs.form_schema import AttachmentSlot, slots_of
from journal.services import record
from organizations.models import User

FILES_A_SLOT = 20
QUOTA_BYTES = 300 * 1024 * 1024
"""All live files of one application together."""


def attach(
    application: Application, *, slot: str, upload: UploadedFile[Any], by: User
) -> Attachment:
    """Inspects, stores and records one file; raises FileRefusedError with the way out.

    The file is read and written before the transaction: a slow disk must not hold the case.
    """
    require_member(by, application.applicant_id)
    wanted = _slot(application, slot)
    if upload.file is None or upload.name is None or upload.size is None:
        raise FileRefusedError("missing", _("没有收到文件，请重新选择后上传。"))
    stream = cast(BinaryIO, upload.file)
    seen = inspect(
        stream,
        name=upload.name,
        size=upload.size,
        types=wanted.types,
        max_bytes=min(wanted.max_mb * 1024 * 1024, settings.ATTACHMENT_MAX_BYTES),
    )
    path = store(stream, seen.sha256)
    return _record_file(application, wanted, seen, path, by)


def _slot(application: Application, key: str) -> AttachmentSlot:
    for slot in slots_of(application.program.content):
        if slot.key == key:
            return slot
    raise FileRefusedError("unknown_slot", _("材料清单中没有这一项，请刷新页面后重试。"))


@transaction.atomic
def _record_file(
    application: Application, slot: AttachmentSlot, seen: Inspected, path: str, by: User
) -> Attachment:
    case = locked(application.pk)
    require_member(by, case.applicant_id)
    version = _writable_version(case, slot.key)
    live = Attachment.objects.filter(application=case, removed_at=None)
    known = live.filter(slot=slot.key, sha256=seen.sha256).first()
    if known is not None:
        return known  # the same file sent twice
    _check_room(case, slot, seen)
    attachment = Attachment.objects.create(
        application=case,
        slot=slot.key,
        name=seen.name,
        size=seen.size,
        sha256=seen.sha256,
        media_type=seen.media_type,
        path=path,
        uploaded_by=by,
        uploaded_at=clock.now(),
        version=version,
    )
    record(
        case.stream,
        "file_attached",
        actor=by,
        data={"slot": slot.key, "name": seen.name, "sha256": seen.sha256, "size": seen.size},
    )
    return attachment


def _check_room(case: Application, slot: AttachmentSlot, seen: Inspected) -> None:
    live = Attachment.objects.filter(application=case, removed_at=None)
    in_slot = live.filter(slot=slot.key).count()
    if in_slot >= (FILES_A_SLOT if slot.many else 1):
        message = (
            _("该项材料最多 %(most)s 个文件，请先移除不需要的文件。") % {"most": FILES_A_SLOT}
            if slot.many
            else _("该项材料只收一个文件，请先移除原文件再上传新的。")
        )
        raise FileRefusedError("slot_full", message)
    used = live.aggregate(total=Sum("size"))["total"] or 0
    if used + seen.size > QUOTA_BYTES:
        raise FileRefusedError("quota", _("本申请的文件总量已达上限 300 MB，请压缩后上传。"))


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User) -> Attachment:
    """Takes a file off the list; row and bytes stay, for what was filed must be provable."""
    case = locked(attachment.application_id)
    require_member(by, case.applicant_id)
    version = _writable_version(case, attachment.slot)
    current = Attachment.objects.select_for_update().get(pk=attachment.pk)
    if current.removed_at is not None:
        return current
    current.removed_at = clock.now()
    current.removed_version = version
    current.save(update_fields=["removed_at", "removed_version"])
    record(
        case.stream,
        "file_removed",
        actor=by,
        data={"slot": current.slot, "name": current.name, "sha256": current.sha256},
    )
    return current


def _writable_version(case: Application, slot: str) -> int:
    """The material version a change of this slot belongs to; WrongStateError when it is closed."""
    if case.is_draft:
        return case.version
    if not case.is_closed and slot in _open_slots(case):
        return case.version + 1
    raise WrongStateError(
        _("申请已提交，该项材料现在不能更改；只有告知中列明的、或者容缺待补的材料可以更换。")
    )


def _open_slots(case: Application) -> set[str]:
    """What a reviewer named and what is still to be handed in (容缺); two queries."""
    asked = CorrectionRequest.objects.filter(OPEN_REQUEST, application=case).first()
    named = {item["slot"] for item in asked.items if item.get("slot")} if asked else set()
    deferred = DeferredItem.objects.filter(application=case, cured_at=None, cancelled_at=None)
    return named | set(deferred.values_list("slot", flat=True))
