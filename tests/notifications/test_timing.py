"""When a mail may leave: properties of the pure rule, and the days of the brief."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clock
from approvals.notifications.models import Mode
from approvals.notifications.timing import DIGEST_AT, QUIET, Preference, weekdays, when

FIRST = datetime(2024, 1, 1, tzinfo=clock.BEIJING)
MOMENTS = st.integers(0, 5 * 365 * 86400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))
QUIETS = st.none() | st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1])
MAILS = QUIETS.map(lambda quiet: Preference(Mode.MAIL, quiet))


def inside(moment: datetime, quiet: tuple[time, time]) -> bool:
    """By walking: minutes from the beginning of the quiet hours, modulo a day."""
    minutes = moment.hour * 60 + moment.minute
    begins, ends = (one.hour * 60 + one.minute for one in quiet)
    return (minutes - begins) % 1440 < (ends - begins) % 1440


@given(MOMENTS, MAILS)
def test_no_mail_leaves_in_quiet_hours_nor_before_it_was_written(
    now: datetime, preference: Preference
) -> None:
    moment = when(now, preference, False)
    assert moment >= now
    assert moment - now < timedelta(days=1)
    assert preference.quiet is None or not inside(moment, preference.quiet)


@given(MOMENTS, MAILS)
def test_a_mail_outside_quiet_hours_leaves_at_once(now: datetime, preference: Preference) -> None:
    quiet = preference.quiet
    if quiet is None or not inside(now, quiet):
        assert when(now, preference, False) == now


@given(MOMENTS, MAILS | st.builds(Preference, st.sampled_from(Mode), QUIETS))
def test_what_is_urgent_leaves_at_once_whatever_the_wish(
    now: datetime, preference: Preference
) -> None:
    assert when(now, preference, True) == now


@given(MOMENTS, MOMENTS, MAILS | QUIETS.map(lambda quiet: Preference(Mode.DIGEST, quiet)))
def test_what_is_written_later_never_leaves_earlier(
    one: datetime, other: datetime, preference: Preference
) -> None:
    first, second = sorted((one, other))
    assert when(first, preference, False) <= when(second, preference, False)


@given(MOMENTS, MAILS)
def test_the_moment_found_is_a_moment_that_may_be_used(
    now: datetime, preference: Preference
) -> None:
    moment = when(now, preference, False)
    assert when(moment, preference, False) == moment


@given(MOMENTS)
def test_a_digest_leaves_at_half_past_eight_of_a_working_day(now: datetime) -> None:
    moment = when(now, Preference(Mode.DIGEST), False)
    assert moment > now
    assert moment.time() == DIGEST_AT
    assert weekdays(moment.date())
    days = (now.date() + timedelta(days=n) for n in range(1, (moment.date() - now.date()).days))
    assert not any(weekdays(day) for day in days)


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        ("2026-11-18T21:59", "2026-11-18T21:59"),
        ("2026-11-18T22:00", "2026-11-19T07:00"),
        ("2026-11-19T06:59", "2026-11-19T07:00"),
        ("2026-11-19T07:00", "2026-11-19T07:00"),
    ],
)
def test_the_night_is_from_ten_to_seven_in_beijing(hour: str, expected: str) -> None:
    now, then = (datetime.fromisoformat(one + "+08:00") for one in (hour, expected))
    assert when(now, Preference(), False) == then
    assert (time(22), time(7)) == QUIET


def test_the_servers_zone_does_not_matter() -> None:
    evening = datetime.fromisoformat("2026-11-18T15:00+00:00")  # 23:00 in Beijing
    assert when(evening, Preference(), False).isoformat() == "2026-11-19T07:00:00+08:00"


def test_a_digest_skips_the_holiday_the_calendar_names() -> None:
    holiday = {date(2026, 10, day) for day in range(1, 8)}
    now = datetime.fromisoformat("2026-09-30T17:00+08:00")
    moment = when(now, Preference(Mode.DIGEST), False, lambda day: day not in holiday)
    assert moment.isoformat() == "2026-10-08T08:30:00+08:00"


def test_what_comes_minutes_before_a_digest_waits_for_the_next_one() -> None:
    now = datetime.fromisoformat("2026-11-18T08:27+08:00")
    assert when(now, Preference(Mode.DIGEST), False).date() == date(2026, 11, 19)


def test_who_reads_on_the_site_only_gets_no_mail() -> None:
    with pytest.raises(ValueError, match="site only"):
        when(datetime.fromisoformat("2026-11-18T10:00+08:00"), Preference(Mode.SITE), False)
