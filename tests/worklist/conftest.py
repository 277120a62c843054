"""A town with cheap cases: one filed for real, the others copied and started in the same flow."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from approvals.applications.models import Application
from tests.people import Town
from workflows import operations
from workflows.models import Task

Copies = Callable[..., list[Task]]


def copied(model: Application, number: int) -> list[Task]:
    """So many further cases like the model, each with its first task open."""
    found = []
    for _case in range(number):
        case = Application.objects.get(pk=model.pk)
        case.pk, case.process, case._state.adding = None, None, True
        case.number = f"{model.number}-{uuid.uuid4().hex[:6]}"
        case.save()
        case.process = operations.start(
            case.program.flow_key,
            city=case.city,
            county=case.county,
            party=case.applicant,
            by=case.created_by,
            data={"application": case.pk, "direct": False, "departments": [], "amount": ""},
            journal_stream=case.stream,
        )
        case.save(update_fields=["process"])
        found.append(Task.objects.get(process=case.process, is_open=True))
    return found


@pytest.fixture
def model(jiaxing: Town) -> Application:
    """One case of Nanhu at its county."""
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def tasks(jiaxing: Town, model: Application) -> list[Task]:
    """Four cases at their county."""
    return [Task.objects.get(process=model.process, is_open=True), *copied(model, 3)]
