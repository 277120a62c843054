"""Signers, transfer, delegation: each one function in one transaction.

The engine locks, checks, moves and journals; here the opinion is written when one is given, people
are told, and what follows every move follows. Errors are `workflows.errors`; `OpinionRefused` when
what was said does not fit the step's form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.operations.policy import PERSONAL, may_consult
from approvals.operations.services import telling
from approvals.reviews import desk, steps
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.following import follow
from approvals.reviews.services import write_opinion
from approvals.reviews.statement import Statement
from organizations.models import User
from workflows import operations
from workflows.errors import NotAllowed
from workflows.models import Task
from workflows.nodes.ballot import Rule
from workflows.nodes.signers import AFTER
from workflows.operations import Act, Step
from workflows.operations.transferring import WARNING, Handed

Done = Callable[[Application, Act, Step], None]


def _then(actor: User, done: Done) -> Callable[[Act, Step], None]:
    """What follows an operation in its transaction, once."""

    def then(act: Act, step: Step) -> None:
        application = Application.objects.select_related("program").get(process=act.process)
        application.process = act.process
        done(application, act, step)
        follow(application, step, by=actor)

    return then


@transaction.atomic
def add_signer(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    reason: str,
    kind: str,
    users: Sequence[int],
    mode: str = "ALL",
    binding: bool = False,
    statement: Statement | None = None,
) -> Step:
    """加签. `statement` is the actor's own, stored at once, when the signers come after."""
    said: dict[str, Any] = {}
    if kind == AFTER and statement is not None:
        values = {name: value for name, value in statement.values.items() if value is not None}
        said = {"outcome": statement.outcome, "data": values}

    def done(application: Application, act: Act, step: Step) -> None:
        if kind == AFTER and statement is not None:
            _keep(application, act, statement)
        for seat in step.opened:
            telling.tell(application, _owner(seat), seat, _("请您出具加签意见"))

    return operations.add_signer(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=reason,
        kind=kind,
        users=users,
        rule=Rule(mode),
        binding=binding,
        bound={"statement": statement.as_payload()} if statement is not None else None,
        then=_then(actor, done),
        **said,
    )


def _keep(application: Application, act: Act, statement: Statement) -> None:
    """The opinion of who asks others after himself, checked as every opinion is."""
    form = steps.form_of(application, act.task)
    problems = statement.problems(form, one_of_many=steps.is_one_of_many(act.task))
    objections = desk.objections_to(application, act.task, statement.outcome)
    if objections:
        problems["objection"] = " ".join(objections)
    if statement.items:
        problems["outcome"] = _("退回补正不需要后加签，请在任务页面直接办理。")
    if problems:
        raise OpinionRefused(problems)
    write_opinion(act, application, form, statement)


@transaction.atomic
def remove_signer(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    user: int,
    as_admin: bool = False,
) -> Step:
    """减签."""

    def done(application: Application, act: Act, step: Step) -> None:
        people = User.objects.filter(pk=user)
        telling.tell(application, people, act.task, _("已取消您的加签"))

    return operations.remove_signer(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=reason,
        user=user,
        as_admin=as_admin,
        then=_then(actor, done),
    )


@transaction.atomic
def transfer_seat(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    to: int,
    as_admin: bool = False,
    facts: dict[str, Any] | None = None,
) -> Step:
    """转办. A seat that wanders is told to the supervisors."""

    def done(application: Application, act: Act, step: Step) -> None:
        heir = Task.objects.select_related("owner").get(process=act.process, data__from=act.task.pk)
        telling.tell(application, _owner(heir), heir, _("一项任务转由您办理"))
        if as_admin and act.task.owner is not None:
            telling.tell(application, [act.task.owner], act.task, _("您的任务已移交他人"))
        if warning := heir.data.get(WARNING):
            telling.tell_supervisors(application, heir, warning)

    return operations.transfer_seat(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=reason,
        to=to,
        as_admin=as_admin,
        facts=facts,
        then=_then(actor, done),
    )


def handover(seats: Sequence[Task], *, actor: User, key: str, reason: str, to: int) -> list[Handed]:
    """移交 of all seats of somebody who leaves, each with its result; the caller asks the right."""

    def one(task_id: int, key_of_seat: str) -> Step:
        return transfer_seat(
            task_id,
            actor=actor,
            key=key_of_seat,
            expected_version=None,
            reason=reason,
            to=to,
            as_admin=True,
            facts={"handover": key},
        )

    return operations.handover(seats, actor=actor, key=key, reason=reason, to=to, transfer=one)


@transaction.atomic
def delegate_seat(
    task_id: int, *, actor: User, key: str, expected_version: int, reason: str, to: int
) -> Step:
    """委派: a question to one colleague; the seat stays the actor's.

    Raises NotAllowed (expert_may_not_delegate) where the program does not let experts consult.
    """

    def done(application: Application, act: Act, step: Step) -> None:
        if act.task.role in PERSONAL and not may_consult(application):
            raise NotAllowed(
                _("本项目的评审专家须独立评审，不能委派他人出具意见。"),
                code="expert_may_not_delegate",
            )
        for seat in step.opened:
            telling.tell(application, _owner(seat), seat, _("请您答复一项委派"))

    return operations.delegate_seat(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=reason,
        to=to,
        then=_then(actor, done),
    )


@transaction.atomic
def recall_seat(task_id: int, *, actor: User, key: str, expected_version: int, reason: str) -> Step:
    """收回委派, before the answer."""

    def done(application: Application, act: Act, step: Step) -> None:
        asked = Task.objects.filter(parent__parent=act.task, outcome="recalled")
        for seat in asked.select_related("owner").order_by("-pk")[:1]:
            telling.tell(application, _owner(seat), seat, _("委派已收回，无需答复"))

    return operations.recall_seat(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        reason=reason,
        then=_then(actor, done),
    )


def _owner(seat: Task) -> list[User]:
    return [] if seat.owner is None else [seat.owner]
