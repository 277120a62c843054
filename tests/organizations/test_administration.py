"""The administrator's lists: read-only, of his own city, at the same cost for one row and for fifty."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.accounts import dismiss

pytestmark = pytest.mark.django_db

PEOPLE, ORGANS = "/administration/people/", "/administration/organs/"


@pytest.fixture
def administrator(client, city, hire):
    """The system administrator of the city, logged in."""
    user = hire("sysadmin", ("system_admin", city.hall))
    client.force_login(user)
    return user


def said(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        said(client.get(address))
    return len(captured)


def test_strangers_are_sent_to_the_doors_and_others_are_refused(client, city, hire):
    officer = hire("officer", ("county_officer", city.north))
    for address in (PEOPLE, ORGANS, f"{PEOPLE}{officer.pk}/"):
        assert client.get(address).url.startswith("/login/")
    client.force_login(officer)
    for address in (PEOPLE, ORGANS, f"{PEOPLE}{officer.pk}/"):
        assert client.get(address).status_code == 403


def test_the_administrator_sees_the_people_of_his_city_only(client, city, hire, administrator):
    mine = hire("mine", ("county_officer", city.north))
    foreign = hire("foreign", ("reviewer", city.elsewhere_bureau))
    page = said(client.get(PEOPLE))
    assert "mine" in page
    assert "foreign" not in page
    assert client.get(f"{PEOPLE}{mine.pk}/").status_code == 200
    assert client.get(f"{PEOPLE}{foreign.pk}/").status_code == 404


def test_a_person_is_found_by_name_and_by_organ(client, city, hire, administrator):
    hire("gao", ("county_officer", city.north))
    hire("lin", ("county_officer", city.south))
    assert "lin姓名" not in said(client.get(f"{PEOPLE}?q=gao"))
    page = said(client.get(f"{PEOPLE}?q=south"))
    assert "lin姓名" in page
    assert "gao姓名" not in page
    assert "没有符合条件的人员" in said(client.get(f"{PEOPLE}?q=%00<script>"))


def test_a_persons_page_shows_past_posts_and_a_masked_phone(client, city, hire, administrator):
    officer = hire("gao", ("county_officer", city.north), phone="13800001234")
    dismiss(officer.memberships.get(), by=administrator, reason="调离")
    page = said(client.get(f"{PEOPLE}{officer.pk}/"))
    assert "138****1234" in page
    assert "13800001234" not in page
    assert city.north.name in page


def test_the_organ_list_shows_successors_and_filters(client, city, found, administrator):
    new = found("human_resources", "department")
    found("personnel", "department", valid_to="2018-12-31", successor=new)
    page = said(client.get(f"{ORGANS}?kind=department"))
    assert "已终止" in page
    assert "示例市human_resources" in page
    assert "示例市north" not in page
    assert "othercity" not in said(client.get(ORGANS))


def test_the_pages_go_on_where_the_last_one_ended(client, city, hire, found, administrator):
    for number in range(55):
        found(f"organ{number:02}", "department")
    first = said(client.get(f"{ORGANS}?kind=department"))
    assert "after=mustercity%2Forgan48" in first
    second = said(client.get(f"{ORGANS}?kind=department&after=mustercity%2Forgan48"))
    assert "示例市organ49" in second
    assert "示例市organ48" not in second


def test_the_lists_cost_the_same_for_one_row_and_for_fifty(
    client, city, hire, found, administrator
):
    few = statements(client, PEOPLE), statements(client, ORGANS)
    for number in range(60):
        hire(f"person{number:02}", ("county_officer", city.north))
        found(f"organ{number:02}", "department", parent=city.hall)
    assert (statements(client, PEOPLE), statements(client, ORGANS)) == few
    assert max(few) <= 7  # one of them is the bell of the frame


def test_the_back_stage_shows_the_models_and_changes_nothing(client, city, hire):
    from_outside = hire("backstage")
    from_outside.is_staff = from_outside.is_superuser = True
    from_outside.save()
    client.force_login(from_outside)
    for model in ("organizations/user", "organizations/organ", "journal/entry", "jobs/job"):
        assert client.get(f"/backstage/{model}/").status_code == 200
        assert client.get(f"/backstage/{model}/add/").status_code == 403
    address = f"/backstage/organizations/organ/{city.north.pk}/"
    assert client.get(f"{address}change/").status_code == 200
    assert client.post(f"{address}change/", {"name": "别名"}).status_code == 403
    assert client.post(f"{address}delete/", {"post": "yes"}).status_code == 403
