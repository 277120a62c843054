"""simulate_flow: scenarios through the real engine, nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.diagrams import diagram
from workflows.models import Process
from workflows.simulation import report

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db

SOURCE = diagram(
    {
        "start": {},
        "a": {"role": "county", "outcomes": "yes no"},
        "late": {"kind": "boundaryEvent", "attached_to": "a", "timer": "P1D"},
        "second": {"kind": "boundaryEvent", "attached_to": "late_task", "timer": "P1D"},
        "late_task": {"role": "bureau"},
        "decide": {"kind": "exclusiveGateway"},
        "work": {"kind": "serviceTask", "handler": "work"},
        "experts": {"role": "expert", "multi": {"collection": "panel"}},
        "end": {},
        "end_late": {},
        "end_very_late": {},
    },
    [
        ("start", "a"), ("a", "decide"), ("decide", "work", "=x >= 0.3"), ("decide", "experts", {"default": True}),
        ("work", "end"), ("experts", "end"), ("late", "late_task"), ("late_task", "end_late"), ("second", "end_very_late"),
    ],
)  # fmt: skip


@pytest.fixture
def play(tmp_path):
    (tmp_path / "a.bpmn").write_text(SOURCE, "utf-8")

    def run(*steps: dict, **scenario: object) -> dict:
        given = {
            "id": "s",
            "file": "a.bpmn",
            "handlers": {"work": {"add": {"x": 0.2}}},
            "steps": steps,
            **scenario,
        }
        return report.simulate({"scenarios": [given]}, tmp_path)["scenarios"][0]

    return run


def complete(task: str, **more: object) -> dict:
    return {"do": "complete", "task": task, **more}


def test_a_run_to_the_end_with_exact_decimals(play):
    found = play(complete("a", data={"outcome": "yes"}), start={"data": {"x": 0.3}})
    assert (found["load"], found["status"], found["error"]) == ("ok", "done", None)
    assert found["open"] == [["a"], []]
    assert found["ended"] == ["end"]
    assert found["completed"] == {"start": 1, "a": 1, "decide": 1, "work": 1, "end": 1}
    assert found["data"] == {"x": 0.5, "outcome": "yes"}
    assert not Process.objects.filter(city="simulation").exists()


def test_roles_that_must_be_refused_are_tried_and_undone(play):
    found = play(
        complete("a", data={"outcome": "no"}, refused_for=["finance", "county"]),
        start={"data": {"panel": ["li"]}},
    )
    assert found["allowed_for"] == ["county"]
    assert found["open"] == [["a"], ["experts#li"]]
    assert found["status"] == "running"


def test_the_wrong_role_is_an_impossible_step(play):
    found = play(complete("a", **{"as": "finance"}))
    assert "not_found" in found["error"]
    assert found["open"] == [["a"]]


def test_advancing_fires_what_a_fired_timer_started(play):
    found = play(
        {"do": "advance", "by": "P1D"},
        {"do": "advance", "by": "P3D"},
        {"do": "advance", "by": "P1D"},
    )
    assert found["open"] == [["a"], ["late_task"], [], []]
    assert found["ended"] == ["end_very_late"]


def test_flow_faults_and_business_errors_are_failures(play):
    given = {"start": {"data": {"x": 1}}}
    raised = play(complete("a"), handlers={"work": {"raise": "E7"}}, **given)
    assert (raised["status"], raised["data"]["_error"]) == ("failed", "E7")
    blocked = play(complete("a"), start={"data": {}})
    assert (blocked["status"], blocked["error"]) == ("failed", None)


def test_calculations_of_a_stub(play):
    found = play(
        complete("a"),
        handlers={"work": {"set": {"y": 2}, "calc": {"z": "=x * y + 0.1"}}},
        start={"data": {"x": 3}},
    )
    assert found["data"]["z"] == 6.1


def test_a_rejected_file_and_a_crash_leave_the_other_scenarios_alone(tmp_path):
    (tmp_path / "a.bpmn").write_text(SOURCE, "utf-8")
    found = report.simulate(
        {
            "scenarios": [
                {"id": 1, "file": "a.bpmn", "steps": []},
                {"id": 2, "file": "missing.bpmn"},
                {"id": 3, "file": "a.bpmn", "handlers": {"work": {"explode": 1}}},
                {"id": 4, "file": "a.bpmn", "handlers": {"work": {}}, "steps": [{"do": "dance"}]},
                {"id": 5, "file": "a.bpmn", "handlers": {"work": {}}},
            ]
        },
        tmp_path,
    )["scenarios"]
    assert [s["load"] for s in found] == ["rejected", "rejected", "ok", "ok", "ok"]
    assert any("work" in issue["message"] for issue in found[0]["issues"])
    assert [bool(s["error"]) for s in found] == [False, True, True, True, False]
    assert found[4]["open"] == [["a"]]
