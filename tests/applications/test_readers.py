"""Who reads a case (C0), and that strangers meet a wall without a window."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.urls import reverse

from approvals.applications import services
from approvals.applications.models import Application
from approvals.applications.selectors import case_for, readable_by
from approvals.applications.status import status
from journal.selectors import entries
from organizations.accounts import declare_relation
from organizations.permissions import Permission, grant, withdraw_grant
from tests.applications.filing import enterprise, fill, organ, person
from workflows import operations
from workflows.models import Task


def _reads(user, case) -> bool:
    """In lists, and as a page of its own: the statement of a page is made once and kept."""
    listed = readable_by(user).filter(pk=case.pk).exists()
    assert _opens(user, case) == listed
    return listed


def _opens(user, case) -> bool:
    try:
        return case_for(user, case.pk) == case
    except Http404:
        return False


def _in_phase(case, phase: str):
    case.process.phase = phase
    case.process.save(update_fields=["phase"])
    return case


def test_the_applicant_reads_her_draft_and_nobody_else_does(
    draft, applicant, rival, county_officer, intake
):
    assert _reads(applicant, draft)
    assert not any(_reads(user, draft) for user in (rival, county_officer, intake))


def test_the_county_reads_its_own_case_and_the_next_county_does_not(
    filed, county_officer, other_county_officer
):
    assert _reads(county_officer, filed)
    assert not _reads(other_county_officer, filed)


def test_the_bureau_reads_from_the_recommendation_on(filed, intake):
    assert not _reads(intake, filed)
    assert _reads(intake, _in_phase(filed, "intake"))


def test_a_case_withdrawn_in_the_county_stays_unknown_to_the_bureau(filed, applicant, intake):
    services.withdraw(filed, by=applicant, reason="计划调整", key="w")
    assert not _reads(intake, filed)


def test_the_printing_office_reads_from_the_decision_on(filed, printer):
    assert not _reads(printer, _in_phase(filed, "signing"))
    assert _reads(printer, _in_phase(filed, "issuing"))


def test_a_department_reads_only_with_a_seat(filed, db):
    officer = person("economy", "department_officer", organ("economy_bureau"))
    assert not _reads(officer, _in_phase(filed, "dept_review"))
    seat = Task.objects.get(process=filed.process, is_open=True)
    Task.objects.filter(pk=seat.pk).update(organ=organ("economy_bureau"), role="department")
    assert _reads(officer, filed)


def test_an_expert_reads_his_own_seat_and_not_the_pools(filed, db):
    mine = person("expert1", "expert", organ("expert_pool"))
    other = person("expert2", "expert", organ("expert_pool"))
    seat = Task.objects.get(process=filed.process, is_open=True)
    Task.objects.filter(pk=seat.pk).update(organ=organ("expert_pool"), role="expert", owner=mine)
    assert _reads(mine, filed)
    assert not _reads(other, filed)


def test_administrators_read_no_case(filed, db):
    admin = person("sysadmin", "system_admin", organ("science_bureau"))
    assert not _reads(admin, _in_phase(filed, "intake"))


def test_a_declared_relation_hides_the_case(filed, county_officer, incubator):
    declare_relation(county_officer, incubator, ground="亲属任职", by=None)
    assert not _reads(county_officer, filed)


def test_an_officer_of_the_other_city_reads_nothing(filed, db):
    there = person("mdj", "intake", organ("science_bureau", "mudanjiang"))
    assert not _reads(there, _in_phase(filed, "intake"))


def test_reading_by_the_discipline_office_is_journalled(filed, logged_in, db):
    watcher = person("watcher", "discipline", organ("science_bureau"))
    answer = logged_in(watcher).get(reverse("applications:case", args=[filed.pk]))
    assert answer.status_code == 200
    last = list(entries(filed.stream))[-1]
    assert (last.verb, last.actor_id) == ("read_by_discipline", watcher.pk)


@pytest.mark.parametrize(
    "page", ["case", "files", "check", "receipt", "correct", "withdraw", "edit", "submit"]
)
def test_a_strangers_404_is_the_same_as_for_a_case_that_is_not(filed, rival, logged_in, page):
    client = logged_in(rival)
    extra = ["operator"] if page == "edit" else []
    ask = client.post if page == "submit" else client.get
    there = ask(reverse(f"applications:{page}", args=[filed.pk, *extra]))
    missing = ask(reverse(f"applications:{page}", args=[filed.pk + 1000, *extra]))
    assert there.status_code == missing.status_code == 404
    assert there.content == missing.content


def test_a_reviewer_who_may_read_cannot_use_the_applicants_pages(filed, county_officer, logged_in):
    client = logged_in(county_officer)
    assert client.get(reverse("applications:case", args=[filed.pk])).status_code == 200
    assert client.get(reverse("applications:withdraw", args=[filed.pk])).status_code == 404


def test_anonymous_people_are_asked_to_log_in(client, filed):
    answer = client.get(reverse("applications:case", args=[filed.pk]))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_the_status_names_organs_days_and_outcomes_but_no_person(
    filed, applicant, county_officer, logged_in
):
    task = Task.objects.get(process=filed.process, is_open=True)
    act = operations.begin(
        task.pk,
        actor=county_officer,
        key="go",
        expected_version=1,
        payload={"outcome": "recommend"},
    )
    operations.finish(act, "recommend", {})
    filed.refresh_from_db()
    told = status(filed)
    assert [visit.outcome for visit in told.history if visit.outcome] == ["同意推荐"]
    (waiting,) = told.waiting
    assert waiting.organs == "嘉兴市科学技术局"
    page = logged_in(applicant).get(reverse("applications:case", args=[filed.pk]))
    text = page.content.decode()
    assert "嘉兴市南湖区" in text
    assert county_officer.name not in text
    assert "<svg" in text


def test_a_skipped_county_step_says_not_applicable_and_why(program, logged_in, db):
    place = enterprise("样例市直孵化器有限公司", direct_sponsor=organ("education_bureau"))
    by = person("direct", "applicant", place)
    filed = services.submit(fill(services.create_draft(program, place, by), by), by=by, key="d")
    stages = {stage.title: stage for stage in status(filed).stages}
    county = stages["县（市、区）／开发区审核"]
    assert county.state == "skipped"
    assert "不适用" in county.remark


def _copies(case: Application, number: int) -> None:
    Application.objects.bulk_create(
        Application(
            city=case.city,
            program=case.program,
            applicant=case.applicant,
            county=case.county,
            created_by=case.created_by,
            created_at=case.created_at,
            draft_saved_at=case.draft_saved_at,
        )
        for _copy in range(number)
    )


def test_the_list_costs_the_same_at_one_and_at_two_hundred_rows(
    filed, applicant, logged_in, django_assert_num_queries
):
    client = logged_in(applicant)
    address = reverse("applications:list")
    client.get(address)
    # session, user, positions, the rows, the bell
    with django_assert_num_queries(5):
        client.get(address)
    _copies(filed, 200)
    with django_assert_num_queries(5):
        page = client.get(address)
    assert len(page.context["rows"]) == 25
    following = client.get(page.context["next_url"])
    first, second = ({row.pk for row in p.context["rows"]} for p in (page, following))
    assert not first & second


def test_reading_rights_cost_one_query_and_one_for_the_rows(
    filed, county_officer, django_assert_num_queries
):
    _copies(filed, 200)
    with django_assert_num_queries(2):
        assert len(readable_by(county_officer)) == 1


def test_the_status_page_costs_the_same_with_a_long_history(
    filed, applicant, logged_in, django_assert_max_num_queries
):
    client = logged_in(applicant)
    address = reverse("applications:case", args=[filed.pk])
    client.get(address)
    with django_assert_max_num_queries(19) as few:
        client.get(address)
    task = Task.objects.get(process=filed.process, is_open=True)
    Task.objects.bulk_create(
        Task(
            process=filed.process,
            flow_task=task.flow_task,
            flow_task_type="HUMAN",
            element="county_review",
            role="county",
            organ=task.organ,
            status="DONE",
            outcome="return",
            created=task.created,
            entered_at=task.entered_at,
            finished=task.entered_at,
        )
        for _visit in range(200)
    )
    with django_assert_max_num_queries(19) as many:
        client.get(address)
    assert len(few) == len(many)


def test_a_single_grant_opens_the_cases_of_that_organ_and_no_others(
    filed, county_officer, intake, db
):
    guest = person("guest", "department_officer", organ("economy_bureau"))
    assert not _reads(guest, filed)
    county = filed.county
    grant(guest, Permission.REVIEW_APPLICATION, county, by=intake, reason="代班")
    assert _reads(guest, filed)
    withdraw_grant(guest, Permission.REVIEW_APPLICATION, county, by=intake, reason="代班结束")
    assert not _reads(guest, filed)
