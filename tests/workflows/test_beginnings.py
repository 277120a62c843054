"""Cases that begin by the clock or by a message, and messages brought in by an operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import clock
from jobs import services as jobs
from jobs.models import Job, State
from jobs.worker import run_due
from tests.workflows.diagrams import diagram
from tests.workflows.playing import MONDAY
from workflows import beginnings, releases
from workflows.beginnings import Beginning
from workflows.bpmn import SHORT_ROLES, Bindings
from workflows.cases import World
from workflows.models import FlowVersion, Process, Task
from workflows.simulation.people import SimulatedDirectory

pytestmark = pytest.mark.django_db
KINDS = frozenset({beginnings.JOB_KIND})
NO_TIMERS = Bindings(roles=SHORT_ROLES)


@pytest.fixture
def begun() -> Iterator[list[Beginning]]:
    """An opener that opens a bare case and notes what it was asked."""
    asked: list[Beginning] = []

    def opener(beginning: Beginning) -> Process:
        asked.append(beginning)
        return beginnings.open_bare(beginning, world=World(SimulatedDirectory(), {}))

    for key in ("daily", "claim"):
        beginnings.register(key, opener)
    yield asked
    for key in ("daily", "claim"):
        beginnings.forget(key)


def load(
    start: dict[str, Any], *, key: str = "daily", version: int = 1, **attributes: str
) -> FlowVersion:
    nodes = {"begin": {"kind": "startEvent", **start}, "check": {"role": "county"}, "end": {}}
    text = diagram(nodes, [("begin", "check"), ("check", "end")], key=key, version=version, attributes=attributes)  # fmt: skip
    (row,) = releases.load([(f"{key}.bpmn", text.encode())], city="testcity", bindings=NO_TIMERS, by=None)  # fmt: skip
    return row


def moments(asked: list[Beginning]) -> list[str]:
    return [b.at.astimezone(clock.BEIJING).strftime("%d %H:%M") for b in asked]


def opened() -> list[str]:
    return list(Task.objects.filter(is_open=True).values_list("element", flat=True))


def test_a_timer_start_begins_a_case_when_its_moment_has_come(begun):
    with clock.at(MONDAY):
        load({"timer": "PT2H"})
        assert run_due(kinds=KINDS) == 0
    with clock.at(MONDAY + timedelta(hours=2)):
        assert run_due(kinds=KINDS) == 1
        assert run_due(kinds=KINDS) == 0
    assert moments(begun) == ["03 11:00"]
    assert opened() == ["check"]
    started = Task.objects.get(element="begin")
    assert started.status == "DONE"


def test_after_days_of_downtime_every_missed_moment_comes_once_in_its_order(begun):
    with clock.at(MONDAY):
        load({"cycle": "R4/P1D"})
    with clock.at(MONDAY + timedelta(days=3)):
        run_due(kinds=KINDS)
        assert moments(begun) == ["04 09:00", "05 09:00", "06 09:00"]
        assert run_due(kinds=KINDS) == 0
    with clock.at(MONDAY + timedelta(days=30)):
        run_due(kinds=KINDS)
    assert moments(begun) == ["04 09:00", "05 09:00", "06 09:00", "07 09:00"]
    assert Process.objects.count() == 4


def test_two_flows_that_were_missed_begin_in_the_order_of_their_moments(begun):
    with clock.at(MONDAY):
        load({"cycle": "R2/P2D"})
        load({"cycle": "R2/P3D"}, key="claim")
    with clock.at(MONDAY + timedelta(days=9)):
        run_due(kinds=KINDS)
    assert [(b.version.key, b.at.day) for b in begun] == [("daily", 5), ("claim", 6), ("daily", 7), ("claim", 9)]  # fmt: skip


def test_a_second_dispatcher_and_a_second_arming_begin_nothing_more(begun):
    with clock.at(MONDAY):
        row = load({"cycle": "R1/P1D"})
        assert beginnings.arm(row) == 1
        call_command("arm_timer_starts", stdout=StringIO())
        assert Job.objects.filter(kind=beginnings.JOB_KIND).count() == 1
    job = Job.objects.get(kind=beginnings.JOB_KIND)
    with clock.at(MONDAY + timedelta(days=1)):
        run_due(kinds=KINDS)
        again = jobs.enqueue(beginnings.JOB_KIND, job.payload, key=job.key, run_at=clock.now())
        assert again.pk == job.pk
        run_due(kinds=KINDS)
    assert Process.objects.count() == 1


def test_a_moment_that_fails_begins_nothing_and_is_tried_again(begun, monkeypatch):
    with clock.at(MONDAY):
        load({"cycle": "R2/P1D"})
    with clock.at(MONDAY + timedelta(days=1)):
        monkeypatch.setattr(beginnings, "_promise", lambda *_: 1 / 0)
        run_due(kinds=KINDS)
        assert Process.objects.count() == 0
        assert len(begun) == 1
    monkeypatch.undo()
    with clock.at(MONDAY + timedelta(days=1, hours=12)):
        run_due(kinds=KINDS)
    assert Process.objects.count() == 1
    assert Job.objects.filter(kind=beginnings.JOB_KIND, state=State.WAITING).count() == 1


def test_an_older_version_begins_nothing_from_the_day_on_which_the_newer_one_is_valid(begun):
    with clock.at(MONDAY):
        load({"cycle": "R/P1D"})
        load({"cycle": "R/P1D"}, version=2, validFrom="2025-03-06")
    with clock.at(MONDAY + timedelta(days=5)):
        run_due(kinds=KINDS)
    versions = [(b.version.version, b.at.astimezone(clock.BEIJING).day) for b in begun]
    assert versions == [(1, 4), (1, 5), (2, 7), (2, 8)]


def test_a_date_that_had_passed_when_the_version_was_loaded_does_not_come_again(begun):
    with clock.at(MONDAY):
        load({"date": "2025-03-01"})
        load({"date": "2025-03-10T09:00:00+08:00"}, key="claim")
    with clock.at(MONDAY + timedelta(days=20)):
        run_due(kinds=KINDS)
    assert [b.version.key for b in begun] == ["claim"]


def test_without_an_opener_the_job_fails_where_the_operator_sees_it():
    with clock.at(MONDAY):
        load({"timer": "PT1H"}, key="nobodys")
    with clock.at(MONDAY + timedelta(hours=1)):
        run_due(kinds=KINDS)
    job = Job.objects.get(kind=beginnings.JOB_KIND)
    assert (job.state, job.attempts) == (State.WAITING, 1)
    assert "NoOpenerError" in job.last_error
    assert not Process.objects.exists()


def test_a_flow_has_one_opener(begun):
    with pytest.raises(ValueError, match="already"):
        beginnings.register("daily", beginnings.open_bare)


def test_a_timer_that_needs_a_variable_of_the_case_is_not_armed(begun):
    row = load({"timer": "=wait"})
    assert beginnings.arm(row) == 0


# Messages


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("deliver_message", *arguments, stdout=out)
    return out.getvalue()


def test_a_message_start_begins_a_case_with_the_messages_data(begun):
    load({"message": "claim filed"}, key="claim")
    answer = told("claim filed", "--data", '{"amount": 12.5}')
    process = Process.objects.get()
    assert answer == f"process {process.pk} has begun\n"
    assert (process.data["amount"], opened()) == (12.5, ["check"])


def test_a_message_wakes_the_case_that_is_named_and_no_other(begun):
    nodes = {"begin": {"kind": "startEvent"}, "wait": {"kind": "intermediateCatchEvent", "message": "paid"}, "check": {"kind": "intermediateCatchEvent", "message": "seen"}, "end": {}}  # fmt: skip
    text = diagram(nodes, [("begin", "wait"), ("wait", "check"), ("check", "end")], key="claim")
    (row,) = releases.load([("c.bpmn", text.encode())], city="testcity", bindings=NO_TIMERS, by=None)  # fmt: skip
    first, second = (
        beginnings.open_bare(Beginning(row, "begin", clock.now())) for _case in range(2)
    )
    assert told("paid", "--case", str(second.pk), "--data", '{"day": "2025-03-04"}') == (
        f"process {second.pk} has taken the message: no further task\n"
    )
    assert [task.process_id for task in Task.objects.filter(element="check")] == [second.pk]
    with pytest.raises(CommandError, match="does not wait"):
        told("paid", "--case", str(second.pk))
    with pytest.raises(CommandError, match="name a waiting case"):
        told("paid")
    assert first.pk != second.pk


@pytest.mark.parametrize(
    "data", ["[" * 200_000, '{"a": ' + "9" * 5000 + "}", "[]", '{"a":1,"a":2}']
)
def test_a_message_with_data_that_is_none_is_refused_in_words(data):
    with pytest.raises(CommandError, match="--data"):
        told("paid", "--data", data)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("m", "--data", "{"), "not JSON"), (("m", "--data", "[]"), "object"), (("m", "--case", "999999"), "no process"), (("m",), "no flow")],
)  # fmt: skip
def test_an_operators_slip_is_told_and_changes_nothing(
    arguments: tuple[str, ...], word: str
) -> None:
    with pytest.raises(CommandError, match=word):
        told(*arguments)
    assert not Process.objects.exists()


def test_a_message_without_an_opener_is_refused() -> None:
    load({"message": "alone"}, key="nobodys")
    with pytest.raises(CommandError, match="register an opener"):
        told("alone")


def test_rival_starts_do_not_wait_any_more_when_one_event_has_begun_the_case(begun):
    nodes = {
        "begin": {"kind": "startEvent", "message": "go"}, "clock": {"kind": "startEvent", "timer": "P1D"}, "x": {"kind": "exclusiveGateway"},
        "check": {"role": "county"}, "end": {},
    }  # fmt: skip
    text = diagram(nodes, [("begin", "x"), ("clock", "x"), ("x", "check"), ("check", "end")], key="claim")  # fmt: skip
    releases.load([("c.bpmn", text.encode())], city="testcity", bindings=NO_TIMERS, by=None)
    told("go")
    assert not Task.objects.filter(element="clock").exists()
    assert opened() == ["check"]
