"""抄送: a colleague reads, acknowledges, and decides nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from approvals.applications.status import status
from approvals.operations import services
from journal.selectors import entries
from organizations.models import Relation, User
from tests.operations.office import Desk, logged_in
from tests.people import Town, key
from workflows.errors import NotVisible, OperationError
from workflows.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(jiaxing: Town) -> Desk:
    return Desk(jiaxing)


def copied(desk: Desk, *people: User) -> Task:
    desk.do(services.copy_case, desk.task(), desk.officer, users=[one.pk for one in people])
    return Task.objects.get(flow_task_type="COPY", owner=people[0])


def test_who_gets_a_copy_reads_the_case_and_only_he(desk: Desk, jiaxing: Town) -> None:
    reader, other = jiaxing.user("xiuzhou_officer"), jiaxing.user("tax_bureau_officer")
    address = reverse("applications:case", args=[desk.case.pk])
    assert logged_in(reader).get(address).status_code == 404
    copied(desk, reader)
    assert logged_in(reader).get(address).status_code == 200
    assert logged_in(other).get(address).status_code == 404


def test_a_copy_is_no_task_and_changes_nothing(desk: Desk) -> None:
    copy = copied(desk, desk.leader)
    with pytest.raises(NotVisible):
        desk.say(copy, desk.leader, "recommend")
    assert desk.task().is_open
    assert len(status(desk.case).history) == 1
    desk.say(desk.task(), desk.officer, "recommend")
    assert desk.task("intake")


def test_the_receipt_is_given_once_and_journalled(desk: Desk) -> None:
    copy = copied(desk, desk.leader)
    client = logged_in(desk.leader)
    assert "已阅 " not in client.get("/copies/").content.decode()
    for _twice in range(2):
        answer = client.post(reverse("operations:acknowledge", args=[copy.pk]))
        assert answer.status_code == 302
    assert "已阅 " in client.get("/copies/").content.decode()
    verbs = [entry.verb for entry in entries(desk.case.stream)]
    assert verbs.count("copy_read") == 1
    assert logged_in(desk.officer).post(f"/copies/{copy.pk}/read/").status_code == 404


def test_who_is_tied_to_the_applicant_gets_none(desk: Desk) -> None:
    Relation.objects.create(
        user=desk.leader, organ=desk.case.applicant, ground="配偶任职", valid_from="2020-01-01"
    )
    with pytest.raises(OperationError) as refusal:
        copied(desk, desk.leader)
    assert refusal.value.code == "recused_user"


def test_nobody_gets_two_copies_of_one_case(desk: Desk) -> None:
    copied(desk, desk.leader)
    with pytest.raises(OperationError) as refusal:
        copied(desk, desk.leader)
    assert refusal.value.code == "already_copied"


def test_a_copy_by_the_page(desk: Desk) -> None:
    address = reverse("operations:act", args=[desk.task().pk, "copy"])
    client = logged_in(desk.officer)
    assert desk.leader.name in client.get(address).content.decode()
    given = {"key": key(), "version": 1, "reason": "请阅知", "users": [desk.leader.pk]}
    assert client.post(address, given).status_code == 302
    assert "请阅知" in logged_in(desk.leader).get("/copies/").content.decode()


def test_the_page_of_copies_costs_the_same_at_one_and_at_ten(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from approvals.operations.views.copies import lines

    copied(desk, desk.leader)
    with CaptureQueriesContext(connection) as alone:
        assert len(lines(desk.leader)) == 1
    row = Task.objects.get(flow_task_type="COPY")
    for _more in range(9):
        row.pk = None
        row.save(force_insert=True)
    with CaptureQueriesContext(connection) as among_others:
        assert len(lines(desk.leader)) == 10
    assert len(alone) == len(among_others) == 4
