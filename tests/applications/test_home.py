"""The first page: for each role what needs it, for a stranger what there is."""

from __future__ import annotations

from django.urls import reverse

from approvals.applications.views.frame import back_address
from tests.applications.filing import organ, person


def test_a_stranger_sees_programs_and_the_way_in(client, program):
    page = client.get("/")
    text = page.content.decode()
    assert page.status_code == 200
    assert program.title in text
    assert "/login/" in text
    assert "/verify/" in text
    assert reverse("applications:register") in text


def test_an_applicant_sees_her_cases_and_open_programs(filed, applicant, logged_in):
    text = logged_in(applicant).get("/").content.decode()
    assert filed.number in text
    assert "正在受理" in text
    assert "待办" not in text


def test_an_officer_sees_how_much_waits_and_the_first_tasks(filed, county_officer, logged_in):
    page = logged_in(county_officer).get("/")
    assert page.context["task_count"] == "1"
    assert "县（市、区）审核" in page.content.decode()


def test_the_printing_office_sees_the_papers(printer, logged_in):
    assert "待印公文" in logged_in(printer).get("/").content.decode()


def test_an_administrator_sees_the_administration_and_no_case(filed, logged_in, db):
    admin = person("sysadmin", "system_admin", organ("science_bureau"))
    text = logged_in(admin).get("/").content.decode()
    assert "/administration/" in text
    assert filed.number not in text


def test_an_account_without_a_post_is_told_whom_to_ask(logged_in, django_user_model, db):
    nobody = django_user_model.objects.create_user("nobody", "样例口令-1", name="无岗")
    assert "联系本单位管理员" in logged_in(nobody).get("/").content.decode()


def test_the_home_page_costs_the_same_however_many_cases(
    filed, applicant, logged_in, django_assert_max_num_queries
):
    client = logged_in(applicant)
    client.get("/")
    # session, user, positions, cases, cities of the posts, programs, names, bell
    with django_assert_max_num_queries(8):
        client.get("/")


def test_a_refusal_leads_back_to_the_case(rf):
    assert back_address(rf.get("/applications/7/withdraw/")) == "/applications/7/"
    assert back_address(rf.get("/applications/new/jiaxing/J03/")) == "/applications/"
