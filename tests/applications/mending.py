"""How tests of this folder ask for corrections, answer them, and let days pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

import clock
from approvals.applications import services
from approvals.applications.models import Application
from approvals.applications.selectors import correction_task
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Reason, Statement
from jobs.worker import run_due
from organizations.models import User
from tests.people import Town, key
from workflows.calendar import add_workdays
from workflows.models import Task
from workflows.operations import Step

REASON = Reason("示例办法第六条", "面积不低于5000平方米", "实测4800平方米")


def waiting(case: Application, element: str) -> Task:
    return Task.objects.select_related("process").get(
        process=case.process_id, element=element, is_open=True
    )


def decide(case: Application, element: str, by: User, statement: Statement, **options) -> Step:
    task = waiting(case, element)
    return decide_task(
        task.pk,
        actor=by,
        key=options.get("with_key") or key(),
        expected_version=task.process.material_version,
        statement=statement,
    )


def asks(case: Application, element: str, by: User, *named: str) -> Step:
    """Returns the case with these fields or slots to be mended."""
    items = tuple({kind: name, "problem": "与材料不一致"} for kind, name in map(_split, named))
    said = Statement("return", text="请修改所列事项。", items=items)
    return decide(case, element, by, said)


def _split(name: str) -> tuple[str, str]:
    kind, _colon, rest = name.partition(":")
    return (kind, rest) if rest else ("field", name)


def answers(town: Town, case: Application, **changed) -> Application:
    """The applicant sends the corrections in."""
    case.refresh_from_db()
    task = correction_task(case)
    return services.resubmit(
        task.pk,
        by=town.cast.member_of(case.applicant),
        key=key(),
        expected_version=task.process.material_version,
        answers=changed,
    )


@contextmanager
def workdays_later(n: int, *, hours: int = 10) -> Iterator[datetime]:
    """The n-th working day from today, at that hour."""
    day = add_workdays(clock.today(), n).day
    moment = datetime.combine(day, time(hours), clock.BEIJING)
    with clock.at(moment):
        yield moment


@contextmanager
def the_day_after_workdays(n: int) -> Iterator[datetime]:
    """24:00 of the n-th working day has passed by a minute; whatever was due has run."""
    day = add_workdays(clock.today(), n).day + timedelta(days=1)
    moment = datetime.combine(day, time(0, 1), clock.BEIJING)
    with clock.at(moment):
        run_due()
        yield moment
