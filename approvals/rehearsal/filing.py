"""Files an application with a program's sample answers, as a person would, through the services."""

from __future__ import annotations

import copy
import io
import uuid
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from approvals.applications import services
from approvals.applications.models import Application
from approvals.programs.form_schema import slots_of
from approvals.programs.models import Program
from organizations.models import Organ, User


@lru_cache(maxsize=32)
def _sample_file(city: str, code: str) -> dict[str, Any]:
    path = settings.POLICIES_DIR / city / "samples" / f"{code}.yaml"
    found: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - our own file; BaseLoader makes nothing but texts
    return found


def sample_answers(program: Program, serial: int) -> dict[str, Any]:
    """The sample answers of the pack; `{n}` becomes a number of its own, so that no two cases share
    an invoice or a contract."""
    sample: dict[str, Any] = copy.deepcopy(_sample_file(program.city, program.code)["answers"])
    return {key: _numbered(answer, serial) for key, answer in sample.items()}


def _numbered(value: Any, serial: int) -> Any:
    if isinstance(value, dict):
        return {key: _numbered(entry, serial) for key, entry in value.items()}
    if isinstance(value, list):
        return [_numbered(entry, serial) for entry in value]
    if value in {"true", "false"}:
        return value == "true"
    return str(value).replace("{n}", f"{serial:06d}")


def applicant_kind(program: Program) -> str:
    """The kind of organization that may apply, the first the program names."""
    return str(program.content["applicants"]["kinds"][0])


@lru_cache(maxsize=1)
def sample_pdf() -> bytes:
    """A small valid PDF: a sheet of A4 without text."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": "样张"})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def draft(program: Program, organ: Organ, by: User) -> Application:
    """A draft with sample answers and one file in every required slot."""
    application = services.create_draft(program, organ, by)
    answers = sample_answers(program, application.pk)
    services.save_draft(application, by=by, data=answers)
    for slot in slots_of(program.content):
        if slot.required:
            upload = SimpleUploadedFile(
                f"{slot.label}（样张）.pdf", sample_pdf(), "application/pdf"
            )
            services.attach(application, slot=slot.key, upload=upload, by=by)
    application.refresh_from_db()
    return application


def submit(application: Application, by: User) -> Application:
    """Files the draft."""
    return services.submit(application, by=by, key=uuid.uuid4().hex)
