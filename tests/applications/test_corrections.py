"""补正: told once and completely, answered item by item, only the named items open."""

from __future__ import annotations

import pytest
from django.urls import reverse

from approvals.applications import services
from approvals.applications.errors import IncompleteError, WrongStateError
from approvals.applications.selectors import correction_task, filed_attachments
from tests.applications.filing import pdf_bytes, upload
from workflows import operations
from workflows.models import Task

ITEMS = [
    {"field": "staff", "problem": "与社保名册不一致"},
    {"slot": "premises", "problem": "缺少租赁合同末页"},
]


def return_case(case, by, items=ITEMS, key="return"):
    """What the reviews slice does when a county officer returns a case."""
    task = Task.objects.get(process=case.process, is_open=True)
    act = operations.begin(
        task.pk,
        actor=by,
        key=key,
        expected_version=case.version,
        payload={"outcome": "return"},
    )
    correction = services.request_correction(case, act.task, items, by=by)
    operations.finish(act, "return", {})
    case.refresh_from_db()
    return correction


@pytest.fixture
def returned(filed, county_officer):
    return_case(filed, county_officer)
    return filed


def _resubmit(case, by, key="again", **answers):
    return services.resubmit(
        correction_task(case).pk,
        by=by,
        key=key,
        expected_version=case.version,
        answers=answers,
    )


def test_the_applicant_sees_the_reviewers_words_and_the_last_day(returned, applicant, logged_in):
    page = logged_in(applicant).get(reverse("applications:correct", args=[returned.pk]))
    text = page.content.decode()
    assert "与社保名册不一致" in text
    assert "嘉兴市南湖区" in text
    assert page.context["correction"].due_on is not None
    assert 'name="staff"' in text
    assert 'name="firms"' not in text


def test_only_the_named_items_change_and_the_version_rises(returned, applicant):
    before = dict(returned.data)
    done = _resubmit(returned, applicant, staff=9, firms=99)
    done.refresh_from_db()
    assert done.data == before | {"staff": 9}
    assert done.version == 2
    done.process.refresh_from_db()
    assert done.process.material_version == 2
    assert done.phase == "county_review"
    answered = done.corrections.get()
    assert answered.changes == {"staff": {"before": 8, "after": 9}}


def test_resubmitting_twice_with_one_key_happens_once(returned, applicant):
    task = correction_task(returned)
    for _time in range(2):
        services.resubmit(task.pk, by=applicant, key="k", expected_version=1, answers={"staff": 9})
    returned.refresh_from_db()
    assert returned.version == 2


def test_a_named_item_that_is_still_wrong_is_refused_and_nothing_changes(returned, applicant):
    with pytest.raises(IncompleteError) as raised:
        _resubmit(returned, applicant, staff="很多")
    (problem,) = raised.value.problems
    assert problem.anchor == "id_staff"
    returned.refresh_from_db()
    assert returned.version == 1


def test_only_named_slots_take_files_and_reviewers_see_them_after_resubmission(returned, applicant):
    with pytest.raises(WrongStateError):
        services.attach(returned, slot="licence", upload=upload("换.pdf"), by=applicant)
    services.attach(
        returned, slot="premises", upload=upload("合同.pdf", pdf_bytes(2)), by=applicant
    )
    assert "合同.pdf" not in {a.name for a in filed_attachments(returned)}
    done = _resubmit(returned, applicant)
    assert "合同.pdf" in {a.name for a in filed_attachments(done)}
    assert done.corrections.get().changes == {
        "premises": {"before": ["premises.pdf"], "after": ["premises.pdf", "合同.pdf"]}
    }


def test_the_page_saves_first_and_sends_later(returned, applicant, logged_in):
    client = logged_in(applicant)
    address = reverse("applications:correct", args=[returned.pk])
    shown = client.get(address)
    posted = {"staff": "9", "base": shown.context["base"], "key": "page", "version": "1"}
    client.post(address, posted | {"then": "save"})
    returned.refresh_from_db()
    assert returned.data["staff"] == 8
    shown = client.get(address)
    assert 'value="9"' in shown.content.decode()
    posted["base"] = shown.context["base"]
    client.post(address, posted | {"then": "send"})
    returned.refresh_from_db()
    assert (returned.data["staff"], returned.version) == (9, 2)
    assert client.get(address).status_code == 404


def test_the_same_organ_may_not_ask_a_second_time_for_something_old(
    returned, applicant, county_officer
):
    done = _resubmit(returned, applicant, staff=9)
    late = [{"field": "firms", "problem": "上次漏说"}]
    with pytest.raises(WrongStateError, match="一次性"):
        services.request_correction(
            done, Task.objects.get(process=done.process, is_open=True), late, by=county_officer
        )
    fresh = [{"field": "staff", "problem": "仍不一致"}]
    assert return_case(done, county_officer, fresh, key="second").items[0]["field"] == "staff"


@pytest.mark.parametrize(
    "items",
    [[], [{"field": "nothing", "problem": "?"}], [{"field": "staff", "problem": " "}]],
)
def test_a_list_without_sense_is_refused(filed, county_officer, items):
    with pytest.raises(WrongStateError):
        services.request_correction(filed, None, items, by=county_officer)


def test_a_rival_cannot_answer_my_correction(returned, rival, logged_in):
    with pytest.raises(operations.NotVisible):
        _resubmit(returned, rival, staff=9)
    address = reverse("applications:correct", args=[returned.pk])
    assert logged_in(rival).get(address).status_code == 404


def test_a_withdrawn_case_has_nothing_to_correct(returned, applicant, logged_in):
    services.withdraw(returned, by=applicant, reason="不报了", key="w")
    address = reverse("applications:correct", args=[returned.pk])
    assert logged_in(applicant).get(address).status_code == 404
