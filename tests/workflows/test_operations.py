"""The operations with real organs and people: who may, who may not, and what is written."""

from __future__ import annotations

from datetime import date

import pytest

import clock
from journal.selectors import entries
from organizations.accounts import dismiss
from organizations.models import Membership
from organizations.permission_names import Permission
from organizations.permissions import grant
from tests.workflows.office import decide, furnished, open_task, started
from tests.workflows.playing import MONDAY
from workflows import operations
from workflows.models import LIVE, OperationRecord, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return furnished()


@pytest.fixture
def review(city):
    with clock.at(MONDAY):
        return open_task(started(city), "county_review")


def test_the_task_waits_at_the_case_s_county_until_the_fifth_working_day(city, review):
    assert (review.role, review.organ, review.owner) == ("county", city.north, None)
    assert review.due_at.astimezone(clock.BEIJING).isoformat() == "2025-03-11T00:00:00+08:00"
    assert review.process.phase == "county_review"


def test_a_reviewer_of_another_county_is_told_that_there_is_no_such_task(city, review):
    with pytest.raises(operations.NotVisible) as refusal:
        decide(review, city.stranger, "recommend")
    with pytest.raises(operations.NotVisible) as missing:
        operations.begin(
            review.pk + 999, actor=city.stranger, key="k", expected_version=1, payload={}
        )
    assert refusal.value.detail == missing.value.detail


def test_a_member_of_the_applicant_who_is_also_an_officer_does_not_see_his_own_case(city, review):
    Membership.objects.create(
        user=city.officer, organ=city.firm, role="agent", valid_from=date(2020, 1, 1)
    )
    with pytest.raises(operations.NotVisible):
        decide(review, city.officer, "recommend")


def test_a_case_goes_from_the_county_to_the_signature(city, review):
    step = decide(review, city.officer, "recommend")
    (propose,) = step.opened
    assert (propose.role, propose.organ) == ("reviewer", city.bureau)
    decide(propose, city.reviewer, "approve")
    step = decide(open_task(review.process, "sign"), city.leader, "sign")
    review.process.refresh_from_db()
    assert (step.verdict, step.phase, review.process.status) == ("approved", "done_yes", "DONE")
    assert not Task.objects.filter(process=review.process, status__in=LIVE).exists()


def test_a_returned_case_goes_back_to_the_person_who_filed(city, review):
    decide(review, city.officer, "return")
    correction = open_task(review.process, "correction")
    assert (correction.owner, correction.organ) == (city.filer, city.firm)
    with pytest.raises(operations.NotVisible):
        decide(correction, city.rival_filer, "resubmit")
    operations.renew_material(review.process)
    decide(correction, city.filer, "resubmit", version=2)
    assert open_task(review.process, "county_review")


def test_the_second_pair_of_eyes_is_not_the_first(city, review):
    decide(review, city.officer, "recommend")
    decide(open_task(review.process, "propose"), city.leader, "approve")
    with pytest.raises(operations.NotAllowed) as refusal:
        decide(open_task(review.process, "sign"), city.leader, "sign")
    assert refusal.value.code == "four_eyes"


def test_the_same_key_acts_once_and_answers_the_same(city, review):
    first = decide(review, city.officer, "recommend", key="once")
    again = decide(review, city.officer, "recommend", key="once")
    assert again.answer() == first.answer()
    assert OperationRecord.objects.count() == 1
    with pytest.raises(operations.KeyReused):
        decide(review, city.officer, "reject", key="once")


def test_a_seat_that_has_acted_says_who_and_when(city, review):
    decide(review, city.officer, "recommend")
    with pytest.raises(operations.AlreadyDecided) as refusal:
        decide(review, city.colleague, "reject")
    assert refusal.value.by == "officer"
    assert refusal.value.at is not None


def test_whoever_looked_at_older_material_is_stale(city, review):
    operations.renew_material(review.process)
    with pytest.raises(operations.Stale) as refusal:
        decide(review, city.officer, "recommend", version=1)
    assert refusal.value.current == 2


def test_a_right_withdrawn_after_the_claim_counts_at_the_act(city, review):
    operations.claim(review.pk, actor=city.officer)
    dismiss(Membership.objects.get(user=city.officer), by=None, reason="transferred")
    with pytest.raises(operations.NotAllowed) as refusal:
        decide(review, city.officer, "recommend")
    assert refusal.value.code == "no_position"


def test_a_colleague_cannot_decide_what_another_has_taken_until_it_is_released(city, review):
    operations.claim(review.pk, actor=city.officer)
    with pytest.raises(operations.NotAllowed) as refusal:
        decide(review, city.colleague, "recommend")
    assert "officer" in refusal.value.detail
    with pytest.raises(operations.NotAllowed):
        operations.claim(review.pk, actor=city.colleague)
    with pytest.raises(operations.NotAllowed):
        operations.release(review.pk, actor=city.colleague)
    operations.release(review.pk, actor=city.officer)
    assert decide(review, city.colleague, "recommend").opened


def test_a_task_addressed_to_one_person_cannot_be_put_back(city, review):
    decide(review, city.officer, "return")
    with pytest.raises(operations.WrongState) as refusal:
        operations.release(open_task(review.process, "correction").pk, actor=city.filer)
    assert refusal.value.code == "addressed"


def test_an_exceptional_grant_at_the_organ_is_a_right_to_act(city, review):
    grant(
        city.stranger, Permission.REVIEW_APPLICATION, city.north, by=city.leader, reason="stand-in"
    )
    assert decide(review, city.stranger, "recommend").opened


@pytest.mark.parametrize("outcome", ["approve", "", "推荐"])
def test_an_outcome_the_task_does_not_have_is_refused_and_nothing_is_written(city, review, outcome):
    with pytest.raises(operations.WrongState):
        decide(review, city.officer, outcome)
    review.refresh_from_db()
    assert (review.status, OperationRecord.objects.count()) == ("NEW", 0)


def test_a_withdrawn_case_closes_every_seat_and_timer(city, review):
    operations.cancel(
        review.process,
        by=city.filer,
        verdict="withdrawn",
        reason="no longer wanted",
        phase="withdrawn",
    )
    review.process.refresh_from_db()
    assert (review.process.status, review.process.verdict) == ("CANCELED", "withdrawn")
    assert not Task.objects.filter(process=review.process, status__in=LIVE).exists()
    with pytest.raises(operations.WrongState):
        decide(review, city.officer, "recommend")
    with pytest.raises(operations.WrongState):
        operations.cancel(review.process, by=city.filer, verdict="withdrawn", reason="again")


def test_every_act_is_one_journal_entry_with_the_callers_facts(city, review):
    act = operations.begin(
        review.pk, actor=city.officer, key="j", expected_version=1, payload={"outcome": "recommend"}
    )
    operations.finish(act, "recommend", {}, facts={"opinion": 7})
    kept = list(entries("case:1"))
    assert [entry.verb for entry in kept] == ["start_process", "complete_task"]
    assert kept[1].data["element"] == "county_review"
    assert kept[1].data["opinion"] == 7
    assert kept[1].actor_name == "officer"


def test_a_case_without_a_county_is_parked_and_goes_on_when_the_organ_is_known(city):
    process = started(city)
    process.county = None
    process.save()
    decide(open_task(process, "county_review"), city.officer, "return")
    operations_step = decide(open_task(process, "correction"), city.filer, "resubmit")
    assert operations_step.blocked == "missing_organ: county"
    process.refresh_from_db()
    process.county = city.north
    process.save()
    step = operations.retry(process, city.leader)
    assert [task.element for task in step.opened] == ["county_review"]


def test_an_unknown_flow_is_refused_with_its_name(city):
    with pytest.raises(operations.UnknownFlow, match="nothing_here"):
        operations.start(
            "nothing_here", city="flowcity", county=None, party=city.firm, by=city.filer, data={}
        )
