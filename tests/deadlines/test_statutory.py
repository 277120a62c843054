"""The pure clock: the calendar's vectors, publicity windows, pauses, extension; and the long way."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from approvals.deadlines.ledger import DayKind, Mark
from approvals.deadlines.statutory import Event, Kind, Rule, due, forecast
from tests.deadlines.brute import CALENDAR, logs, long_way
from workflows.calendar import published

FULL = os.environ.get("FAULT_SIZE") == "full"
TWENTY = Rule(
    20,
    pauses={Kind.CORRECTION: "a", Kind.SPECIAL_PROCEDURE: "b", Kind.SUSPENSION: "c"},
    extension=10,
)

VECTORS = [
    ("2016-09-29", "2016-10-11", "2016-10-18", "2016-11-01"),
    ("2017-01-20", "2017-01-26", "2017-02-08", "2017-02-22"),
    ("2018-02-09", "2018-02-22", "2018-02-28", "2018-03-14"),
    ("2020-01-20", "2020-02-04", "2020-02-11", "2020-02-25"),
    ("2021-09-28", "2021-10-11", "2021-10-18", "2021-11-01"),
    ("2023-09-27", "2023-10-10", "2023-10-17", "2023-10-31"),
    ("2024-09-12", "2024-09-20", "2024-09-27", "2024-10-16"),
    ("2025-09-26", "2025-10-10", "2025-10-16", "2025-10-30"),
    ("2026-02-11", "2026-02-25", "2026-03-03", "2026-03-17"),
]
WINDOWS = [
    ("2020-12-30", "same", "2021-01-06"),
    ("2020-12-30", "next", "2021-01-07"),
    ("2024-10-24", "same", "2024-10-30"),
    ("2025-09-22", "same", "2025-09-26"),
    ("2021-04-25", "same", "2021-04-29"),
]
"""Five working days of publicity; 2021-04-25 is a Sunday on which offices work."""


def day(text: str) -> date:
    return date.fromisoformat(text)


def started(text: str) -> Event:
    return Event(Kind.STARTED, day(text))


def reckoned(rule: Rule, *events: Event):
    return due(events, published, rule)


@pytest.mark.parametrize(("event", "five", "ten", "twenty"), VECTORS)
def test_the_vectors_of_the_calendar(event, five, ten, twenty):
    for days, wanted in ((5, five), (10, ten), (20, twenty)):
        assert reckoned(Rule(days), started(event)).due == day(wanted)


@pytest.mark.parametrize(("event", "first", "wanted"), WINDOWS)
def test_a_publicity_window_of_five_working_days(event, first, wanted):
    assert reckoned(Rule(5, first=first), started(event)).due == day(wanted)


def test_a_sunday_of_make_up_work_counts_and_says_why():
    entry = reckoned(Rule(5, first="same"), started("2021-04-25")).entry(day("2021-04-25"))
    assert (entry.kind, entry.mark, entry.number) == (DayKind.MAKE_UP, Mark.COUNTED, 1)


def test_every_day_is_named():
    ledger = reckoned(Rule(5), started("2026-02-11")).ledger
    assert [entry.day for entry in ledger] == [day("2026-02-11") + timedelta(n) for n in range(15)]
    assert ledger[0].mark is Mark.EVENT_DAY
    kinds = {entry.day.isoformat()[5:]: entry.kind.value for entry in ledger}
    assert kinds["02-14"] == "make_up"
    assert kinds["02-16"] == "holiday"
    assert kinds["02-21"] == "weekend"
    assert [entry.number for entry in ledger] == [0, 1, 2, 3, *[3] * 9, 4, 5]


def test_calendar_days_count_on_holidays_too():
    assert reckoned(Rule(7, unit="days", first="same"), started("2017-10-23")).due == day(
        "2017-10-29"
    )


def test_a_pause_takes_the_days_behind_its_first_up_to_its_last():
    """Asked on Monday (counted), answered on Wednesday: Thursday counts again."""
    asked = Event(Kind.CORRECTION, day("2025-03-10"), day("2025-03-12"))
    found = reckoned(Rule(5, pauses={Kind.CORRECTION: "a"}), started("2025-03-07"), asked)
    assert found.entry(day("2025-03-10")).mark is Mark.COUNTED
    assert [found.entry(day(f"2025-03-{n}")).mark for n in (11, 12)] == [Mark.PAUSED] * 2
    assert found.due == day("2025-03-18")


def test_a_pause_without_a_legal_basis_in_the_rule_stops_nothing():
    asked = Event(Kind.CORRECTION, day("2025-03-10"), day("2025-03-12"))
    assert reckoned(Rule(5), started("2025-03-07"), asked).due == day("2025-03-14")


def test_asked_and_answered_on_one_day_costs_the_applicant_nothing():
    asked = Event(Kind.CORRECTION, day("2025-03-10"), day("2025-03-10"))
    alone = reckoned(TWENTY, started("2025-03-07"))
    assert reckoned(TWENTY, started("2025-03-07"), asked).due == alone.due


def test_two_pauses_at_once_take_a_day_once():
    hearing = Event(Kind.SPECIAL_PROCEDURE, day("2025-03-11"), day("2025-03-13"), "same")
    asked = Event(Kind.CORRECTION, day("2025-03-10"), day("2025-03-12"))
    found = reckoned(Rule(5, pauses=TWENTY.pauses), started("2025-03-07"), hearing, asked)
    assert found.due == day("2025-03-19")


def test_an_open_pause_leaves_the_day_open_and_the_forecast_closes_it():
    log = [
        started("2025-03-07"),
        Event(Kind.SPECIAL_PROCEDURE, day("2025-03-12"), first="same", expected=day("2025-03-14")),
    ]
    found = due(log, published, Rule(5, pauses=TWENTY.pauses))
    assert found.due is None
    assert found.open_pause is log[1]
    assert [entry.number for entry in found.ledger][-1] == 2
    rule = Rule(5, pauses=TWENTY.pauses)
    assert forecast(log, published, rule, today=day("2025-03-12")).due == day("2025-03-19")
    assert forecast(log, published, rule, today=day("2025-03-20")).due == day("2025-03-25")


def test_a_pause_that_begins_behind_the_last_day_changes_nothing():
    late = Event(Kind.SUSPENSION, day("2025-03-17"))
    assert reckoned(Rule(5, pauses=TWENTY.pauses), started("2025-03-07"), late).due == day(
        "2025-03-14"
    )


def test_an_extension_counts_once_and_never_more_than_the_rule_allows():
    first = Event(Kind.EXTENSION, day("2025-03-20"), days=10)
    again = Event(Kind.EXTENSION, day("2025-03-21"), days=10)
    much = Event(Kind.EXTENSION, day("2025-03-20"), days=60)
    longer = reckoned(TWENTY, started("2025-03-07"), first)
    assert longer.extended_by == 10
    assert sum(entry.extended for entry in longer.ledger) == 10
    assert reckoned(TWENTY, started("2025-03-07"), first, again).due == longer.due
    assert reckoned(TWENTY, started("2025-03-07"), much).due == longer.due
    assert reckoned(Rule(20), started("2025-03-07"), first).extended_by == 0


def test_days_beyond_the_published_calendar_are_provisional():
    found = reckoned(Rule(5), started("2026-12-30"))
    assert (found.due, found.provisional) == (day("2027-01-06"), True)
    assert [entry.provisional for entry in found.ledger][:3] == [False, False, True]
    assert not reckoned(Rule(1), started("2026-12-30")).provisional


def test_a_paused_day_beyond_the_calendar_makes_nothing_provisional():
    hearing = Event(Kind.SPECIAL_PROCEDURE, day("2027-01-01"), first="same")
    assert not reckoned(Rule(5, pauses=TWENTY.pauses), started("2026-12-30"), hearing).provisional


def test_what_is_used_and_left_is_read_off_any_day():
    found = due([started("2025-03-07")], published, Rule(5), through=day("2025-03-19"))
    spent = {n: found.left(day(f"2025-03-{n:02}")) for n in (6, 7, 10, 14, 16, 19)}
    assert spent == {6: 5, 7: 5, 10: 4, 14: 0, 16: 0, 19: -3}
    assert found.entry(day("2025-03-19")).late


def test_the_end_of_the_case_stops_the_count_of_days_used_and_moves_no_date():
    found = due(
        [started("2025-03-07"), Event(Kind.ENDED, day("2025-03-11"))],
        published,
        Rule(5),
        through=day("2025-03-30"),
    )
    assert found.due == day("2025-03-14")
    assert found.used(day("2025-03-30")) == 2


def test_nothing_has_begun_before_the_beginning():
    found = reckoned(TWENTY, Event(Kind.CORRECTION, day("2025-03-10")))
    assert (found.start, found.due, found.ledger) == (None, None, ())
    assert found.left(day("2025-03-10")) == 20


def test_a_term_without_an_end_is_refused():
    endless = Event(Kind.SUSPENSION, day("2025-03-10"), day("2099-01-01"))
    with pytest.raises(ValueError, match="does not end"):
        reckoned(TWENTY, started("2025-03-07"), endless)


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"days": 5, "unit": "weeks"}, {"days": 5, "first": "x"}]
)
def test_a_rule_nobody_can_reckon_by_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no term|unknown first day"):
        Rule(**wrong)


def agree(log, rule):
    found, told = due(log, CALENDAR.__getitem__, rule), long_way(log, rule)
    if told is None:
        assert found.start is None
        return
    assert (found.due, found.provisional) == (told.due, told.provisional)
    assert tuple(entry.day for entry in found.ledger if entry.counts) == told.counted
    for place, entry in enumerate(found.ledger):
        assert entry.day == found.start + timedelta(place)
        assert entry.number == sum(one <= entry.day for one in told.counted)
        assert (entry.pause is not None) == (entry.mark is Mark.PAUSED)
        if entry.mark is Mark.PAUSED:
            assert entry.day in told.paused


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(logs())
def test_the_clock_is_what_a_person_counts_by_hand_on_five_hundred_random_logs(case):
    agree(*case)


@pytest.mark.faults
@settings(
    max_examples=100_000 if FULL else 2_000,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(logs())
def test_the_clock_is_what_a_person_counts_by_hand_on_very_many_random_logs(case):
    agree(*case)
