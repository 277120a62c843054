"""ISO 8601 durations of FEEL: years and months, or days and time (a timedelta); never mixed."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>[0-9]{1,6})Y)?(?:(?P<months>[0-9]{1,6})M)?"
    r"(?:(?P<days>[0-9]{1,9})D)?"
    r"(?P<time>T(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration, in months."""

    months: int


def moved(day: date, by: Months | timedelta) -> date | None:
    """A date moved by a duration; a month's missing day becomes its last, hours add to 00:00."""
    try:
        if isinstance(by, timedelta):
            return day + timedelta(days=by.days)
        year, month = divmod(day.year * 12 + day.month - 1 + by.months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return day.replace(year=year, month=month + 1, day=min(day.day, last))
    except (OverflowError, ValueError):
        return None


def duration(text: str) -> Months | timedelta | None:
    """An ISO 8601 duration: years and months, or days and time; null when mixed or not one."""
    match = DURATION.fullmatch(text)
    if match is None or text.endswith("T"):
        return None
    part = {k: v for k, v in match.groupdict().items() if v and k not in {"sign", "time"}}
    if not part or ({"years", "months"} & part.keys() and part.keys() - {"years", "months"}):
        return None
    if part.keys() <= {"years", "months"}:
        months = Months(int(part.get("years", 0)) * 12 + int(part.get("months", 0)))
        return Months(-months.months) if match["sign"] else months
    try:
        span = timedelta(**{k: float(v) if k == "seconds" else int(v) for k, v in part.items()})
        return -span if match["sign"] else span
    except OverflowError:
        return None


def duration_text(value: Months | timedelta) -> str:
    """ISO 8601 text of a duration, the shortest that says the same."""
    if isinstance(value, Months):
        years, months = divmod(abs(value.months), 12)
        text = "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"-{text}" if value.months < 0 else text
    span = abs(value)
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    second = f"{seconds}.{span.microseconds:06d}".rstrip("0").rstrip(".")
    if not span.microseconds:
        second = str(seconds)
    time = "".join(
        f"{n}{unit}"
        for n, unit in ((hours, "H"), (minutes, "M"), (second, "S"))
        if n not in {0, "0"}
    )
    days = f"{span.days}D" if span.days or not time else ""
    text = f"P{days}" + (f"T{time}" if time else "")
    return f"-{text}" if value < timedelta(0) else text
