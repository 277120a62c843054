"""A case of Nanhu accepted at the bureau, half of whose term has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import pytest
from django.db import transaction
from django.test.utils import override_settings

import clock
from approvals.applications.models import Application
from organizations.models import User
from tests.people import Town, town
from workflows.calendar import add_workdays
from workflows.models import Task

FILED = datetime(2026, 3, 2, 9, 0, tzinfo=clock.BEIJING)
"""A Monday without holidays for a month."""


class Course:
    """A case and its people; `on(n)` is ten o'clock of the n-th working day after acceptance."""

    def __init__(self, town: Town) -> None:
        self.town = town
        with clock.at(FILED):
            self.case = town.filed("recognition", "nanhu")
            self.task = town.played_to(self.case, "department_opinion")
        self.case.refresh_from_db()

    def on(self, workday: int):
        day = add_workdays(self.case.accepted_at, workday).day
        return clock.at(datetime.combine(day, time(10), clock.BEIJING))

    def person(self, name: str) -> User:
        return self.town.user(name)

    @property
    def applicant(self) -> User:
        return self.town.cast.member_of(self.case.applicant)

    @property
    def seats(self) -> list[Task]:
        rows = Task.objects.filter(process_id=self.case.process_id, is_open=True)
        return list(rows.exclude(role="").select_related("organ").order_by("pk"))

    @property
    def version(self) -> int:
        return self.case.process.material_version

    def again(self) -> Application:
        return Application.objects.select_related("process", "program").get(pk=self.case.pk)


@pytest.fixture(scope="module")
def played(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Course]:
    """Played once for the module and rolled back behind it; each test rolls back to this."""
    folder = tmp_path_factory.mktemp("course")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder / "files", ARCHIVE_DIR=folder / "archive"):
            made = Course(town("jiaxing"))
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def course(played: Course, db: None) -> Course:
    played.case = played.again()
    return played


@pytest.fixture
def logged_in(client):
    def log_in(user: User):
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return client

    return log_in
