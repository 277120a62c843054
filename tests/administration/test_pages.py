"""Pages about stuck cases: what the reviewer, the applicant and the administrators see."""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.administration.models import Mending
from approvals.applications.models import Application
from approvals.reviews.models import Opinion
from organizations.models import Membership, User
from tests.administration.conftest import close_the_bureau
from tests.people import Town, key
from workflows.models import FlowVersion, Task

LIST = "/administration/blocked/"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def said(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found.group(1)


def test_a_reviewer_whose_next_step_has_no_holder_is_told_so_and_loses_nothing(
    jiaxing: Town,
) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = Task.objects.get(process=case.process, element="county_review")
    officer = as_(jiaxing.user("nanhu_officer"))
    page = said(officer.get(f"/tasks/{task.pk}/"))
    close_the_bureau(jiaxing)
    answer = officer.post(
        f"/tasks/{task.pk}/",
        {
            "key": hidden(page, "key"),
            "version": "1",
            "outcome": "recommend",
            "text": "材料属实，同意推荐。",
        },
    )
    assert answer.status_code == 302
    assert "意见已记录" in said(officer.get(answer.url))
    assert Opinion.objects.get(application=case).text == "材料属实，同意推荐。"
    assert "意见已记录；后续环节" in said(officer.get(f"/tasks/{task.pk}/"))


def test_the_applicant_reads_a_calm_sentence_and_no_fault(
    jiaxing: Town, parked: Application
) -> None:
    applicant = as_(jiaxing.cast.member_of(parked.applicant))
    page = said(applicant.get(f"/applications/{parked.pk}/"))
    assert "流程暂时停顿" in page
    assert "系统核查中" in page
    assert "missing_organ" not in page
    facts = applicant.get(f"/applications/{parked.pk}/flow.json").json()
    assert facts["marks"]["flow-parked"] == ["intake"]
    assert "missing_organ" not in json.dumps(facts)


def test_the_flow_administrator_finds_the_case_and_proposes(
    jiaxing: Town, parked: Application
) -> None:
    administrator = as_(jiaxing.user("flow_admin"))
    listed = said(administrator.get(LIST))
    assert parked.number in listed
    assert "找不到办理单位" in listed
    address = f"{LIST}{parked.pk}/"
    page = said(administrator.get(address))
    assert parked.applicant.name not in page
    form = {"key": hidden(page, "key"), "way": "retry", "outcome": "", "reason": "已补录"}
    assert administrator.post(address, form).url == address
    page = said(administrator.get(address))
    assert "须由另一名管理员确认" in page
    assert "确认并执行" not in page


def test_the_security_administrator_confirms_on_the_page(
    jiaxing: Town, parked: Application
) -> None:
    address = f"{LIST}{parked.pk}/"
    author = as_(jiaxing.user("flow_admin"))
    row = Task.objects.get(process=parked.process, status="ERROR")
    way = f"move:{row.pk}:county_review"
    author.post(address, {"key": key(), "way": way, "outcome": "", "reason": "退回重审"})
    second = as_(jiaxing.user("security_admin"))
    page = said(second.get(address))
    assert "确认并执行" in page
    proposal = hidden(page, "proposal")
    own = author.post(f"{address}confirm/", {"proposal": proposal}, follow=True)
    assert "不能自行确认" in said(own)
    done = second.post(f"{address}confirm/", {"proposal": proposal}, follow=True)
    assert "已执行，办件已继续" in said(done)
    assert Task.objects.get(process=parked.process, is_open=True).element == "county_review"


def test_a_confirmation_without_the_proposal_it_read_does_nothing(
    jiaxing: Town, parked: Application
) -> None:
    address = f"{LIST}{parked.pk}/"
    as_(jiaxing.user("flow_admin")).post(address, {"key": key(), "way": "retry", "reason": "重试"})
    second = as_(jiaxing.user("security_admin"))
    for given in ({}, {"proposal": "0"}, {"proposal": "９９"}, {"proposal": "9" * 40}):
        assert second.post(f"{address}confirm/", given).status_code == 302
    assert Mending.objects.get(application=parked).state == Mending.State.PROPOSED


def test_a_form_with_a_wrong_choice_is_shown_again(jiaxing: Town, parked: Application) -> None:
    administrator = as_(jiaxing.user("flow_admin"))
    for way in ("", "skip:1:x", "move", "retry:1"):
        answer = administrator.post(
            f"{LIST}{parked.pk}/", {"key": key(), "way": way, "reason": "重试"}
        )
        assert answer.status_code == 422


def test_a_case_is_found_by_its_number(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    administrator = as_(jiaxing.user("flow_admin"))
    assert administrator.get(LIST, {"number": case.number}).url == f"{LIST}{case.pk}/"
    assert "没有找到" in said(administrator.get(LIST, {"number": "JX-0"}))


def test_a_step_that_waits_for_an_empty_office_is_listed(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    administrator = as_(jiaxing.user("flow_admin"))
    assert "无人办理的环节" not in said(administrator.get(LIST))
    Membership.objects.filter(organ=jiaxing.organ("nanhu")).delete()
    page = said(administrator.get(LIST))
    assert "无人办理的环节" in page
    assert case.number in page


def test_the_list_costs_the_same_for_one_case_and_for_three(jiaxing: Town) -> None:
    administrator = as_(jiaxing.user("flow_admin"))

    def cost() -> int:
        administrator.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            said(administrator.get(LIST))
        return len(captured)

    def park(name: str) -> None:
        case = jiaxing.filed("recognition", "nanhu", name=name)
        type(case.process).objects.filter(pk=case.process_id).update(blocked_reason="deadlock: x")

    park("a")
    one = cost()
    park("b")
    park("c")
    assert cost() == one


def test_the_viewers_documents_are_the_readers_alone(
    jiaxing: Town, mudanjiang: Town, parked: Application
) -> None:
    base = f"/applications/{parked.pk}/"
    for document in ("flow.bpmn", "flow.json"):
        assert as_(jiaxing.user("nanhu_officer")).get(base + document).status_code == 200
        assert as_(jiaxing.user("xiuzhou_officer")).get(base + document).status_code == 404
        assert as_(jiaxing.user("flow_admin")).get(base + document).status_code == 404
    local = as_(jiaxing.user("flow_admin"))
    assert local.get(f"{LIST}{parked.pk}/flow.json").status_code == 200
    foreign = as_(mudanjiang.user("flow_admin"))
    assert foreign.get(f"{LIST}{parked.pk}/flow.json").status_code == 404
    assert foreign.get(f"{LIST}{parked.pk}/").status_code == 404


def test_the_source_is_the_version_of_the_case(jiaxing: Town, parked: Application) -> None:
    officer = as_(jiaxing.user("nanhu_officer"))
    answer = officer.get(f"/applications/{parked.pk}/flow.bpmn")
    version = FlowVersion.objects.get(class_name=parked.process.flow_class.__name__)
    assert answer.content.decode() == version.source
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
