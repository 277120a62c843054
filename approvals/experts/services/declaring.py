"""An expert declares; an interest takes him out of the case at once and calls the substitute."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.acts import already_done, remember
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.applications.services.locking import locked
from approvals.experts.models import Declaration
from approvals.reviews import steps
from approvals.reviews.following import follow
from journal.services import record
from organizations.models import User
from workflows import operations
from workflows.operations import recusing
from workflows.recusals import Kind


def _check_ground(ground: str, *, interest: bool) -> None:
    """An interest is described; who describes one has not declared that he has none."""
    if interest and not ground:
        raise WrongStateError(_("有利害关系的，请写明情形。"), code="ground_missing")
    if ground and not interest:
        message = _("写明了利害关系情形，声明却是没有利害关系：请改选，或者删去情形。")
        raise WrongStateError(message, code="ground_without_interest")


@transaction.atomic
def declare(
    task_id: int, *, actor: User, key: str, expected_version: int, kind: str, ground: str = ""
) -> Declaration:
    """Writes what the expert declares on his own vote.

    Raises OperationError of the engine; WrongStateError not_a_vote, already_declared,
    ground_missing, ground_without_interest.
    """
    done = Declaration.objects.filter(task_id=task_id, user=actor).first()
    payload = {"kind": kind, "ground": ground.strip()}
    if done is not None and already_done(done.application, key, "declare", payload):
        return done
    act = operations.begin(
        task_id,
        actor=actor,
        key=f"declare:{key}",
        expected_version=expected_version,
        payload={"declare": key},
    )
    case = locked(Application.objects.only("pk").get(process_id=act.process.pk).pk)
    if not steps.is_vote(act.task):
        raise WrongStateError(_("本环节不是专家评审。"), code="not_a_vote")
    if Declaration.objects.filter(application=case, user=actor).exists():
        raise WrongStateError(_("您已就本件作出声明。"), code="already_declared")
    interest = kind == Declaration.Kind.INTEREST
    _check_ground(ground.strip(), interest=interest)
    row = Declaration.objects.create(
        application=case,
        user=actor,
        task_id=task_id,
        kind=kind,
        ground=ground.strip()[:200],
        at=clock.now(),
    )
    record(case.stream, "interest_declared", actor=actor, data=payload)
    remember(case, key, "declare", payload)
    if interest:
        _leave(case, act, actor, row.ground)
    return row


def _leave(case: Application, act: Any, actor: User, ground: str) -> None:
    """He is recused (C13); by the step's rule the next substitute has his seat at once."""
    left = recusing.recuse(
        act.process, user=actor, kind=Kind.SELF, ground=ground, by=actor, task=act.task
    )
    follow(case, left.step, by=actor)
