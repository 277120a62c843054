"""What the demo's people were told and reminded of: notification centres, orders, an urging."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import clock
from approvals.applications.models import Application
from approvals.applications.rights import supervisors_of
from approvals.reviews import notifications
from approvals.supervision import automatic, services
from approvals.supervision.addressees import addressed
from approvals.supervision.levels import Level
from approvals.supervision.models import SupervisionOrder
from jobs.worker import run_due
from organizations.kinds import Kind
from organizations.models import Organ, User
from organizations.permissions import Permission, can
from workflows.models import Task

_ANSWER = "已安排专人办理，材料核对完毕，预计三个工作日内提出意见。"
_DEMAND = "请于期限内书面报告本季度申报受理和审核进展，逾期事项逐项说明原因。"


def oversee(until: datetime) -> None:
    """At the end of the season: lines for what is open, the clock's orders, some answers."""
    with clock.at(until):
        for case in Application.objects.filter(closed_at=None, process__isnull=False):
            _tell(case)
        automatic.look_through({"day": clock.today().isoformat()})
        run_due(kinds={automatic.CASE})
        for order in SupervisionOrder.objects.select_related("organ", "application"):
            if order.pk % 3 == 0:
                _answer(order)
        counties = Organ.objects.filter(kind=Kind.COUNTY).order_by("city", "-key")
        for county in {county.city: county for county in counties}.values():
            _demand(county)


def _tell(case: Application) -> None:
    rows = Task.objects.filter(process_id=case.process_id, is_open=True).exclude(role="")
    numbers = list(rows.values_list("pk", flat=True))
    if numbers:
        notifications.fan_out({"application": case.pk, "tasks": numbers})


def _answer(order: SupervisionOrder) -> None:
    people = addressed(order)
    if people:
        services.reply(order.pk, actor=people[0], key=uuid.uuid4().hex, reason=_ANSWER)


def _demand(county: Organ) -> None:
    issuer = _discipline(county)
    if issuer is not None:
        services.open_order(
            actor=issuer,
            key=uuid.uuid4().hex,
            level=Level.BLUE,
            organ=county,
            demand=_DEMAND,
            due_on=clock.today() + timedelta(days=7),
        )


def _discipline(county: Organ) -> User | None:
    found = supervisors_of(county.city)
    return next((one for one in found if can(one, Permission.SUPERVISE_CASE, county)), None)
