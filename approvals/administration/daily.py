"""The daily job: one anchor over all journal heads, and the promise of tomorrow's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import clock
from jobs import registry
from jobs import services as jobs
from journal.services import anchor

JOB_KIND = "journal_anchor"
AT = time(0, 10)
"""Ten past midnight in Beijing: the day before is closed."""


def promise(day: date) -> None:
    """The anchor of a day is made once, the morning after; promising it again changes nothing."""
    moment = datetime.combine(day + timedelta(days=1), AT, clock.BEIJING)
    jobs.enqueue(JOB_KIND, {"day": day.isoformat()}, key=day.isoformat(), run_at=moment)


def make_anchor(payload: dict[str, Any]) -> None:
    """Job body."""
    day = date.fromisoformat(payload["day"])
    anchor(day)
    promise(max(day + timedelta(days=1), clock.today()))


def register_all() -> None:
    """Called once at start-up."""
    registry.register(JOB_KIND, make_anchor)
