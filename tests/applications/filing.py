"""Makes people, files and a complete J03 application for the tests of this folder."""

from __future__ import annotations

import io
import itertools
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

from approvals.applications import services
from approvals.applications.models import Application
from organizations.applicants import register_applicant
from organizations.credit_code import check_digit
from organizations.models import Membership, Organ, User

CITY = "jiaxing"
_codes = itertools.count(1)


def pdf_bytes(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def png_bytes(width: int = 4, height: int = 4) -> bytes:
    stream = io.BytesIO()
    Image.new("1", (width, height)).save(stream, "PNG")
    return stream.getvalue()


def upload(name: str = "营业执照.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes() if content is None else content)


def credit_code() -> str:
    stem = f"91330400MA{next(_codes):07d}"
    return stem + check_digit(stem)


def complete_answers() -> dict[str, Any]:
    return {
        "incubator_name": "样例科技企业孵化器",
        "legal_person": True,
        "operation_started": "2022-05-01",
        "incubator_type": "general",
        "industry": "集成电路",
        "ownership": "private",
        "area": "6200.00",
        "incubation_area": "5100.00",
        "tenure": "own",
        "lease_years": None,
        "bases": [{"address": "南湖区示例路1号", "area": "6200.00", "until": None}],
        "staff": 8,
        "college_staff": 7,
        "incubation_staff": 4,
        "head_name": "样例人",
        "head_full_time": True,
        "mentors": 12,
        "firms": 26,
        "graduates": 9,
        "firm_list": [],
        "entry_rules": True,
        "graduation_rules": True,
        "exit_rules": True,
        "services": "有公共技术平台和导师辅导。",
    }


def organ(key: str, city: str = CITY) -> Organ:
    return Organ.objects.get(city=city, key=key)


def person(username: str, role: str, place: Organ) -> User:
    user = User.objects.create_user(username, "样例口令-1", name=f"样例{username}")
    Membership.objects.create(user=user, organ=place, role=role, valid_from=date(2020, 1, 1))
    return user


def enterprise(name: str, county: str = "nanhu", **profile: Any) -> Organ:
    return register_applicant(
        city=CITY,
        name=name,
        credit_code=credit_code(),
        kind="incubator",
        county=organ(county),
        by=None,
        legal_representative="样例法人",
        **profile,
    ).organ


SLOTS = ("licence", "premises", "staff_list", "firm_proof", "rules_text")


def fill(draft: Application, by: User) -> Application:
    for slot in SLOTS:
        services.attach(draft, slot=slot, upload=upload(f"{slot}.pdf"), by=by)
    return services.save_draft(draft, by=by, data=complete_answers())
