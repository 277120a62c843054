"""An applicant and her rival, the people along the way, and a complete J03 application."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

import clock
from approvals.applications import services
from approvals.applications.models import Application
from approvals.programs.models import Program
from approvals.programs.selectors import program_for
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


@pytest.fixture
def program(db) -> Program:
    found = program_for(CITY, "J03", clock.today())
    assert found is not None
    return found


@pytest.fixture
def incubator(db) -> Organ:
    return enterprise("样例孵化器有限公司")


@pytest.fixture
def applicant(incubator) -> User:
    return person("applicant", "applicant", incubator)


@pytest.fixture
def rival(db) -> User:
    return person("rival", "applicant", enterprise("另一样例孵化器有限公司"))


@pytest.fixture
def county_officer(db) -> User:
    return person("county", "county_officer", organ("nanhu"))


@pytest.fixture
def other_county_officer(db) -> User:
    return person("othercounty", "county_officer", organ("xiuzhou"))


@pytest.fixture
def intake(db) -> User:
    return person("intake", "intake", organ("science_bureau"))


@pytest.fixture
def printer(db) -> User:
    return person("printer", "printing_office", organ("printing_office"))


@pytest.fixture
def draft(program, incubator, applicant) -> Application:
    return services.create_draft(program, incubator, applicant)


SLOTS = ("licence", "premises", "staff_list", "firm_proof", "rules_text")


def fill(draft: Application, by: User) -> Application:
    for slot in SLOTS:
        services.attach(draft, slot=slot, upload=upload(f"{slot}.pdf"), by=by)
    return services.save_draft(draft, by=by, data=complete_answers())


@pytest.fixture
def complete(draft, applicant) -> Application:
    return fill(draft, applicant)


@pytest.fixture
def filed(complete, applicant) -> Application:
    return services.submit(complete, by=applicant, key="filed")


@pytest.fixture
def logged_in(client) -> Callable[[User], Any]:
    def log_in(user: User) -> Any:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in
