"""The reviewer's act: one transaction from the lock to the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import clock
from approvals.applications import services as applications
from approvals.applications.models import Application
from approvals.programs.form_schema import TaskForm
from approvals.programs.models import Program
from approvals.reviews import desk, papers, steps
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.following import follow
from approvals.reviews.models import Opinion
from approvals.reviews.statement import Statement
from organizations.models import User
from prepared import Rows, in_one_transaction, soon
from workflows import operations
from workflows.cases import Beside
from workflows.operations import Act, Step

_PROGRAM = Program._meta.concrete_fields
_OPINION = Rows(Opinion)
_CASE = Beside(
    related=("application__program",),
    without=tuple(
        f"application__{name}"
        for name in (
            "data",
            "facts",
            "created_at",
            "draft_saved_at",
            "submitted_sha256",
            "withdrawn_reason",
            *(f"program__{field.name}" for field in _PROGRAM if field.name not in ("id", "sha256")),
        )
    ),
    writes=((_OPINION, 1),),
)
"""Of the program its number and hash: the rest is kept."""


@in_one_transaction()
def decide_task(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    statement: Statement,
    facts: Mapping[str, Any] | None = None,
) -> Step:
    """Records what a person says on his task and moves the case on.

    `facts` are further words for the journal entry: how the act came about (a bulk run).

    The engine locks the case row first and checks key, sight, right, version and state; the
    opinion is written before the first automatic step, which reads it. Raises
    `workflows.errors.OperationError` (nothing done) or `OpinionRefused` (nothing done).
    """
    act = operations.begin(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload=statement.as_payload(),
        beside=_CASE,
    )
    if act.replayed is not None:
        return act.replayed
    application = _application(act)
    form = steps.form_of(application, act.task)
    problems = statement.problems(form, one_of_many=steps.is_one_of_many(act.task))
    problems |= papers.unprintable(statement)
    objections = desk.objections_to(application, act.task, statement.outcome)
    if objections:
        problems["objection"] = " ".join(objections)
    if problems:
        raise OpinionRefused(problems)
    opinion = write_opinion(act, application, form, statement)
    if statement.items:
        listed = [dict(entry) for entry in statement.items]
        asked = applications.request_correction(application, act.task, listed, by=actor)
        papers.asked_to_correct(asked, by=actor)
    step = operations.finish(
        act,
        statement.outcome,
        _variables(statement),
        facts=lambda: {**_facts(opinion), **(facts or {})},
    )
    follow(application, step, by=actor)
    return step


def _application(act: Act) -> Application:
    """Read with the process; the program is immutable and kept by its hash."""
    application: Application = act.process.application
    application.process = act.process
    named = application.program
    application.program = _released(named.pk, named.sha256)
    return application


@lru_cache(maxsize=64)
def _released(program: int, sha256: str) -> Program:
    return Program.objects.get(pk=program, sha256=sha256)


def write_opinion(
    act: Act, application: Application, form: TaskForm, statement: Statement
) -> Opinion:
    """The immutable row of what was said; written before the tokens move on."""
    checklist = [
        {
            "id": point.key,
            "label": point.text,
            "clause": point.clause,
            "met": point.key in statement.met,
        }
        for point in form.checklist
    ]
    opinion = _OPINION.new(
        application_id=application.pk,
        task_id=act.task.pk,
        step=act.task.element,
        title=act.task.title,
        form=form.key,
        author_id=act.actor.pk,
        on_behalf_of_id=act.position.principal_id if act.position is not None else None,
        organ_id=act.task.organ_id,
        role=act.task.role,
        outcome=statement.outcome,
        text=statement.text.strip(),
        reasons=[reason.as_row() for reason in statement.reasons],
        checklist=checklist,
        data=dict(statement.values),
        material_version=application.version,
        given_at=clock.now(),
    )
    soon(_OPINION, opinion)
    return opinion


def _variables(statement: Statement) -> dict[str, Any]:
    """What was left empty stays unsaid."""
    return {name: value for name, value in statement.values.items() if value is not None}


def _facts(opinion: Opinion) -> dict[str, Any]:
    """What the journal entry of the act says beyond the engine's own facts."""
    return {"opinion": opinion.pk, "text": opinion.text, "reasons": opinion.reasons}
