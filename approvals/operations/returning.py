"""退回: a reviewer sends the case back to a step it has passed, or to the applicant (C6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.applications import services as applications
from approvals.applications.comparison import shaken_by
from approvals.applications.models import Application
from approvals.applications.versions import versions_of
from approvals.operations.acts import Situation
from approvals.programs.form_schema import task_form_of
from approvals.reviews import desk
from approvals.reviews.following import follow
from organizations.models import User
from workflows import operations, resuming
from workflows.models import Process, Task
from workflows.operations import Step, returning
from workflows.operations.returning import DEFAULT_MOST, Target
from workflows.reopened import Reopening, reopening_of

_ORDER = 5


@transaction.atomic
def return_case(
    task_id: int,
    *,
    actor: User,
    key: str,
    expected_version: int,
    reason: str,
    target: str,
    mode: str,
    items: Sequence[Mapping[str, str]],
) -> Step:
    """Closes what came after the target and opens it again; the applicant changes the items only.

    Raises the errors of `workflows.operations.returning.return_to` and of `request_correction`.
    """
    said = {"target": target, "mode": mode, "reason": reason, "items": [dict(i) for i in items]}
    act = operations.begin(
        task_id,
        actor=actor,
        key=key,
        expected_version=expected_version,
        payload={"operation": "return_to", **said},
    )
    if act.replayed is not None:
        return act.replayed
    application = Application.objects.select_related("program").get(process=act.process)
    aimed = next((one for one in targets(act.task) if one.element == target), None)
    step = returning.return_to(
        act, target, mode=mode, reason=reason, items=items, most=most_returns(application)
    )
    applications.void_closed_request(application, by=actor)
    if aimed is not None and aimed.is_applicant:
        applications.request_correction(application, act.task, items, by=actor)
    follow(application, step, by=actor)
    return step


def targets(task: Task) -> list[Target]:
    """Where this seat may send the case; one query."""
    return returning.targets(task)


def most_returns(application: Application) -> int:
    """Returns to one step (`returns.most` of the program, else three)."""
    return int(application.program.content.get("returns", {}).get("most", DEFAULT_MOST))


def may(situation: Situation) -> bool:
    """An open seat that the person may act on, with a step behind it."""
    task, user = situation.task, situation.user
    if not task.is_open or task.owner_id not in (None, user.pk):
        return False
    return bool(targets(task))


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
