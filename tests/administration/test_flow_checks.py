"""What the flow administrator is warned of: seats nobody holds, ends without a verdict."""

from __future__ import annotations

import pytest
from django.test import Client

from approvals.administration.figures import findings_document
from approvals.administration.flow_checks import Finding, findings_of, unheld_steps
from organizations.models import Membership
from tests.people import Town
from tests.workflows.diagrams import diagram
from tests.workflows.playing import released
from workflows.models import FlowVersion


@pytest.fixture
def version(jiaxing: Town) -> FlowVersion:
    return FlowVersion.objects.filter(key="jiaxing_recognition").latest("version")


def test_a_fully_staffed_city_has_no_empty_seats(version: FlowVersion) -> None:
    assert unheld_steps(version) == []


def test_a_county_without_an_officer_is_named(jiaxing: Town, version: FlowVersion) -> None:
    Membership.objects.filter(organ=jiaxing.organ("pinghu")).delete()
    (found,) = unheld_steps(version)
    assert found.element == "county_review"
    assert found.words == "无人办理：平湖市"


def test_a_zone_counts_as_a_county(jiaxing: Town, version: FlowVersion) -> None:
    Membership.objects.filter(organ=jiaxing.organ("port_zone")).delete()
    (found,) = unheld_steps(version)
    assert "嘉兴港区" in found.words


def test_a_bureau_without_a_leader_stops_the_signature(jiaxing: Town, version: FlowVersion) -> None:
    Membership.objects.filter(organ__city="jiaxing", role="bureau_leader").delete()
    assert "sign" in {found.element for found in unheld_steps(version)}


def test_a_consulted_department_without_staff_is_named(jiaxing: Town, version: FlowVersion) -> None:
    Membership.objects.filter(organ=jiaxing.organ("economy_bureau")).delete()
    found = next(one for one in unheld_steps(version) if one.element == "department_opinion")
    assert "市经信局" in found.words


def test_a_pool_without_experts_is_named(jiaxing: Town, version: FlowVersion) -> None:
    Membership.objects.filter(organ__city="jiaxing", role="expert").delete()
    assert "expert_opinion" in {found.element for found in unheld_steps(version)}


def test_an_end_without_a_verdict_is_a_warning_with_its_place(jiaxing: Town) -> None:
    released(
        diagram(
            {"start": {}, "look": {"role": "reviewer"}, "end": {}},
            [("start", "look"), ("look", "end")],
        ),
        city="jiaxing",
    )
    found = findings_of(FlowVersion.objects.get(key="flow"))
    assert ("B080", "end") in {(one.code, one.element) for one in found}
    assert all(one.severity == "warning" for one in found)


def test_the_shipped_flows_have_no_findings(jiaxing: Town, mudanjiang: Town) -> None:
    found = {row.key: findings_of(row) for row in FlowVersion.objects.all()}
    assert {key: one for key, one in found.items() if one} == {}


def test_the_overlay_marks_the_worst_and_counts_all() -> None:
    document = findings_document(
        [
            Finding("warning", "B058", "sign", "签发", "甲", ""),
            Finding("error", "B070", "sign", "签发", "乙", "deadlock"),
            Finding("warning", "B082", "", "", "丙", ""),
        ]
    )
    assert document["marks"] == {"flow-error": ["sign"], "flow-warning": []}
    assert [(one["text"], one["kind"]) for one in document["badges"]] == [("⚠ 2", "flow-error")]
    assert list(document["steps"]) == ["sign"]
    assert len(document["steps"]["sign"]["visits"]) == 2


def test_the_page_and_the_viewer_say_the_same(
    jiaxing: Town, version: FlowVersion, client: Client
) -> None:
    Membership.objects.filter(organ=jiaxing.organ("pinghu")).delete()
    client.force_login(jiaxing.user("flow_admin"))
    page = client.get(f"/administration/flows/{version.pk}/").content.decode()
    assert "无人办理：平湖市" in page
    facts = client.get(f"/administration/flows/{version.pk}/findings.json").json()
    assert facts["marks"]["flow-warning"] == ["county_review"]
    source = client.get(f"/administration/flows/{version.pk}/source.bpmn")
    assert source.content.decode() == version.source


def test_the_overview_warns_the_citys_administrator_and_no_other(
    jiaxing: Town, mudanjiang: Town, client: Client
) -> None:
    Membership.objects.filter(organ=jiaxing.organ("pinghu")).delete()
    client.force_login(jiaxing.user("flow_admin"))
    assert "无人办理：平湖市" in client.get("/administration/").content.decode()
    client.force_login(mudanjiang.user("flow_admin"))
    assert "无人办理" not in client.get("/administration/").content.decode()
