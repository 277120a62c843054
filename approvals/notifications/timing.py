"""When a message may leave: pure, no database, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import clock
from approvals.notifications.models import Mode

QUIET = (time(22), time(7))
"""Quiet hours of who chose none, Beijing time."""
DIGEST_AT = time(8, 30)
DIGEST_MARGIN = timedelta(minutes=5)
"""What comes later than this before a digest goes into the next one: it may be under way."""
_HORIZON = 60
"""Days in which a working day is found; the longest holiday has nine."""


@dataclass(frozen=True, slots=True)
class Preference:
    """How one person wants one kind; `quiet`: its first moment and the first free one."""

    mode: Mode = Mode.MAIL
    quiet: tuple[time, time] | None = QUIET


def weekdays(day: date) -> bool:
    """Monday to Friday; the caller with a database gives `workflows.calendar`'s days instead."""
    return day.weekday() < 5


def when(
    now: datetime,
    preference: Preference,
    urgent: bool,
    workday: Callable[[date], bool] = weekdays,
) -> datetime:
    """The moment (aware, Beijing) at which a mail may leave, never before `now`.

    Urgent: at once. Digest: 08:30 of the next working day that is not under way yet. Else at once,
    or at the end of the quiet hours. Raises ValueError for who wants no mail (`Mode.SITE`).
    """
    moment = now.astimezone(clock.BEIJING)
    if urgent:
        return moment
    if preference.mode == Mode.SITE:
        message = "who reads on the site only gets no mail"
        raise ValueError(message)
    if preference.mode == Mode.DIGEST:
        return _next_digest(moment, workday)
    return _after_quiet(moment, preference.quiet)


def _next_digest(moment: datetime, workday: Callable[[date], bool]) -> datetime:
    for offset in range(_HORIZON):
        day = moment.date() + timedelta(days=offset)
        digest = datetime.combine(day, DIGEST_AT, clock.BEIJING)
        if digest - moment >= DIGEST_MARGIN and workday(day):
            return digest
    message = f"no working day within {_HORIZON} days of {moment:%Y-%m-%d}"
    raise ValueError(message)


def _after_quiet(moment: datetime, quiet: tuple[time, time] | None) -> datetime:
    """The end of the quiet hours the moment lies in; they may run over midnight."""
    if quiet is None:
        return moment
    begins, ends = quiet
    hour = moment.time()
    if begins <= ends:
        inside, overnight = begins <= hour < ends, False
    else:
        inside, overnight = hour >= begins or hour < ends, hour >= begins
    if not inside:
        return moment
    day = moment.date() + timedelta(days=1 if overnight else 0)
    return datetime.combine(day, ends, clock.BEIJING)
