"""Does an operation by the real services and says how it was answered.

Model seats are known by the rows they became; which row is which is found when they appear.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

import clock
from approvals.administration import mending
from approvals.administration.models import Mending, Way
from approvals.applications import services as applications
from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.applications.services.curing import OVERDUE, hand_in
from approvals.applications.services.deferral import Deferral
from approvals.deadlines import services as deadlines
from approvals.operations import recusal, services
from approvals.operations.retracting import retract_opinion
from approvals.operations.returning import return_case
from approvals.reviews.deferring import accept_with_deferred
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Reason, Statement
from approvals.supervision import services as supervision
from approvals.supervision.levels import Level
from approvals.supervision.models import SupervisionOrder
from jobs.worker import run_due
from organizations.agencies import name_agent
from tests.operations.machine.city import filed
from workflows import operations
from workflows.errors import OperationError
from workflows.models import Recusal, Task
from workflows.timers import JOB_KIND

Answer = tuple[int, str]
DONE: Answer = (200, "")
_REASON = Reason("示例办法第一条", "应当符合", "不符合")


class Driver:
    """One case of the product; every method is one operation and answers (status, code)."""

    def __init__(
        self, city: SimpleNamespace, mode: str, start: datetime, *, promised: bool
    ) -> None:
        self.city, self.now = city, start
        with clock.at(start):
            self.case: Application = filed(city, mode, promised=promised)
        self.process_id = self.case.process_id
        self.orders: list[SupervisionOrder] = []
        self.recusals: list[Recusal] = []
        self.mending: Mending | None = None
        self.said: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []

    def who(self, name: str) -> Any:
        return self.city.people[name]

    def numbers(self, names: list[str]) -> list[int]:
        return [self.who(name).pk for name in names]

    # Doing

    def do(self, act: Callable[[], Any]) -> Answer:
        """A minute passes; what is refused is told by its code; anything else is a fault."""
        self.now += timedelta(minutes=1)
        with clock.at(self.now):
            try:
                act()
            except (OperationError, ApplicationActError) as refusal:
                return refusal.status, refusal.code
            except OpinionRefused:
                return 422, "opinion_refused"
        return DONE

    def keyed(self, who: str, act: Callable[..., Any], **given: Any) -> Answer:
        """With a key of its own; what was done may be said again."""
        call = {"key": f"machine-{uuid4().hex}", **given}
        answer = self.do(lambda: act(**call))
        if answer == DONE:
            self.said.append((who, act, call))
        return answer

    def again(self, number: int, **changed: Any) -> Answer:
        """The same key again, with the same or another payload."""
        _who, act, call = self.said[number]
        return self.do(lambda: act(**{**call, **changed}))

    def pass_days(self, days: int) -> None:
        """The clock goes on to nine o'clock; timers that are due fire."""
        day = (self.now + timedelta(days=days)).date()
        self.now = datetime.combine(day, time(9), clock.BEIJING)
        with clock.at(self.now):
            run_due(kinds={JOB_KIND, OVERDUE})

    # Seats

    def seat(self, name: str, task: int, actor: str, version: int, **more: Any) -> Answer:
        """An operation of `approvals.operations.services` on a task."""
        act = getattr(services, name)
        given = {"actor": self.who(actor), "expected_version": version, "reason": "事由", **more}
        return self.keyed(actor, lambda **call: act(task, **call), **given)

    def vote(
        self, task: int, actor: str, version: int, outcome: str, items: tuple[str, ...] = ()
    ) -> Answer:
        return self.keyed(
            actor, lambda **call: decide_task(task, **call), actor=self.who(actor), expected_version=version, statement=said(outcome, items)
        )  # fmt: skip

    def accept_with_deferred(self, task: int, actor: str, version: int) -> Answer:
        return self.keyed(
            actor, lambda **call: accept_with_deferred(task, **call), actor=self.who(actor), expected_version=version,
            statement=said("accept"), items=[Deferral("finance")],
        )  # fmt: skip

    def claim(self, task: int, actor: str) -> Answer:
        return self.do(lambda: operations.claim(task, actor=self.who(actor)))

    def return_to(
        self, task: int, actor: str, version: int, target: str, mode: str, items: tuple[str, ...]
    ) -> Answer:
        return self.keyed(
            actor, lambda **call: return_case(task, **call), actor=self.who(actor), expected_version=version, reason="退回",
            target=target, mode=mode, items=asked(items),
        )  # fmt: skip

    def retract(self, task: int, actor: str, version: int) -> Answer:
        return self.keyed(
            actor,
            lambda **call: retract_opinion(task, **call),
            actor=self.who(actor),
            expected_version=version,
            reason="取回",
        )

    # People

    def recuse_self(self, task: int, actor: str) -> Answer:
        return self.keyed(
            actor,
            lambda **call: recusal.recuse_self(task, **call),
            actor=self.who(actor),
            expected_version=1,
            reason="近亲属",
        )

    def request_recusal(self, task: int, actor: str, person: str) -> Answer:
        answer = self.keyed(
            actor, lambda **call: recusal.request_recusal(task, **call), actor=self.who(actor), expected_version=1, reason="顾问", to=self.who(person).pk
        )  # fmt: skip
        if answer == DONE:
            self.recusals.append(Recusal.objects.filter(process=self.process_id).latest("pk"))
        return answer

    def rule_recusal(self, number: int, actor: str, *, grant: bool) -> Answer:
        row = Recusal.objects.get(pk=self.recusals[number].pk)
        return self.keyed(
            actor, lambda **call: recusal.rule_recusal(row, **call), actor=self.who(actor), grant=grant, reason="查明"
        )  # fmt: skip

    def order_recusal(self, actor: str, person: str) -> Answer:
        case = Application.objects.get(pk=self.case.pk)
        return self.keyed(
            actor, lambda **call: recusal.order_recusal(case, **call), actor=self.who(actor), person=self.who(person).pk, reason="指令"
        )  # fmt: skip

    def name_agent(self, principal: str, agent: str) -> Answer:
        today = self.now.date()
        return self.do(
            lambda: name_agent(
                self.who(principal), self.who(agent), valid_from=today, valid_to=today + timedelta(days=300), reason="出差", by=self.who(principal)
            )
        )  # fmt: skip

    # The applicant

    def resubmit(self, task: int, actor: str, version: int, answers: dict[str, str]) -> Answer:
        return self.keyed(
            actor,
            lambda **call: applications.resubmit(task, **call),
            by=self.who(actor),
            expected_version=version,
            answers=answers,
        )

    def withdraw(self, actor: str) -> Answer:
        case = Application.objects.get(pk=self.case.pk)
        return self.keyed(
            actor,
            lambda **call: applications.withdraw(case, **call),
            by=self.who(actor),
            reason="撤回",
        )

    def upload(self) -> None:
        with clock.at(self.now):
            applications.attach(self.case, slot="finance", upload=sheet(), by=self.who("a"))

    def hand_in(self, actor: str, version: int) -> Answer:
        return self.keyed(
            actor,
            lambda **call: hand_in(self.case, **call),
            actor=self.who(actor),
            expected_version=version,
        )

    # The clock

    def on_clock(self, name: str, actor: str, version: int, **more: Any) -> Answer:
        act = getattr(deadlines, name)
        return self.keyed(
            actor, lambda **call: act(self.case.pk, **call), actor=self.who(actor), expected_version=version, **{"reason": "事由", **more}
        )  # fmt: skip

    # Supervision

    def urge_seat(self, task: int, actor: str, version: int) -> Answer:
        return self.keyed(
            actor,
            lambda **call: supervision.urge_seat(task, **call),
            actor=self.who(actor),
            expected_version=version,
            reason="请加快",
        )

    def urge_case(self, actor: str, version: int) -> Answer:
        return self.keyed(
            actor,
            lambda **call: supervision.urge_case(self.case.pk, **call),
            actor=self.who(actor),
            expected_version=version,
            reason="",
        )

    def supervise(self, actor: str, organ: str, due: date) -> Answer:
        answer = self.keyed(
            actor, supervision.open_order, actor=self.who(actor), level=Level.YELLOW, organ=self.city.organs[organ], demand="请说明", due_on=due,
            application_pk=self.case.pk,
        )  # fmt: skip
        if answer == DONE:
            self.orders.append(SupervisionOrder.objects.filter(application=self.case).latest("pk"))
        return answer

    def on_order(self, name: str, number: int, actor: str) -> Answer:
        act = getattr(supervision, name)
        pk = self.orders[number].pk
        return self.keyed(
            actor, lambda **call: act(pk, **call), actor=self.who(actor), reason="情况说明"
        )

    # Jumps

    def propose_jump(self, task: int, actor: str, target: str) -> Answer:
        def propose() -> None:
            plan = mending.Plan(Way.MOVE, task=task, target=target)
            case = Application.objects.select_related("process", "applicant").get(pk=self.case.pk)
            self.mending = mending.propose(
                case, by=self.who(actor), plan=plan, reason="处置", key=f"jump-{uuid4().hex}"
            )

        return self.do(propose)

    def confirm_jump(self, actor: str) -> Answer:
        return self.do(lambda: mending.confirm(self.mending, by=self.who(actor)))

    def decline_jump(self) -> Answer:
        return self.do(lambda: mending.decline(self.mending, by=self.mending.proposed_by))

    def live_row(self, element: str) -> int:
        """The row that holds the step's token."""
        rows = Task.objects.filter(
            process=self.process_id, element=element, flow_task_type="HUMAN", item=""
        )
        return rows.latest("pk").pk


def said(outcome: str, items: tuple[str, ...] = ()) -> Statement:
    reasons = (_REASON,) if outcome in ("reject", "not_accept") else ()
    return Statement(outcome, "意见", reasons, items=tuple(asked(items)))


def asked(items: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"field": item, "problem": "请核对"} for item in items]


def sheet() -> SimpleUploadedFile:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": str(random.random())})
    stream = io.BytesIO()
    writer.write(stream)
    return SimpleUploadedFile("报告.pdf", stream.getvalue(), "application/pdf")
