"""The shipped diagrams, walked through the real engine: every way a case can go ends somewhere."""

from __future__ import annotations

import re

import pytest

from tests.programs.packs_for_tests import POLICIES
from workflows.simulation.report import simulate

pytestmark = pytest.mark.django_db

CITIES = ("jiaxing", "mudanjiang")
HANDLERS = [
    "county_not_applicable",
    "accept_case",
    "deem_accepted",
    "refuse_acceptance",
    "calculate_amount",
    "issue_decision",
    "record_payment",
]
COUNTY = [("county_review", "recommend")]
ACCEPTED = [*COUNTY, ("intake", "accept", {"experts": ["e1", "e2", "e3"]})]
CONSULTED = [*ACCEPTED, ("department_opinion#d1", "agree"), ("department_opinion#d2", "disagree")]
JUDGED = [*CONSULTED, ("expert_opinion#e1", "approve"), ("expert_opinion#e2", "approve")]
FUNDED = [*CONSULTED, ("finance_review", "approve")]
PUBLISHED = "P8D"
"""From a Monday, past five working days."""


def walked(kind, steps, *, city="jiaxing", direct=False, stubs=None):
    """The report of a case that takes these steps: (task, outcome[, data]) or a duration to wait."""
    scenario = {
        "id": kind,
        "file": f"{city}/flows/{kind}.bpmn",
        "handlers": {name: (stubs or {}).get(name, {}) for name in HANDLERS},
        "start": {"data": {"direct": direct, "departments": ["d1", "d2"]}},
        "steps": [_step(step) for step in steps],
    }
    (report,) = simulate({"scenarios": [scenario]}, POLICIES)["scenarios"]
    assert report["load"] == "ok", report["issues"]
    assert report["error"] is None, report["error"]
    return report


def _step(step):
    if isinstance(step, str):
        return {"do": "advance", "by": step}
    task, outcome, *data = step
    return {
        "do": "complete",
        "task": task,
        "data": {"outcome": outcome, **(data[0] if data else {})},
    }


def last_open(report):
    return report["open"][-1]


@pytest.mark.parametrize("city", CITIES)
def test_a_recognition_goes_through_every_lane_to_its_notice(city):
    steps = [*JUDGED, ("propose", "approve"), PUBLISHED, ("sign", "sign")]
    report = walked("recognition", steps, city=city)
    assert report["ended"] == ["approved"]
    assert report["completed"]["issue_decision"] == 1


@pytest.mark.parametrize("kind", ["recognition", "award", "voucher"])
@pytest.mark.parametrize("city", CITIES)
def test_a_municipal_applicant_skips_the_county(kind, city):
    report = walked(kind, [], city=city, direct=True)
    assert last_open(report) == ["intake"]
    assert report["completed"]["county_not_applicable"] == 1


@pytest.mark.parametrize("kind", ["recognition", "award", "voucher"])
def test_a_county_that_does_not_recommend_reports_to_the_bureau(kind):
    report = walked(kind, [("county_review", "reject")])
    assert last_open(report) == ["intake"]
    assert report["data"]["county_opinion"] == "reject"


@pytest.mark.parametrize("kind", ["recognition", "award", "voucher"])
def test_a_return_for_correction_comes_back_to_the_county(kind):
    report = walked(kind, [("county_review", "return"), ("correction", "resubmit")])
    assert last_open(report) == ["county_review"]


@pytest.mark.parametrize("kind", ["recognition", "award", "voucher"])
def test_an_unanswered_correction_lapses(kind):
    report = walked(kind, [("county_review", "return"), "P15D"])
    assert report["ended"] == ["lapsed"]
    assert report["status"] == "done"


@pytest.mark.parametrize("kind", ["recognition", "award", "voucher"])
def test_a_case_that_is_not_accepted_ends_there(kind):
    report = walked(kind, [*COUNTY, ("intake", "not_accept")])
    assert report["ended"] == ["not_accepted"]
    assert report["completed"]["refuse_acceptance"] == 1


def test_an_intake_that_sleeps_accepts_and_then_names_the_experts():
    steps = [*COUNTY, "P8D", ("name_experts", "named", {"experts": ["e1", "e2", "e3"]})]
    report = walked("recognition", steps)
    assert report["completed"]["deem_accepted"] == 1
    assert last_open(report) == ["department_opinion#d1", "department_opinion#d2"]


def test_a_panel_of_three_is_decided_by_two_and_the_third_is_not_asked():
    report = walked("recognition", JUDGED)
    assert last_open(report) == ["propose"]
    assert report["completed"]["expert_opinion"] == 1


def test_a_refusal_is_signed_without_publicity():
    steps = [*CONSULTED, ("expert_opinion#e1", "reject"), ("expert_opinion#e2", "reject")]
    report = walked("recognition", [*steps, ("propose", "reject"), ("sign", "sign")])
    assert report["ended"] == ["refused"]
    assert "publicity" not in report["completed"]
    assert report["completed"]["issue_decision"] == 1


def test_an_upheld_objection_goes_back_to_the_proposal():
    report = walked("recognition", [*JUDGED, ("propose", "approve"), ("publicity", "objection")])
    assert last_open(report) == ["propose"]


def test_a_leaders_return_goes_back_to_the_proposal():
    steps = [*JUDGED, ("propose", "approve"), PUBLISHED, ("sign", "return")]
    assert last_open(walked("recognition", steps)) == ["propose"]


def test_a_proposal_may_ask_the_applicant_again():
    steps = [*JUDGED, ("propose", "return"), ("intake_correction", "resubmit")]
    assert last_open(walked("recognition", steps)) == ["intake"]


@pytest.mark.parametrize("city", CITIES)
def test_a_character_without_glyph_goes_to_the_reviewer_not_to_a_fault(city):
    steps = [*JUDGED, ("propose", "approve"), PUBLISHED, ("sign", "sign")]
    report = walked(
        "recognition", steps, city=city, stubs={"issue_decision": {"raise": "missing_glyph"}}
    )
    assert last_open(report) == ["mend_text"]
    assert report["status"] == "running"


@pytest.mark.parametrize("city", CITIES)
def test_an_award_is_signed_by_both_bureaus_and_paid(city):
    steps = [*FUNDED, ("propose", "approve"), PUBLISHED, ("finance_sign", "sign"), ("sign", "sign")]
    report = walked("award", [*steps, ("payment", "paid")], city=city)
    assert report["ended"] == ["approved"]
    assert report["completed"]["record_payment"] == 1


@pytest.mark.parametrize("answers", [("finance_review", "return"), None])
def test_finance_may_return_before_or_after_the_departments_and_nothing_hangs(answers):
    departments = [("department_opinion#d1", "agree"), ("department_opinion#d2", "agree")]
    finance = [("finance_review", "return")]
    order = [*finance, *departments] if answers else [*departments, *finance]
    report = walked("award", [*ACCEPTED, *order])
    assert last_open(report) == ["intake_correction"]
    assert "calculate_amount" not in report["completed"]
    again = walked(
        "award", [*ACCEPTED, *order, ("intake_correction", "resubmit"), ("intake", "accept")]
    )
    assert last_open(again) == ["department_opinion#d1", "department_opinion#d2", "finance_review"]


def test_finance_may_send_the_joint_paper_back():
    steps = [*FUNDED, ("propose", "approve"), PUBLISHED, ("finance_sign", "return")]
    assert last_open(walked("award", steps)) == ["propose"]


def test_a_refused_award_is_signed_by_the_bureau_alone_and_pays_nothing():
    report = walked("award", [*FUNDED, ("propose", "reject"), ("sign", "sign")])
    assert report["ended"] == ["refused"]
    assert not {"finance_sign", "payment"} & set(report["completed"])


@pytest.mark.parametrize("city", CITIES)
def test_a_voucher_is_calculated_checked_by_finance_published_and_paid(city):
    steps = [*ACCEPTED, ("propose", "approve"), ("finance_review", "approve"), PUBLISHED]
    report = walked(
        "voucher",
        [*steps, ("finance_sign", "sign"), ("sign", "sign"), ("payment", "paid")],
        city=city,
    )
    assert report["ended"] == ["approved"]
    assert report["completed"]["calculate_amount"] == 1


@pytest.mark.parametrize("outcome", ["return", "reject"])
def test_finance_sends_a_voucher_back_to_the_proposal(outcome):
    report = walked("voucher", [*ACCEPTED, ("propose", "approve"), ("finance_review", outcome)])
    assert last_open(report) == ["propose"]


@pytest.mark.parametrize(
    "path", sorted(POLICIES.glob("*/flows/*.bpmn")), ids=lambda p: f"{p.parts[-3]}-{p.stem}"
)
def test_every_element_is_drawn_and_named_in_its_flows(path):
    text = path.read_text()
    drawn = set(re.findall(r'bpmnElement="([^"]+)"', text))
    elements = set(
        re.findall(r'<bpmn:(?:\w+Task|\w+Event|\w+Gateway|sequenceFlow|lane) id="([^"]+)"', text)
    )
    assert elements <= drawn
    flows = re.findall(r'<bpmn:sequenceFlow id="([^"]+)"', text)
    assert all(text.count(f">{flow}<") == 2 for flow in flows), "incoming and outgoing are written"
