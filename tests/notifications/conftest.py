"""An officer of Nanhu and her colleague, a kind of their own, and no waiting for the clock."""

from __future__ import annotations

from datetime import datetime

import pytest

import clock
from approvals.notifications import kinds
from organizations.models import User
from tests.applications.filing import organ, person

WORKING_MORNING = datetime(2026, 11, 18, 10, 0, tzinfo=clock.BEIJING)
"""A Wednesday."""
NIGHT = datetime(2026, 11, 18, 23, 30, tzinfo=clock.BEIJING)

kinds.register("trial", "试验通知")
kinds.register("alarm", "紧急试验", urgent=True)


def with_mail(user: User) -> User:
    user.email = f"{user.username}@example.invalid"
    user.phone = "13800000000"
    user.save(update_fields=["email", "phone"])
    return user


@pytest.fixture
def officer(db) -> User:
    return with_mail(person("nanhu_reader", "county_officer", organ("nanhu")))


@pytest.fixture
def colleague(db) -> User:
    return with_mail(person("nanhu_second", "county_officer", organ("nanhu")))


@pytest.fixture
def morning():
    with clock.at(WORKING_MORNING):
        yield WORKING_MORNING


@pytest.fixture
def night():
    with clock.at(NIGHT):
        yield NIGHT
