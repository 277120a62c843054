"""Recording a visit on the spot, with its photographs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.acts import already_done, remember
from approvals.applications.errors import WrongStateError
from approvals.applications.files.inspection import Inspected, inspect
from approvals.applications.files.storage import store
from approvals.applications.models import Application
from approvals.inquiries import papers
from approvals.inquiries.gate import seat_of
from approvals.inquiries.models import SiteCheck, SitePhoto
from journal.services import record
from organizations.models import User

CHECKERS = 2
"""Fewest people on a visit."""
PHOTOS = 12
PHOTO_BYTES = 15 * 1024 * 1024
PHOTO_TYPES = ("jpg", "png")


@dataclass(frozen=True, slots=True)
class Visit:
    """What the form says; `findings` as the model keeps them."""

    checked_on: date
    place: str
    checkers: tuple[str, ...]
    present: str
    findings: Sequence[Mapping[str, Any]]
    conclusion: str

    def as_payload(self) -> dict[str, Any]:
        """JSON for the idempotency key."""
        return {
            "checked_on": self.checked_on.isoformat(),
            "place": self.place,
            "checkers": list(self.checkers),
            "present": self.present,
            "findings": [dict(row) for row in self.findings],
            "conclusion": self.conclusion,
        }


def inspected(uploads: Sequence[UploadedFile[Any]]) -> list[tuple[Inspected, str]]:
    """Looks into the photographs and stores their bytes, before the case is locked.

    Raises FileRefusedError for the first that is no picture of the kinds taken.
    """
    if len(uploads) > PHOTOS:
        raise WrongStateError(_("一次核查最多上传 %(most)s 张照片。") % {"most": PHOTOS})
    found = []
    for upload in uploads:
        stream = cast(BinaryIO, upload.file)
        seen = inspect(
            stream,
            name=upload.name or "",
            size=upload.size or 0,
            types=PHOTO_TYPES,
            max_bytes=PHOTO_BYTES,
        )
        found.append((seen, store(stream, seen.sha256)))
    return found


@transaction.atomic
def record_site_check(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    visit: Visit,
    photos: Sequence[tuple[Inspected, str]] = (),
) -> SiteCheck:
    """Writes the record down for good. Raises OperationError of the engine, WrongStateError."""
    seat = seat_of(task_id, actor=actor, key=key, expected_version=expected_version)
    case = seat.application
    payload = {**visit.as_payload(), "photos": [seen.sha256 for seen, _path in photos]}
    if already_done(case, key, "site_check", payload):
        return SiteCheck.objects.get(application=case, key=key)
    _check_visit(case, visit)
    check = SiteCheck(
        application=case,
        key=key,
        task_id=task_id,
        organ=seat.organ,
        recorded_by=actor,
        checked_on=visit.checked_on,
        place=visit.place,
        checkers=list(visit.checkers),
        present=visit.present,
        findings=[dict(row) for row in visit.findings],
        conclusion=visit.conclusion,
        material_version=case.version,
        recorded_at=clock.now(),
    )
    check.save()
    SitePhoto.objects.bulk_create(
        SitePhoto(
            visit=check,
            name=seen.name,
            sha256=seen.sha256,
            path=path,
            media_type=seen.media_type,
            size=seen.size,
        )
        for seen, path in photos
    )
    papers.site_record(check, by=actor)
    remember(case, key, "site_check", payload)
    record(case.stream, "site_checked", actor=actor, data={"check": check.pk, **payload})
    return check


def _check_visit(case: Application, visit: Visit) -> None:
    received = case.submitted_at
    if visit.checked_on > clock.today():
        raise WrongStateError(_("核查日期不能晚于今天。"))
    if received is not None and visit.checked_on < received.astimezone(clock.BEIJING).date():
        raise WrongStateError(_("核查日期不能早于申请提交之日。"))
    if len(set(visit.checkers)) < CHECKERS:
        raise WrongStateError(_("现场核查至少由两人进行，请填写每位核查人员的姓名。"))
