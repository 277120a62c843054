"""Where a case stands in its diagram: marks, counts, and who may read which name."""

from __future__ import annotations

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.applications.models import Application
from approvals.applications.services import withdraw
from approvals.applications.views.pictures import diagram
from approvals.pictures.course import course_of
from approvals.pictures.figure import document_of
from approvals.rehearsal.choices import Plan
from tests.people import Town, key


@pytest.fixture
def at_the_panel(jiaxing: Town) -> Application:
    case = jiaxing.filed("recognition", "nanhu")
    jiaxing.played_to(case, "expert_opinion", Plan(dice=random.Random(1)))
    return case


def test_what_is_done_what_is_live_and_how_many_have_acted(at_the_panel: Application) -> None:
    course = course_of(at_the_panel.process, with_people=True)
    assert course.live == {"expert_opinion"}
    assert {"county_review", "intake", "department_opinion"} <= course.done
    assert course.skipped == frozenset()
    assert course.counts["department_opinion"] == "2/2"
    done, _slash, seats = course.counts["expert_opinion"].partition("/")
    assert (done, int(seats) >= 3) == ("0", True)


def test_the_arrows_it_came_by_are_marked_too(at_the_panel: Application) -> None:
    course = course_of(at_the_panel.process, with_people=False)
    model = at_the_panel.process.flow_class.model
    assert course.done & set(model.flows)


def test_a_boundary_timer_that_only_waits_is_no_place_of_the_case(
    at_the_panel: Application,
) -> None:
    course = course_of(at_the_panel.process, with_people=False)
    edges = {
        node.id
        for node in at_the_panel.process.flow_class.model.nodes.values()
        if node.kind == "boundaryEvent"
    }
    assert edges
    assert not edges & (course.live | course.done | course.skipped)


def test_offices_read_persons_and_experts_stay_unnamed(
    jiaxing: Town, at_the_panel: Application
) -> None:
    visits = {v.element: v for v in course_of(at_the_panel.process, with_people=True).visits}
    assert visits["county_review"].people
    assert visits["expert_opinion"].people == ()
    for visit in course_of(at_the_panel.process, with_people=False).visits:
        assert visit.people == ()


def test_applicants_get_organs_and_reviewers_get_names(
    jiaxing: Town, at_the_panel: Application, client
) -> None:
    address = f"/applications/{at_the_panel.pk}/flow.json"
    client.force_login(jiaxing.cast.member_of(at_the_panel.applicant))
    told = client.get(address).content.decode()
    assert "嘉兴市南湖区" in client.get(address).json()["steps"]["county_review"]["visits"][0][1][1]
    assert "办理人" not in str(client.get(address).json())
    client.force_login(jiaxing.user("reviewer"))
    seen = client.get(address).json()["steps"]["county_review"]["visits"][0]
    assert [label for label, _text in seen if label == "办理人"] == ["办理人"]
    assert "办理人" not in told


def test_a_withdrawn_case_shows_what_was_never_reached(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    withdraw(case, by=jiaxing.cast.member_of(case.applicant), reason="不再申请", key=key())
    case.process.refresh_from_db()
    course = course_of(case.process, with_people=False)
    assert course.live == frozenset()
    assert {"county_review", "sign"} <= course.skipped
    assert document_of(course)["focus"] is None


def test_the_viewer_brings_the_live_step_into_sight(at_the_panel: Application) -> None:
    course = course_of(at_the_panel.process, with_people=False)
    assert document_of(course)["focus"] == "expert_opinion"


def test_the_figure_costs_one_query_and_works_without_scripts(at_the_panel: Application) -> None:
    case = Application.objects.select_related("process").get(pk=at_the_panel.pk)
    diagram(case)
    with CaptureQueriesContext(connection) as captured:
        figure = diagram(case)
    assert len(captured) == 1
    assert "<svg" in figure
    assert "<table" in figure
    assert "style=" not in figure
    assert "<script>" not in figure
    assert f'data-facts="/applications/{case.pk}/flow.json"' in figure


def test_a_draft_has_no_figure(jiaxing: Town) -> None:
    assert diagram(jiaxing.draft("recognition", "nanhu")) is None
