"""退回: a reviewer sends the case back to a step it has passed, or to the applicant (C6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.applications import services as applications
from approvals.applications.comparison import shaken_by
from approvals.applications.models import Application
from approvals.applications.versions import versions_of
from approvals.operations.acts import Situation
from approvals.operations.policy import PERSONAL, holds
from approvals.programs.form_schema import task_form_of
from approvals.reviews import desk
from approvals.reviews.following import follow
from organizations.models import User
from workflows import operations, resuming
from workflows.errors import NotAllowed, WrongState
from workflows.models import Process, Task
from workflows.operations import Act, Step, returning
from workflows.operations.opening import acted_not, opening
from workflows.operations.returning import DEFAULT_MOST, Target
from workflows.reopened import Reopening, reopening_of

_ORDER = 5


@transaction.atomic
def return_case(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int | None,
    reason: str,
    target: str,
    mode: str,
    items: Sequence[Mapping[str, str]],
    as_admin: bool = False,
) -> Step:
    """Closes what came after the target and opens it again; the applicant changes the items only.

    `as_admin`: a flow administrator, whose right the caller has asked, from any live seat; not to
    the applicant, whose material he does not read. Raises the errors of
    `workflows.operations.returning.return_to` and of `request_correction`; NotAllowed
    (expert_only_votes): one expert's return would sweep the panel's votes away.
    """
    said = {"target": target, "mode": mode, "reason": reason, "items": [dict(i) for i in items]}
    begin: Callable[..., Act] = _begin_as_admin if as_admin else operations.begin
    act = begin(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "return_to", **said},
    )
    if act.replayed is not None:
        return act.replayed
    if act.task.role in PERSONAL and not as_admin:
        raise _OnlyVotes
    application = Application.objects.select_related("program").get(process=act.process)
    aimed = next((one for one in targets(act.task) if one.element == target), None)
    to_applicant = aimed is not None and aimed.is_applicant
    if to_applicant and as_admin:
        raise WrongState(
            _("退回申请人须由办理机构逐项列明问题，流程管理员只能退回办理环节。"),
            code="not_offered",
        )
    step = returning.return_to(
        act, target, mode=mode, reason=reason, items=items, most=most_returns(application)
    )
    applications.void_closed_request(application, by=actor)
    if to_applicant:
        applications.request_correction(application, act.task, items, by=actor)
    follow(application, step, by=actor)
    return step


class _OnlyVotes(NotAllowed):
    code = "expert_only_votes"

    def __init__(self) -> None:
        super().__init__(
            _("评审专家只就本席位投票；认为材料需要修改的，请写入意见，由承办机关决定是否退回。")
        )


def _begin_as_admin(task_id: int, **given: Any) -> Act:
    return opening(task_id, **given, state=acted_not, right=_asked_above, seen=True)


def _asked_above(*_asked: object) -> None:
    """An administrator's right is the caller's to ask."""


def targets(task: Task) -> list[Target]:
    """Where this seat may send the case; one query."""
    return returning.targets(task)


def most_returns(application: Application) -> int:
    """Returns to one step (`returns.most` of the program, else three)."""
    return int(application.program.content.get("returns", {}).get("most", DEFAULT_MOST))


def may(situation: Situation) -> bool:
    """An open seat of an office that the person may act on, with a step behind it."""
    task = situation.task
    return task.role not in PERSONAL and holds(situation) and bool(targets(task))


def stale(process: Process, steps: Sequence[str], since: int) -> Iterable[str]:
    """Steps whose form relied on what has changed since the material version `since`."""
    application = Application.objects.select_related("program").filter(process=process).first()
    if application is None:  # a process without an application has no material
        return frozenset()
    content = application.program.content
    reopened = (
        Task.objects.filter(process=process, data__return__since=since).order_by("pk").first()
    )
    asked = application.corrections.filter(answered_at__isnull=False)
    if reopened is not None:
        asked = asked.filter(requested_at__gte=reopened.entered_at)
    before = asked.order_by("pk").values_list("version", flat=True).first()
    if before is None:
        return ()
    changes = versions_of(application).changes_since_each([before])
    return [
        step
        for step in steps
        if shaken_by(before, task_form_of(content, step, step).relies_on, changes)
    ]


def reopening_card(_application: Application, task: Task, _user: User) -> Sequence[desk.Card]:
    """Why the step is open again: from where it was sent back, and what is to be looked at."""
    again = _again(task)
    if again is None or not again.told.get("items"):
        return []
    flow = task.flow_task.flow_class
    origin = flow.at(again.origin).task_title if again.origin in flow.attributes else again.origin
    facts: dict[str, Any] = {
        "origin": origin,
        "reason": again.told.get("reason", ""),
        "points": again.told["items"],
        "straight_back": again.mode == "resume",
    }
    return [desk.Card(_("退回说明"), "operations/reopening.html", facts, order=_ORDER)]


def _again(task: Task) -> Reopening | None:
    own = reopening_of(task)
    return own if own is not None or task.parent is None else reopening_of(task.parent)


def register_all() -> None:
    """Called once at start-up."""
    resuming.register_stale(stale)
    desk.register_cards(reopening_card)
