"""An applicant and her rival, and the people along the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import clock
from approvals.applications import services
from approvals.applications.models import Application
from approvals.programs.models import Program
from approvals.programs.selectors import program_for
from organizations.models import Organ, User
from tests.applications.filing import CITY, enterprise, fill, organ, person


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
