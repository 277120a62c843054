"""The demo's offices ask within themselves: a delegation, signers, a transfer, a copy."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from approvals.operations import services
from organizations.models import User
from workflows.directory import APPLICANT_ROLES
from workflows.eligibility import colleagues
from workflows.models import Task

Ask = Callable[[Task, User, User], None]


def ask_colleagues(city: str) -> int:
    """One of each, on the newest open tasks of the city at which two people work; how many."""
    rows = Task.objects.filter(process__city=city, is_open=True, owner=None, item="")
    tasks = rows.exclude(role__in=APPLICANT_ROLES).select_related("organ", "process__party")
    waiting = list(_ASKED)
    for task in tasks.order_by("-pk")[:40]:
        people = colleagues(task, without=0).duty
        if waiting and len(people) > 1:
            waiting.pop(0)(task, people[0], people[1])
    return len(_ASKED) - len(waiting)


def _delegate(task: Task, actor: User, colleague: User) -> None:
    services.delegate_seat(
        task.pk, **_common(task, actor), reason="场地面积与租赁合同是否一致？", to=colleague.pk
    )


def _sign_before(task: Task, actor: User, colleague: User) -> None:
    services.add_signer(
        task.pk,
        **_common(task, actor),
        reason="请先核实在孵企业名单。",
        kind="before",
        users=[colleague.pk],
    )


def _transfer(task: Task, actor: User, colleague: User) -> None:
    services.transfer_seat(
        task.pk, **_common(task, actor), reason="本周出差，请代为办结。", to=colleague.pk
    )


def _copy(task: Task, actor: User, colleague: User) -> None:
    services.copy_case(task.pk, **_common(task, actor), reason="请阅知。", users=[colleague.pk])


_ASKED: tuple[Ask, ...] = (_delegate, _sign_before, _transfer, _copy)


def _common(task: Task, actor: User) -> dict[str, Any]:
    version = task.process.material_version
    return {"actor": actor, "key": uuid.uuid4().hex, "expected_version": version}
