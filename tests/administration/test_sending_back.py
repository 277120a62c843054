"""退回 by the flow administrator (C6): with a reason, to a step the case has passed, never to the
applicant; nobody else, and once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from approvals.administration.returning import places, send_back
from approvals.applications.models import Application
from journal.models import Entry
from organizations.accounts import declare_relation
from organizations.models import User
from tests.people import Town, key
from workflows.errors import KeyReused, NotAllowed, OperationError
from workflows.models import Process, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(jiaxing: Town) -> Application:
    made = jiaxing.filed("recognition", "nanhu")
    jiaxing.played_to(made, "expert_opinion")
    made.refresh_from_db()
    return made


def given(case: Application, target: str = "intake", **more: Any) -> dict[str, Any]:
    """From the panel, as a whole."""
    (row, _targets), *_others = places(case)
    told = {"task": row.pk, "target": target, "mode": "replay", "key": key()}
    return {**told, "reason": "受理时遗漏专家回避审查", "points": ["重新确定评审专家"], **more}


def open_elements(case: Application) -> set[str]:
    rows = Task.objects.filter(process=case.process_id, is_open=True)
    return set(rows.values_list("element", flat=True))


def test_the_panel_is_sent_back_to_acceptance_and_both_read_why(
    jiaxing: Town, case: Application
) -> None:
    admin, before = jiaxing.user("flow_admin"), Process.objects.get(pk=case.process_id)
    send_back(case, by=admin, **given(case))
    assert open_elements(case) == {"intake"}
    after = Process.objects.get(pk=case.process_id)
    assert after.material_version == before.material_version + 1
    entry = Entry.objects.filter(stream__key=case.stream, verb="return_case").get()
    assert (entry.actor_name, entry.data["reason"]) == (admin.name, "受理时遗漏专家回避审查")
    client = Client()
    client.force_login(jiaxing.user("intake"))
    task = Task.objects.get(process=case.process_id, element="intake", is_open=True)
    assert "重新确定评审专家" in client.get(f"/tasks/{task.pk}/").content.decode()


def test_never_to_the_applicant_nor_to_a_step_not_passed(jiaxing: Town, case: Application) -> None:
    offered = {one.element for _row, targets in places(case) for one in targets}
    assert {"county_review", "intake"} <= offered
    assert not {"correction", "intake_correction", "propose"} & offered
    for target, code in (("intake_correction", "not_offered"), ("propose", "not_visited")):
        with pytest.raises(OperationError) as refusal:
            send_back(case, by=jiaxing.user("flow_admin"), **given(case, target))
        assert refusal.value.code == code
    for missing, code in (({"reason": " "}, "reason_missing"), ({"points": []}, "items_missing")):
        with pytest.raises(OperationError) as refusal:
            send_back(case, by=jiaxing.user("flow_admin"), **given(case, **missing))
        assert refusal.value.code == code


def test_the_same_key_once(jiaxing: Town, case: Application) -> None:
    admin, asked = jiaxing.user("flow_admin"), given(case)
    send_back(case, by=admin, **asked)
    send_back(case, by=admin, **asked)
    assert Entry.objects.filter(stream__key=case.stream, verb="return_case").count() == 1
    with pytest.raises(KeyReused):
        send_back(case, by=admin, **{**asked, "reason": "另一理由"})


@pytest.mark.parametrize("who", ["security_admin", "reviewer", "bureau_leader", "tied", "abroad"])
def test_nobody_else(jiaxing: Town, mudanjiang: Town, case: Application, who: str) -> None:
    person: User
    if who == "tied":
        person = jiaxing.user("flow_admin")
        declare_relation(person, case.applicant, ground="亲属", by=None)
    else:
        person = mudanjiang.user("flow_admin") if who == "abroad" else jiaxing.user(who)
    with pytest.raises(NotAllowed) as refusal:
        send_back(case, by=person, **given(case))
    assert refusal.value.code == "not_flow_admin"


def test_by_the_page(jiaxing: Town, case: Application) -> None:
    client = Client()
    client.force_login(jiaxing.user("flow_admin"))
    address = f"/administration/blocked/{case.pk}/"
    page = client.get(address)
    assert "退回到已办理的环节" in page.content.decode()
    form = page.context["back"]
    (_group, choices), *_more = form.fields["place"].choices
    posted = {
        "key": form.initial["key"],
        "place": next(value for value, _label in choices if value.endswith(":intake")),
        "mode": "replay",
        "points": "重新确定评审专家",
        "reason": "受理时遗漏专家回避审查",
    }
    assert client.post(f"{address}return/", {**posted, "reason": ""}).status_code == 422
    assert client.post(f"{address}return/", posted).status_code == 302
    assert open_elements(case) == {"intake"}
    client.force_login(jiaxing.user("security_admin"))
    assert "退回到已办理的环节" not in client.get(address).content.decode()
    assert client.post(f"{address}return/", posted).status_code == 403
