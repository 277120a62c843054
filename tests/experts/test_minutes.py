"""专家评审意见 (D05): made whatever closes the panel, once, and of the votes that count."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import clock
from approvals.applications.models import Application
from approvals.notices.models import Paper
from approvals.programs import packs
from approvals.reviews.timing import fire
from tests.experts.test_consulting import outsiders
from tests.experts.test_naming import away, named
from tests.experts.test_naming import seats as seats  # a fixture
from tests.experts.test_panel import voted
from tests.experts.test_succession import state
from tests.people import Town
from tests.programs.packs_for_tests import copied, spoil
from workflows import timers
from workflows.models import Task

pytestmark = pytest.mark.django_db

TERM = """
    <bpmn:boundaryEvent id="panel_over" name="评审期满" attachedToRef="expert_opinion">
      <bpmn:outgoing>panel_over_to_propose</bpmn:outgoing>
      <bpmn:timerEventDefinition id="panel_term" approval:calendar="workdays">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P10D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:userTask id="propose\""""
ARROW = '<bpmn:sequenceFlow id="panel_over_to_propose" sourceRef="panel_over" targetRef="propose" />\n    '


def with_a_term(town: Town, folder: Path) -> None:
    """The city's next version: the panel ends after ten working days, whoever has voted."""
    pack = copied("jiaxing", folder)
    flow = "flows/recognition.bpmn"
    spoil(pack, flow, '<bpmn:userTask id="propose"', TERM.strip())
    first = '<bpmn:sequenceFlow id="expert_opinion_to_propose"'
    spoil(pack, flow, first, ARROW + first)
    came = "<bpmn:incoming>expert_opinion_to_propose</bpmn:incoming>"
    spoil(pack, flow, came, f"{came}\n      <bpmn:incoming>panel_over_to_propose</bpmn:incoming>")
    spoil(pack, flow, 'approval:version="2"', 'approval:version="99"')
    spoil(pack, "programs/J03.yaml", "\nversion: 3", "\nversion: 99")
    packs.load(pack)


@pytest.fixture
def term() -> bool:
    """Whether the panel has one."""
    return False


@pytest.fixture
def case(jiaxing: Town, term: bool, tmp_path: Path) -> Application:
    if term:
        with_a_term(jiaxing, tmp_path)
    return jiaxing.filed("recognition", "nanhu")


def minutes(case: Application) -> list[Paper]:
    return list(Paper.objects.filter(application=case, kind="expert_opinion").order_by("pk"))


def rows_of(paper: Paper) -> list[list[str]]:
    body = paper.document.content["body"]
    return next(b["rows"] for b in body if b["kind"] == "table" and b["header"][0] == "席位")


def time_passes(case: Application, seat: Task) -> None:
    timer = timers.armed(seat)
    assert timer is not None
    with clock.at(timer.scheduled + timedelta(seconds=1)):
        fire({"task": timer.pk})
        fire({"task": timer.pk})


@pytest.mark.parametrize("term", [True])
def test_a_panel_that_its_timer_closes_has_its_minutes(
    case: Application, seats: list[Task]
) -> None:
    voted(seats[0])
    assert not minutes(case)
    time_passes(case, seats[1])
    assert state(case).phase == "proposed"
    (paper,) = minutes(case)
    assert rows_of(paper)[0][:2] == ["专家1", "同意"]
    assert len({row[0] for row in rows_of(paper)}) == 1


@pytest.mark.parametrize("term", [True])
def test_and_says_so_when_nobody_has_voted(case: Application, seats: list[Task]) -> None:
    time_passes(case, seats[0])
    (paper,) = minutes(case)
    assert "没有专家投票" in str(rows_of(paper))


def test_a_panel_that_waits_for_a_replacement_has_none_yet(
    jiaxing: Town, case: Application, seats: list[Task]
) -> None:
    """All who are left have voted, and yet the panel is not at its end."""
    voted(seats[0])
    away(jiaxing, case, seats[0].owner)
    voted(seats[1])
    voted(seats[2])
    assert state(case).blocked_reason
    assert not minutes(case)
    named(jiaxing, case, outsiders(case)[0])
    (paper,) = minutes(case)
    assert {row[1] for row in rows_of(paper) if row[1]} == {"同意"}
    assert "专家3" not in str(rows_of(paper)), "the vote of who was recused is not in it"
