"""Three cases of Nanhu that wait for the leader's signature, and a meeting of the bureau."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from django.db import transaction
from django.test.utils import override_settings

import clock
from approvals.meetings import services
from approvals.meetings.models import AgendaItem, Kind, Meeting
from approvals.meetings.services.gathering import Call
from approvals.meetings.services.recording import Entry
from approvals.rehearsal.choices import Plan
from approvals.worklist.bulk import services as bulk
from jobs.worker import run_due
from organizations.models import Relation, User
from tests.people import Town, key, town
from workflows.models import Task

BACKEND = "django.contrib.auth.backends.ModelBackend"


class Office:
    """The bureau's people, three cases at `sign`, and what tests do with a meeting."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.cases = [town.filed("recognition", "nanhu", name) for name in ("a", "b", "c")]
        self.tasks = [town.played_to(case, "sign", Plan(refused=True)) for case in self.cases]

    def person(self, name: str) -> User:
        return self.town.user(name)

    @property
    def reviewer(self) -> User:
        return self.person("reviewer")

    @property
    def chair(self) -> User:
        return self.person("bureau_leader")

    @property
    def recorder(self) -> User:
        return self.person("printing_office")

    def call(self, **more: Any) -> Call:
        given = {
            "day": clock.today(),
            "begins": time(9),
            "place": "三楼会议室",
            "chair": self.chair.pk,
            "recorder": self.recorder.pk,
            "attendees": frozenset({self.reviewer.pk, self.person("intake").pk}),
            **more,
        }
        return Call(**given)

    def meeting(self, kind: Kind = Kind.LEADERS, **more: Any) -> Meeting:
        return services.make_meeting(
            actor=self.reviewer,
            key=key(),
            organ=self.town.organ("science_bureau"),
            kind=kind,
            call=self.call(**more),
        )

    def listed(self, meeting: Meeting, *tasks: Task) -> list[AgendaItem]:
        """Puts these on the agenda, in this order."""
        for task in tasks or self.tasks:
            services.list_cases(meeting.pk, actor=self.reviewer, key=key(), tasks=[task.pk])
        return list(meeting.items.filter(state="listed").order_by("place"))

    def record(self, item: AgendaItem, outcome: str = "sign", **more: Any) -> Meeting:
        version = Task.objects.get(pk=item.task_id).process.material_version
        actor = more.pop("actor", self.recorder)
        said = {"outcome": outcome, "conclusion": "同意拟定意见，按程序印发。", **more}
        return services.record_item(
            item.meeting_id,
            actor=actor,
            key=key(),
            item=item.pk,
            expected_version=version,
            entry=Entry(**said),
        )

    def submitted(self, meeting: Meeting, *outcomes: str) -> list[AgendaItem]:
        """All cases listed and recorded, handed to the chair."""
        items = self.listed(meeting)
        for item, outcome in zip(items, outcomes or ["sign"] * len(items), strict=True):
            self.record(item, outcome)
        services.submit_minutes(meeting.pk, actor=self.recorder, key=key())
        return items

    def confirmed(self, meeting: Meeting) -> None:
        services.confirm_minutes(meeting.pk, actor=self.chair, key=key())
        run_due(kinds={bulk.JOB})
        meeting.refresh_from_db()

    def results(self, meeting: Meeting) -> list[tuple[str, str]]:
        return list(meeting.run.lines.order_by("pk").values_list("state", "reason"))

    def tied(self, person: User, place: int = 0) -> Relation:
        """He has an interest in the applicant of this case."""
        party = self.cases[place].applicant
        today = clock.today()
        return Relation.objects.create(user=person, organ=party, ground="亲属", valid_from=today)


@pytest.fixture(scope="module")
def played(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Played once for the module and rolled back behind it; each test rolls back to this."""
    folder = tmp_path_factory.mktemp("office")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder / "files", ARCHIVE_DIR=folder / "archive"):
            made = Office(town("jiaxing"))
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def office(played: Office, db: None) -> Office:
    return played


@pytest.fixture
def visit(client: Any) -> Any:
    """(person, address) → status and text."""

    def get(person: User, address: str) -> tuple[int, str]:
        client.force_login(person, BACKEND)
        answer = client.get(address)
        return answer.status_code, answer.content.decode(errors="replace")

    return get
