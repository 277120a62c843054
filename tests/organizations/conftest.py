"""A small city of this package's own: two counties, a zone, a bureau, applicants and their people."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from organizations.accounts import appoint, create_account
from organizations.applicants import register_applicant
from organizations.credit_code import check_digit
from organizations.kinds import Kind
from organizations.models import Organ

PASSWORD = "Kongque-4711"
CITY = "mustercity"


def make_organ(key, kind, city=CITY, **fields):
    return Organ.objects.create(
        city=city, key=key, name=f"示例市{key}", short_name=key, kind=kind, **fields
    )


def make_user(username, *posts, password=PASSWORD, **fields):
    """An account with (role, organ) posts."""
    user = create_account(
        username=username, password=password, name=f"{username}姓名", by=None, **fields
    )
    for role, organ in posts:
        appoint(user, organ, role, by=None, valid_from=date(2020, 1, 1))
    return user


def make_applicant(name, county, body="91330402MA28A0000", **profile):
    return register_applicant(
        city=county.city,
        name=name,
        credit_code=body + check_digit(body),
        kind="incubator",
        county=county,
        by=None,
        legal_representative="王启明",
        **profile,
    )


@pytest.fixture
def city(db):
    """The organs by short attribute names."""
    return SimpleNamespace(
        hall=make_organ("hall", Kind.CITY),
        north=make_organ("north", Kind.COUNTY),
        south=make_organ("south", Kind.COUNTY),
        zone=make_organ("zone", Kind.ZONE),
        bureau=make_organ("bureau", Kind.SCIENCE_BUREAU),
        finance=make_organ("finance", Kind.FINANCE_BUREAU),
        labour=make_organ("labour", Kind.DEPARTMENT),
        experts=make_organ("experts", Kind.EXPERT_POOL),
        elsewhere=make_organ("hall", Kind.CITY, city="othercity"),
        elsewhere_bureau=make_organ("bureau", Kind.SCIENCE_BUREAU, city="othercity"),
    )


@pytest.fixture
def incubator(city):
    """An applicant of the northern county."""
    return make_applicant("示例启明孵化器有限公司", city.north)


@pytest.fixture
def hire(city):
    """hire("name", ("role", organ), …) makes an account with posts."""
    return make_user


@pytest.fixture
def found(city):
    """found("key", kind, …) makes an organ."""
    return make_organ


@pytest.fixture
def enrol(city):
    """enrol("name", county, …) registers an applicant."""
    return make_applicant


@pytest.fixture
def password():
    """The password of everybody `hire` makes."""
    return PASSWORD


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    """Passwords of tests need no slow hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
