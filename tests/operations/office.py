"""A county's task and the people around it, for the tests of the operations."""

from __future__ import annotations

from typing import Any

from django.test import Client

from approvals.applications.models import Application
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from organizations.accounts import appoint, create_account
from organizations.models import User
from tests.people import Town, key
from workflows.models import Task
from workflows.operations import Step


class Desk:
    """One case of Nanhu at its county step; colleagues come as they are asked for."""

    def __init__(self, city: Town, name: str = "a") -> None:
        self.city = city
        self.case: Application = city.filed("recognition", "nanhu", name=name)
        self.officer = city.user("nanhu_officer")
        self.leader = city.user("nanhu_leader")

    def colleague(self, name: str, role: str = "county_officer", organ: str = "nanhu") -> User:
        """Somebody more at an organ."""
        found = User.objects.filter(username=name).first()
        if found is None:
            found = create_account(username=name, password=None, name=name, by=None)
            appoint(found, self.city.organ(organ), role, by=None)
        return found

    def task(self, element: str = "county_review") -> Task:
        return Task.objects.get(
            process=self.case.process_id, element=element, is_open=True, item="", role__gt=""
        )

    def seat(self, person: User) -> Task:
        """His newest seat in the case."""
        rows = Task.objects.filter(process=self.case.process_id, owner=person)
        return rows.order_by("pk").last()

    def do(self, service: Any, task: Task, actor: User, **answers: Any) -> Step:
        given = {"key": key(), "expected_version": 1, "reason": "请协助核实场地", **answers}
        return service(task.pk, actor=actor, **given)

    def say(self, task: Task, actor: User, outcome: str, text: str = "核实无误") -> Step:
        return decide_task(
            task.pk,
            actor=actor,
            key=key(),
            expected_version=1,
            statement=Statement(outcome=outcome, text=text),
        )


def logged_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
