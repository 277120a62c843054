"""A reviewer decides: what is recorded, what is refused, what two people at once see."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.db import transaction

import clock
from approvals.reviews import services
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.models import Opinion, OpinionChanged
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Reason, Statement
from jobs.models import Job
from journal.models import Entry
from organizations.models import Membership
from tests.people import Town, key
from workflows.errors import AlreadyDecided, KeyReused, NotAllowed, NotVisible, Stale
from workflows.models import Task
from workflows.operations import claim

RECOMMEND = Statement("recommend", text="材料属实，同意推荐。", met=frozenset({"local"}))


@pytest.fixture
def county_task(jiaxing: Town) -> Task:
    case = jiaxing.filed("recognition", "nanhu")
    return Task.objects.get(process=case.process, element="county_review")


def decide(task: Task, actor, statement: Statement = RECOMMEND, *, version: int = 1, with_key=""):
    return decide_task(
        task.pk,
        actor=actor,
        key=with_key or key(),
        expected_version=version,
        statement=statement,
    )


def test_the_county_recommends_and_the_bureau_has_it(jiaxing: Town, county_task: Task) -> None:
    step = decide(county_task, jiaxing.user("nanhu_officer"))
    assert [task.element for task in step.opened] == ["intake"]
    opinion = Opinion.objects.get(task=county_task)
    assert opinion.outcome == "recommend"
    assert opinion.material_version == 1
    assert [point["met"] for point in opinion.checklist if point["id"] == "local"] == [True]


def test_a_decision_is_journalled_with_the_words(jiaxing: Town, county_task: Task) -> None:
    case = Opinion._meta.get_field("application").related_model.objects.get(
        process=county_task.process
    )
    before = Entry.objects.filter(stream__key=case.stream).count()
    decide(county_task, jiaxing.user("nanhu_officer"))
    entries = Entry.objects.filter(stream__key=case.stream).order_by("position")
    assert entries.count() == before + 1
    assert entries.last().data["text"] == RECOMMEND.text
    assert entries.last().actor_name == jiaxing.user("nanhu_officer").name


def test_the_next_people_are_told_through_the_outbox(jiaxing: Town, county_task: Task) -> None:
    before = Job.objects.filter(kind="announce_tasks").count()
    decide(county_task, jiaxing.user("nanhu_officer"))
    assert Job.objects.filter(kind="announce_tasks").count() == before + 1


def test_a_reviewer_of_another_county_does_not_see_the_task(
    jiaxing: Town, county_task: Task
) -> None:
    with pytest.raises(NotVisible):
        decide(county_task, jiaxing.user("xiuzhou_officer"))


def test_a_right_withdrawn_after_claiming_is_checked_again_at_the_act(
    jiaxing: Town, county_task: Task
) -> None:
    officer = jiaxing.user("nanhu_officer")
    claim(county_task.pk, actor=officer)
    Membership.objects.filter(user=officer).update(valid_to=clock.today() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        decide(county_task, officer)
    assert not Opinion.objects.filter(task=county_task).exists()


def test_the_second_of_two_is_told_who_decided_and_when(jiaxing: Town, county_task: Task) -> None:
    first, second = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    decide(county_task, first)
    with pytest.raises(AlreadyDecided) as late:
        decide(county_task, second)
    assert first.name in late.value.detail
    assert str(clock.today()) in late.value.detail
    assert Opinion.objects.filter(task=county_task).count() == 1


def test_the_same_key_twice_acts_once(jiaxing: Town, county_task: Task) -> None:
    officer, one = jiaxing.user("nanhu_officer"), key()
    first = decide(county_task, officer, with_key=one)
    again = decide(county_task, officer, with_key=one)
    assert [task.pk for task in again.opened] == [task.pk for task in first.opened]
    assert Opinion.objects.filter(task=county_task).count() == 1


def test_the_same_key_with_other_words_is_refused(jiaxing: Town, county_task: Task) -> None:
    officer, one = jiaxing.user("nanhu_officer"), key()
    decide(county_task, officer, with_key=one)
    with pytest.raises(KeyReused):
        decide(county_task, officer, Statement("reject", text="不同意"), with_key=one)


def test_an_opinion_on_an_older_version_of_the_material_is_stale(
    jiaxing: Town, county_task: Task
) -> None:
    with pytest.raises(Stale):
        decide(county_task, jiaxing.user("nanhu_officer"), version=2)


def test_a_return_must_name_what_is_to_be_mended(jiaxing: Town, county_task: Task) -> None:
    with pytest.raises(OpinionRefused) as refusal:
        decide(county_task, jiaxing.user("nanhu_officer"), Statement("return", text="请补正"))
    assert set(refusal.value.problems) == {"items"}


def test_a_refusal_must_cite_a_clause(jiaxing: Town, county_task: Task) -> None:
    officer = jiaxing.user("nanhu_officer")
    with pytest.raises(OpinionRefused) as refusal:
        decide(county_task, officer, Statement("reject", text="面积不足"))
    assert set(refusal.value.problems) == {"reasons"}
    reason = Reason("示例办法第六条第二项", "面积不低于5000平方米", "实测4800平方米")
    decide(county_task, officer, Statement("reject", text="面积不足", reasons=(reason,)))
    assert Opinion.objects.get(task=county_task).reasons == [reason.as_row()]


def test_acceptance_of_a_recognition_needs_three_experts(jiaxing: Town, county_task: Task) -> None:
    decide(county_task, jiaxing.user("nanhu_officer"))
    intake = Task.objects.get(process=county_task.process, element="intake")
    with pytest.raises(OpinionRefused) as refusal:
        decide(intake, jiaxing.user("intake"), Statement("accept", values={"experts": []}))
    assert set(refusal.value.problems) == {"experts"}


def test_an_opinion_is_never_changed(jiaxing: Town, county_task: Task) -> None:
    decide(county_task, jiaxing.user("nanhu_officer"))
    opinion = Opinion.objects.get(task=county_task)
    opinion.text = "另一种意见"
    with pytest.raises(OpinionChanged):
        opinion.save()
    with pytest.raises(OpinionChanged):
        opinion.delete()


def test_a_refused_opinion_leaves_nothing_behind(jiaxing: Town, county_task: Task) -> None:
    entries, jobs = Entry.objects.count(), Job.objects.count()
    with pytest.raises(OpinionRefused), transaction.atomic():
        decide(county_task, jiaxing.user("nanhu_officer"), Statement("return"))
    assert (Entry.objects.count(), Job.objects.count()) == (entries, jobs)
    county_task.refresh_from_db()
    assert county_task.is_open


def test_a_failing_notice_takes_the_decision_back(jiaxing: Town, county_task: Task) -> None:
    """One transaction: if the last write fails, nothing of the act is there."""
    with (
        mock.patch.object(services, "follow", side_effect=RuntimeError("outbox")),
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        decide(county_task, jiaxing.user("nanhu_officer"))
    assert not Opinion.objects.filter(task=county_task).exists()


def statements_of(django_assert_max_num_queries, act) -> int:
    with django_assert_max_num_queries(200) as captured:
        act()
    silent = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(silent) for query in captured.captured_queries)


def test_the_cost_of_a_decision_does_not_grow_with_the_cases(
    jiaxing: Town, county_task: Task, django_assert_max_num_queries
) -> None:
    one = statements_of(
        django_assert_max_num_queries, lambda: decide(county_task, jiaxing.user("nanhu_officer"))
    )
    others = [jiaxing.filed("recognition", "nanhu", name=f"n{number}") for number in range(8)]
    task = Task.objects.get(process=others[-1].process, element="county_review")
    many = statements_of(
        django_assert_max_num_queries, lambda: decide(task, jiaxing.user("nanhu_officer"))
    )
    assert many == one
    assert one <= 24


def test_who_has_left_his_post_reads_nothing_more(jiaxing: Town, county_task: Task, client) -> None:
    officer = jiaxing.user("nanhu_officer")
    claim(county_task.pk, actor=officer)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    case = county_task.process.application
    addresses = (f"/tasks/{county_task.pk}/", f"/applications/{case.pk}/")
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    Membership.objects.filter(user=officer).update(valid_to=clock.today() - timedelta(days=1))
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_what_was_typed_is_still_there_when_a_colleague_was_faster(
    jiaxing: Town, county_task: Task, client
) -> None:
    decide(county_task, jiaxing.user("nanhu_leader"))
    client.force_login(jiaxing.user("nanhu_officer"), "django.contrib.auth.backends.ModelBackend")
    fields = {"key": key(), "version": "1", "outcome": "recommend", "text": "我的长篇意见"}
    page = client.post(f"/tasks/{county_task.pk}/", fields)
    assert page.status_code == 409
    assert "我的长篇意见" in page.content.decode()
    assert "该任务已由" in page.content.decode()
