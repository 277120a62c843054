"""The dry run: what each line would get, with the reason where it would be refused.

It asks the same rules as the act itself; the act asks them again under the lock of its case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from approvals.applications.rights import FILING_ROLES
from approvals.reviews import desk as reviews_desk
from approvals.reviews import steps
from approvals.worklist.bulk import papers
from approvals.worklist.bulk.acts import BulkAct, Order
from approvals.worklist.bulk.desk import Entry, own_acts
from workflows.cases import World
from workflows.choices import offered
from workflows.eligibility import posts_of
from workflows.errors import AlreadyDecided, NotVisible, OperationError, Stale
from workflows.models import Task
from workflows.nodes.seat import ADDRESSED, SIGNER
from workflows.operations.deciding import allowed

if TYPE_CHECKING:
    from organizations.models import User


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of the dry run; an empty reason means that it will be done."""

    entry: Entry
    reason: str

    @property
    def goes(self) -> bool:
        return not self.reason


Rule = Callable[[Entry], str]


def trial(user: User, entries: Sequence[Entry], order: Order) -> list[Verdict]:
    """What would happen now. Two queries beside what the registered objections ask."""
    rule = _rules(user, entries)[order.act](order)
    return [Verdict(entry, _known(entry) or rule(entry)) for entry in entries]


def _known(entry: Entry) -> str:
    return str(NotVisible()) if entry.case is None else ""


def _rules(user: User, entries: Sequence[Entry]) -> dict[BulkAct, Callable[[Order], Rule]]:
    return {
        BulkAct.DECIDE: lambda order: partial(_decision, user, own_acts(user, entries), order),
        BulkAct.CLAIM: lambda order: partial(_claim, user, own_acts(user, entries)),
        BulkAct.RELEASE: lambda order: partial(_release, user),
        BulkAct.ASSIGN: lambda order: partial(_assignment, user, own_acts(user, entries), order),
        BulkAct.PRINT: lambda order: papers.rule(user, entries, order),
    }


def _open(entry: Entry) -> str:
    task = entry.task
    if task.status == "DONE":
        return AlreadyDecided(task.actor.name if task.actor else "", task.finished).detail
    if not task.is_open:
        return _("这项任务已关闭，不能再办理。")
    if task.role in FILING_ROLES:
        return _("申请人的补正须在补正页面逐件办理。")
    return ""


def _may(user: User, acts: dict[int, list[Task]], entry: Entry) -> str:
    try:
        allowed(entry.task, user, entry.position, acts.get(entry.task.process_id, ()))
    except OperationError as refusal:
        return refusal.detail
    return ""


def _decision(user: User, acts: dict[int, list[Task]], order: Order, entry: Entry) -> str:
    refusal = _open(entry) or _may(user, acts, entry)
    if refusal or entry.case is None:
        return refusal
    if entry.line.version != entry.task.process.material_version:
        return Stale(entry.task.process.material_version).detail
    form = steps.form_of(entry.case, entry.task)
    outcomes, _obligatory = offered(entry.task)
    if order.outcome not in outcomes:
        known = "、".join(form.outcome(outcome).label for outcome in outcomes)
        return _("本环节没有这一结论，可选：%s。") % known
    problems = order.statement().problems(form, one_of_many=bool(entry.task.item))
    sentences = [*problems.values()]
    sentences += reviews_desk.objections_to(entry.case, entry.task, order.outcome)
    return " ".join(sentences)


def _claim(user: User, acts: dict[int, list[Task]], entry: Entry) -> str:
    if entry.task.is_open and entry.task.owner_id == user.pk:
        return _("您已认领。")
    return _open(entry) or _may(user, acts, entry)


def _release(user: User, entry: Entry) -> str:
    if refusal := _open(entry):
        return refusal
    if entry.task.owner_id != user.pk:
        return _("只有签收人本人可以退回任务。")
    if entry.task.data.get(ADDRESSED):
        return _("这项任务指定由您办理，不能退回。")
    return ""


def _assignment(user: User, acts: dict[int, list[Task]], order: Order, entry: Entry) -> str:
    """Whether the person holds the seat; whether the colleague may, the engine asks."""
    refusal = _open(entry)
    if refusal or order.colleague is None:
        return refusal or _("请选择同事。")
    task = entry.task
    if held := _may(user, acts, entry):
        return held
    try:
        posts_of(
            [order.colleague],
            task=task,
            process=task.process,
            by=user.pk,
            world=World(),
            same_duty=not task.data.get(SIGNER),
        )
    except OperationError as unfit:
        return unfit.detail
    return ""
