"""Publicity counts from the day it is published on: day 1 is that day if it is a working day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played, released
from tests.workflows.test_calendar import printed
from workflows import terms
from workflows.bpmn.model import ProcessModel
from workflows.models import CalendarDay
from workflows.operations import suspending
from workflows.reading import model_of

pytestmark = pytest.mark.django_db

PUBLISHED = [
    # (published on, last day of five working days)
    (date(2020, 12, 30), date(2021, 1, 6)),
    (date(2024, 10, 24), date(2024, 10, 30)),
    (date(2025, 9, 22), date(2025, 9, 26)),
    (date(2021, 4, 25), date(2021, 4, 29)),  # a Sunday on which offices work
    (date(2021, 4, 24), date(2021, 4, 29)),  # a Saturday: day 1 is the Sunday
]


def with_window(count_from: str | None, days: str = "P5D", unit: str = "workdays") -> str:
    counted = {"countFrom": count_from} if count_from else {}
    term = {"due": days, "calendar": unit, **counted}
    return diagram(
        {
            "start": {},
            "publicity": {"role": "reviewer", **term},
            "over": {
                "kind": "boundaryEvent", "attached_to": "publicity", "timer": days,
                "calendar": unit, **counted,
            },
            "sign": {"role": "bureau_leader"},
            "end": {},
            "end_objection": {},
        },
        [("start", "publicity"), ("publicity", "end_objection"), ("over", "sign"), ("sign", "end")],
    )  # fmt: skip


def opened(on: date, monkeypatch: pytest.MonkeyPatch) -> Played:
    """A case whose window opens at half past four in the afternoon of the day."""
    at = datetime.combine(on, time(16, 30), clock.BEIJING)
    monkeypatch.setattr("tests.workflows.playing.MONDAY", at)
    return Played("flow")


def moments(case: Played) -> set[datetime | None]:
    """Of the seat and of the timer at its edge."""
    seat = next(row for row in case.rows if row.element == "publicity")
    timer = next(row for row in case.rows if row.element == "over")
    return {seat.due_at, timer.scheduled}


def after(day: date) -> datetime:
    """24:00 of the day."""
    return datetime.combine(day + timedelta(days=1), time(), clock.BEIJING)


@pytest.mark.parametrize(("day", "last"), PUBLISHED)
def test_five_working_days_from_the_day_of_publication(
    day: date, last: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(with_window("publication_day"))
    assert moments(opened(day, monkeypatch)) == {after(last)}
    told = printed(day.isoformat(), "5", "--from-day", "same")
    assert told == {"due": last.isoformat(), "provisional": False}


@pytest.mark.parametrize("count_from", [None, "next_day"])
def test_every_other_term_counts_from_the_next_day(
    count_from: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(with_window(count_from))
    assert moments(opened(date(2020, 12, 30), monkeypatch)) == {after(date(2021, 1, 7))}


def test_calendar_days_count_the_day_of_publication_too(monkeypatch: pytest.MonkeyPatch) -> None:
    released(with_window("publication_day", "P7D", "days"))
    assert moments(opened(date(2025, 9, 22), monkeypatch)) == {after(date(2025, 9, 28))}


def test_the_window_ends_at_24_00_and_not_a_minute_before(monkeypatch: pytest.MonkeyPatch) -> None:
    released(with_window("publication_day"))
    case = opened(date(2025, 9, 22), monkeypatch)
    assert case.wait(days=4, hours=7, minutes=29) == ["publicity"]
    assert case.wait(minutes=1) == ["sign"]


def test_a_changed_calendar_reckons_the_window_from_the_same_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released(with_window("publication_day"))
    case = opened(date(2025, 9, 22), monkeypatch)
    off = date(2025, 9, 24)
    CalendarDay.objects.filter(day=off).update(is_workday=False)
    moved = terms.redate(case.process, [off])
    wanted = (after(date(2025, 9, 26)), after(date(2025, 9, 28)))
    assert [(one.before, one.after) for one in moved] == [wanted, wanted]  # Sunday 28th is worked


def test_a_pause_keeps_the_days_that_were_left(monkeypatch: pytest.MonkeyPatch) -> None:
    released(with_window("publication_day"))
    case = opened(date(2025, 9, 22), monkeypatch)
    due = moments(case).pop()
    since = datetime(2025, 9, 23, 9, tzinfo=clock.BEIJING)
    assert suspending.moved(due, since, since + timedelta(days=1), "workdays") == after(
        date(2025, 9, 28)
    )


def shipped() -> list[tuple[str, ProcessModel, list[dict]]]:
    """Every flow of the packs with the programs that run it."""
    found = []
    for path in sorted(Path(settings.BASE_DIR, "policies").glob("*/flows/*.bpmn")):
        model = model_of(path.read_text(), path.name)
        files = path.parents[1].glob("programs/*.yaml")
        programs = [yaml.safe_load(file.read_text()) for file in files]
        found.append((path.name, model, [one for one in programs if one["flow"] == model.key]))
    return found


def test_the_shipped_diagrams_count_as_their_programs_say() -> None:
    flows = shipped()
    assert len(flows) == 6
    for name, model, programs in flows:
        steps = [n for n in model.nodes.values() if n.attributes.get("phase") == "publicity"]
        assert len(steps) == 1, name
        timer = next(
            n.event.timer for n in model.nodes.values() if n.event and n.attached_to == steps[0].id
        )
        drawn = (timer.duration, timer.calendar, timer.first)
        seat = steps[0].attributes
        assert drawn == (seat["due"], seat["calendar"], "same"), name
        for program in programs:
            said = program["publicity"]
            first = "same" if said["first_day"] == "publication" else "next"
            assert drawn == (f"P{said['days']}D", said["unit"], first), program["code"]
