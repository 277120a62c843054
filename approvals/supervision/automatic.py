"""What the clock does by itself each morning: opens, raises and closes its own orders.

One daily job looks through the running cases with a rough measure and promises one job a case; that
job takes the case's lock and reckons exactly. Run twice, nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

import clock
from approvals.applications.models import Application
from approvals.applications.rights import FILING_ROLES
from approvals.applications.services.locking import locked
from approvals.programs.models import Program
from approvals.reviews.notifications import settle_done
from approvals.supervision import orders, unruled
from approvals.supervision.flags import flag
from approvals.supervision.levels import Level
from approvals.supervision.models import SupervisionOrder
from approvals.supervision.progress import progress_of, workdays_in
from approvals.supervision.rules import Rules, level_for, rules_of
from approvals.supervision.urging import open_tasks
from jobs import registry
from jobs import services as jobs
from organizations.models import Organ
from workflows import cases
from workflows.calendar import Workday, add_workdays, stored_days

DAILY = "supervise_daily"
CASE = "supervise_case"
SILENT = "supervise_silence"
AT = time(7, 30)
"""Before the offices open."""
_CHUNK = 2000


def promise(day: date) -> None:
    """The look through the cases of a day, once; promising it again changes nothing."""
    moment = datetime.combine(day, AT, clock.BEIJING)
    jobs.enqueue(DAILY, {"day": day.isoformat()}, key=day.isoformat(), run_at=moment)


def look_through(payload: dict[str, Any]) -> None:
    """Job body of the day: promises the jobs of the cases and orders that need something."""
    today = clock.today()
    promise(max(date.fromisoformat(payload["day"]), today) + timedelta(days=1))
    for number in _wanting(today):
        jobs.enqueue(CASE, {"application": number}, key=f"{number}:{today}")
    for number in _silent(today):
        jobs.enqueue(SILENT, {"order": number}, key=f"{number}:{today}")
    unruled.promise()
    _tidy(today)


def _wanting(today: date) -> Iterator[int]:
    """Cases whose term calls for a higher level than their order has, or that have ended."""
    ended = SupervisionOrder.objects.filter(
        issuer=None, closed_at=None, application__closed_at__isnull=False
    )
    yield from ended.values_list("application_id", flat=True)
    levels = dict(
        SupervisionOrder.objects.filter(issuer=None, closed_at=None).values_list(
            "application_id", "level"
        )
    )
    running = (
        Application.objects.filter(closed_at=None, accepted_at__isnull=False, due_on__isnull=False)
        .only("accepted_at", "due_on", "program_id")
        .order_by("pk")
    )
    rules = {row.pk: rules_of(row.content) for row in Program.objects.only("content")}
    first = running.order_by("accepted_at").values_list("accepted_at", flat=True).first() or today
    works = stored_days(first, today + timedelta(days=400))
    for case in running.iterator(chunk_size=_CHUNK):
        level = _roughly(case, today, works, rules[case.program_id])
        known = levels.get(case.pk)
        if level is not None and (known is None or Level(known).rank < level.rank):
            yield case.pk


def _roughly(case: Application, today: date, works: Workday, rules: Rules) -> Level | None:
    """By the outer days alone: never lower than the exact reckoning of a clock that paused."""
    if case.accepted_at is None or case.due_on is None:
        return None
    limit = workdays_in(case.accepted_at, case.due_on, works)
    used = workdays_in(case.accepted_at, today, works)
    return level_for(used, limit, rules)


def _silent(today: date) -> Iterator[int]:
    """Orders whose answer is overdue."""
    rows = SupervisionOrder.objects.filter(closed_at=None, answered=False, due_on__lt=today)
    yield from rows.order_by("pk").values_list("pk", flat=True)


def _tidy(today: date) -> None:
    """Lines about tasks of cases that ended since yesterday ask nobody for anything."""
    since = datetime.combine(today - timedelta(days=2), time.min, clock.BEIJING)
    for case in Application.objects.filter(closed_at__gte=since, process__isnull=False):
        settle_done(case)


def supervise_case(payload: dict[str, Any]) -> None:
    """Job body: one case, exactly, under its lock."""
    found = Application.objects.filter(pk=payload["application"]).first()
    if found is None or found.process_id is None or cases.lock(found.process_id) is None:
        return
    case = locked(found.pk)
    order = _automatic(case)
    if case.closed_at is not None:
        if order is not None:
            orders.finish(order, None, _("办件已办结，自动销号。"))
        return
    tasks = open_tasks(case)
    progress = progress_of(case, tasks)
    organ = next((task.organ for task in tasks if task.role not in FILING_ROLES), None)
    if progress.used is None or progress.limit is None or progress.paused or organ is None:
        return
    level = level_for(progress.used, progress.limit, rules_of(case.program.content))
    if level is None or progress.waits_for_applicant:
        return
    _bring_to(case, order, level, organ, progress.limit - progress.used)


def _automatic(case: Application) -> SupervisionOrder | None:
    rows = SupervisionOrder.objects.select_for_update(of=("self",)).filter(
        application=case, issuer=None, closed_at=None
    )
    return rows.select_related("organ", "application").first()


def _bring_to(
    case: Application, order: SupervisionOrder | None, level: Level, organ: Organ, left: int
) -> None:
    due = _reply_by(case, level)
    if order is None:
        orders.issue_automatic(case, organ, level, _demand(left), due)
    elif Level(order.level).rank < level.rank:
        if order.organ_id != organ.pk:  # the case went on: who has it now must answer
            order.organ = organ
            order.save(update_fields=["organ"])
        orders.raise_level(order, level, due, _demand(left))


def _demand(left: int) -> str:
    if left < 0:
        return _("办理时限已届满，请立即办理并书面说明原因和办结日期。")
    words = {"left": left}
    return _("办理时限还剩%(left)s个工作日，请加快办理并书面说明进展。") % words


def _reply_by(case: Application | None, level: Level) -> date:
    rules = rules_of(case.program.content if case is not None else {})
    return add_workdays(clock.today(), rules.reply[level]).day


def raise_silent(payload: dict[str, Any]) -> None:
    """Job body: no answer by the day: the level rises; at red the supervisors are told."""
    case_of_order = SupervisionOrder.objects.filter(pk=payload["order"]).values_list(
        "application_id", "application__process_id"
    )
    found = case_of_order.first()
    if found is None or (found[1] is not None and cases.lock(found[1]) is None):
        return
    case = locked(found[0]) if found[0] is not None else None
    rows = SupervisionOrder.objects.select_for_update(of=("self",)).select_related("organ")
    order = rows.filter(
        pk=payload["order"], closed_at=None, answered=False, due_on__lt=clock.today()
    ).first()
    if order is None:
        return
    order.application = case
    before = Level(order.level)
    reason = _("至%(day)s未书面答复。") % {"day": order.due_on.isoformat()}
    orders.raise_level(order, before.next, _reply_by(case, before.next), reason)
    if before is Level.RED and case is not None:
        flag(case, "silent_red", f"{order.organ.short_name}：{reason}")


def register_all() -> None:
    """Called once at start-up."""
    registry.register(DAILY, look_through)
    registry.register(CASE, supervise_case)
    registry.register(SILENT, raise_silent)
    unruled.register_all()
