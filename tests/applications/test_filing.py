"""From the complete draft to the filed case: all or nothing, once, with a number without gaps."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from approvals.applications import moves, services
from approvals.applications.errors import (
    IncompleteError,
    KeyReusedError,
    NotAllowedError,
    WrongStateError,
)
from approvals.applications.models import Application, ApplicationSeries
from approvals.applications.receipts import receipt_sha256
from approvals.applications.selectors import filed_attachments
from approvals.applications.services.withdrawal import can_withdraw
from journal.selectors import entries
from tests.applications.filing import complete_answers, enterprise, fill, organ, person
from workflows.models import Task


def test_filing_gives_a_number_starts_the_flow_and_is_journalled(filed, incubator):
    assert filed.number.endswith("-0001")
    assert "-J03-" in filed.number
    assert filed.process.party == incubator
    assert filed.phase == "county_review"
    task = Task.objects.get(process=filed.process, is_open=True)
    assert (task.element, task.organ) == ("county_review", organ("nanhu"))
    last, receipt = list(entries(filed.stream))[-2:]
    assert (last.verb, receipt.verb) == ("start_process", "document_issued")
    told = last.data
    assert (told["number"], told["sha256"]) == (filed.number, filed.submitted_sha256)


def test_the_assessment_is_kept_with_its_clauses(filed):
    assert filed.facts["eligible"] is True
    assert all(rule["clause"] for rule in filed.facts["rules"])


def test_the_hash_proves_what_was_filed(filed):
    assert receipt_sha256(filed, filed_attachments(filed)) == filed.submitted_sha256
    filed.data["staff"] = 9
    assert receipt_sha256(filed, filed_attachments(filed)) != filed.submitted_sha256


def test_filing_twice_with_one_key_files_once(complete, applicant):
    first = services.submit(complete, by=applicant, key="k")
    again = services.submit(complete, by=applicant, key="k")
    assert first.number == again.number
    assert ApplicationSeries.objects.get().last == 1


def test_filing_again_with_another_key_is_refused(filed, applicant):
    with pytest.raises(WrongStateError):
        services.submit(filed, by=applicant, key="other")


def test_one_key_cannot_serve_two_cases(filed, program, incubator, applicant):
    other = fill(services.create_draft(program, incubator, applicant), applicant)
    with pytest.raises(KeyReusedError):
        services.submit(other, by=applicant, key="filed")


def test_a_rolled_back_filing_leaves_no_gap(complete, applicant):
    with transaction.atomic():
        services.submit(complete, by=applicant, key="first try")
        transaction.set_rollback(True)
    filed = services.submit(Application.objects.get(pk=complete.pk), by=applicant, key="second")
    assert filed.number.endswith("-0001")


def test_an_empty_application_is_told_everything_at_once(draft, applicant):
    with pytest.raises(IncompleteError) as raised:
        services.submit(draft, by=applicant, key="k")
    sections = {problem.section for problem in raised.value.problems}
    assert {"operator", "space", "team", "incubation", "files"} <= sections
    assert all(problem.anchor and problem.message for problem in raised.value.problems)
    assert not ApplicationSeries.objects.exists()


def test_a_condition_that_is_not_met_blocks_filing_and_cites_its_clause(complete, applicant):
    services.save_draft(complete, by=applicant, data={"staff": 3, "college_staff": 3})
    with pytest.raises(IncompleteError) as raised:
        services.submit(complete, by=applicant, key="k")
    clauses = {problem.clause for problem in raised.value.problems}
    assert "示例办法第六条第三项" in clauses


def test_a_name_that_cannot_be_printed_is_refused_naming_the_character(complete, applicant):
    services.save_draft(complete, by=applicant, data={"head_name": "样\U00032f87"})
    with pytest.raises(IncompleteError) as raised:
        services.submit(complete, by=applicant, key="k")
    (problem,) = raised.value.problems
    assert problem.label == "负责人姓名"
    assert "U+32F87" in problem.message


def test_rare_names_that_can_be_printed_pass(complete, applicant):
    services.save_draft(complete, by=applicant, data={"head_name": "喆堃䶮"})
    assert services.submit(complete, by=applicant, key="k").number


def test_a_person_who_left_the_company_cannot_file(complete, applicant):
    applicant.memberships.update(valid_to="2020-12-31")
    with pytest.raises(NotAllowedError):
        services.submit(complete, by=applicant, key="k")


def test_a_municipal_direct_applicant_skips_the_county(program, db):
    place = enterprise("样例市直孵化器有限公司", direct_sponsor=organ("education_bureau"))
    by = person("direct", "applicant", place)
    filed = services.submit(fill(services.create_draft(program, place, by), by), by=by, key="d")
    assert filed.phase == "intake"


def test_followers_hear_of_the_opened_tasks(complete, applicant, monkeypatch):
    heard = []
    monkeypatch.setattr(moves, "_followers", [lambda *told: heard.append(told)])
    services.submit(complete, by=applicant, key="k")
    ((case, opened, by),) = heard
    assert (case, by) == (complete, applicant)
    assert [task.element for task in opened] == ["county_review"]


def test_the_pages_lead_from_check_to_receipt(complete, applicant, logged_in):
    client = logged_in(applicant)
    check = client.get(reverse("applications:check", args=[complete.pk]))
    assert check.context["ready"]
    submit = reverse("applications:submit", args=[complete.pk])
    undeclared = client.post(submit, {"key": "page"})
    assert undeclared.status_code == 422
    assert "请先勾选承诺" in undeclared.content.decode()
    answer = client.post(submit, {"key": "page", "declared": "yes"}, follow=True)
    complete.refresh_from_db()
    page = answer.content.decode()
    assert "收件回执" in page
    assert complete.number in page
    assert complete.submitted_sha256 in page
    again = client.post(submit, {"key": "page", "declared": "yes"}, follow=True)
    assert complete.number in again.content.decode()


def test_the_check_page_of_an_incomplete_draft_links_to_every_problem(draft, applicant, logged_in):
    client = logged_in(applicant)
    page = client.get(reverse("applications:check", args=[draft.pk])).content.decode()
    assert reverse("applications:edit", args=[draft.pk, "team"]) + "#id_staff" in page
    answer = client.post(
        reverse("applications:submit", args=[draft.pk]), {"key": "p", "declared": "yes"}
    )
    assert answer.status_code == 422


def test_a_withdrawn_case_is_closed_for_good(filed, applicant):
    assert can_withdraw(filed)
    gone = services.withdraw(filed, by=applicant, reason="计划调整", key="w")
    assert (gone.phase, gone.verdict, gone.phase_label) == (
        "withdrawn",
        "withdrawn",
        "申请人已撤回",
    )
    assert not Task.objects.filter(process=filed.process, is_open=True).exists()
    again = services.withdraw(gone, by=applicant, reason="计划调整", key="w")
    assert again.closed_at == gone.closed_at
    with pytest.raises(KeyReusedError):
        services.withdraw(gone, by=applicant, reason="别的原因", key="w")
    with pytest.raises(WrongStateError):
        services.withdraw(gone, by=applicant, reason="计划调整", key="w2")


def test_a_numbered_decision_cannot_be_withdrawn(filed, applicant):
    filed.process.phase = "issuing"
    filed.process.save(update_fields=["phase"])
    with pytest.raises(WrongStateError):
        services.withdraw(filed, by=applicant, reason="迟了", key="w")


def test_a_withdrawal_needs_a_reason_on_the_page(filed, applicant, logged_in):
    client = logged_in(applicant)
    address = reverse("applications:withdraw", args=[filed.pk])
    assert client.post(address, {"reason": " ", "key": "w"}).status_code == 422
    client.post(address, {"reason": "计划\x00调整", "key": "\x00"})
    filed.refresh_from_db()
    assert filed.withdrawn_reason == "计划调整"


def test_complete_answers_cover_the_whole_form(program):
    asked = {f["key"] for s in program.content["form"]["sections"] for f in s["fields"]}
    assert asked == set(complete_answers())
