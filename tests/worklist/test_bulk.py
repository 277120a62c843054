"""Bulk acts: the dry run, what each line gets, and that a run is nobody else's."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.test import Client
from django.test.utils import override_settings

import clock
from approvals.applications.models import Application
from approvals.rehearsal.choices import Plan
from approvals.reviews.models import Opinion
from approvals.worklist.bulk import running, services
from approvals.worklist.bulk.acts import BulkAct, Order, key_of
from approvals.worklist.bulk.desk import entries_of
from approvals.worklist.bulk.trial import trial
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.models import BulkLine, BulkRun
from documents import services as documents
from documents.models import PrintBatch
from jobs.models import Job
from jobs.worker import run_due
from journal.models import Entry
from organizations.models import Membership, Relation, User
from organizations.permissions import Permission, grant
from tests.people import Town, key
from tests.reviews.test_deciding import decide
from tests.worklist.conftest import copied
from tests.worklist.test_queue import BACKEND, statements
from workflows import timers
from workflows.models import Process, Recusal, Task
from workflows.operations import claim

RECOMMEND = Order(BulkAct.DECIDE, "recommend", "材料属实，同意推荐。")


def chosen(user: User, tasks: list[Task], order: Order | None = None) -> BulkRun:
    run = services.choose(user, tasks, key=key())
    return services.prepare(user, run.pk, order) if order is not None else run


def ran(user: User, tasks: list[Task], order: Order) -> BulkRun:
    run = services.start(user, chosen(user, tasks, order).pk)
    run_due(kinds={services.JOB})
    run.refresh_from_db()
    return run


def answers(run: BulkRun) -> list[tuple[str, str]]:
    return list(run.lines.order_by("pk").values_list("state", "reason"))


def told(user: User, tasks: list[Task], order: Order) -> list[str]:
    run = chosen(user, tasks, order)
    return [verdict.reason for verdict in trial(user, entries_of(run), order)]


def test_one_opinion_is_given_in_every_case_and_each_entry_names_the_run(
    jiaxing: Town, tasks: list[Task]
) -> None:
    officer = jiaxing.user("nanhu_officer")
    run = ran(officer, tasks, RECOMMEND)
    assert run.state == "done"
    assert answers(run) == [("done", "")] * 4
    for task in tasks:
        opinion = Opinion.objects.get(task=task)
        assert (opinion.author, opinion.text) == (officer, RECOMMEND.text)
        entries = Entry.objects.filter(stream__key=opinion.application.stream)
        assert [e.verb for e in entries if e.data.get("bulk") == run.pk] == ["complete_task"]


def test_the_dry_run_says_what_the_run_will_do_and_why_not(
    jiaxing: Town, tasks: list[Task]
) -> None:
    """A colleague was faster, has taken one, and the material of a third was renewed."""
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    run = chosen(officer, tasks, RECOMMEND)
    decide(tasks[0], leader)
    claim(tasks[1].pk, actor=leader)
    Process.objects.filter(pk=tasks[2].process_id).update(material_version=2)
    reasons = [verdict.reason for verdict in trial(officer, entries_of(run), RECOMMEND)]
    assert f"该任务已由{leader.name}" in reasons[0]
    assert f"正由{leader.name}办理" in reasons[1]
    assert "第2版" in reasons[2]
    assert reasons[3] == ""
    services.start(officer, run.pk)
    run_due(kinds={services.JOB})
    assert [(state, bool(reason)) for state, reason in answers(run)] == [
        ("refused", True), ("refused", True), ("refused", True), ("done", False),
    ]  # fmt: skip
    assert [reason for _state, reason in answers(run)] == reasons
    assert Opinion.objects.filter(author=officer).count() == 1


def test_what_changed_after_the_start_is_refused_under_the_lock(
    jiaxing: Town, tasks: list[Task]
) -> None:
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    run = services.start(officer, chosen(officer, tasks, RECOMMEND).pk)
    decide(tasks[0], leader)
    Process.objects.filter(pk=tasks[1].process_id).update(material_version=2)
    run_due(kinds={services.JOB})
    assert [state for state, _reason in answers(run)] == ["refused", "refused", "done", "done"]
    assert leader.name in answers(run)[0][1]
    assert "第2版" in answers(run)[1][1]


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (Order(BulkAct.DECIDE, "return", "请补正"), "一次性列明"),
        (Order(BulkAct.DECIDE, "reject", "不符合"), "指明不符合的条款"),
        (Order(BulkAct.DECIDE, "approve", "同意"), "本环节没有这一结论，可选："),
        (Order(BulkAct.RELEASE), "只有签收人本人"),
        (Order(BulkAct.PRINT), "还没有决定文书"),
    ],
)
def test_what_needs_more_than_one_opinion_is_left_to_the_single_form(
    jiaxing: Town, tasks: list[Task], order: Order, why: str
) -> None:
    officer = jiaxing.user("nanhu_officer")
    reasons = told(officer, tasks, order)
    assert all(why in reason for reason in reasons), reasons
    with pytest.raises(WorklistRefused) as refused:
        services.start(officer, chosen(officer, tasks, order).pk)
    assert refused.value.code == "all_refused"
    assert not Job.objects.filter(kind=services.JOB).exists()


def test_a_step_with_a_required_field_is_refused(jiaxing: Town, tasks: list[Task]) -> None:
    """Acceptance of a recognition names experts: no bulk act can."""
    opened = [decide(task, jiaxing.user("nanhu_officer")).opened[0] for task in tasks]
    reasons = told(jiaxing.user("intake"), opened, Order(BulkAct.DECIDE, "accept", "予以受理"))
    assert all("专家" in reason for reason in reasons)


def test_claimed_and_released_in_bulk(jiaxing: Town, tasks: list[Task]) -> None:
    officer = jiaxing.user("nanhu_officer")
    run = ran(officer, tasks, Order(BulkAct.CLAIM))
    assert answers(run) == [("done", "")] * 4
    assert Task.objects.filter(owner=officer, is_open=True).count() == 4
    entry = Entry.objects.filter(verb="bulk_act").first()
    assert entry is not None
    assert entry.data["bulk"] == run.pk
    assert answers(ran(officer, tasks, Order(BulkAct.RELEASE))) == [("done", "")] * 4
    assert not Task.objects.filter(owner=officer, is_open=True).exists()


def test_assigned_to_a_colleague_and_refused_for_one_who_must_stay_away(
    jiaxing: Town, tasks: list[Task]
) -> None:
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    order = Order(BulkAct.ASSIGN, text="分工调整", colleague=leader.pk)
    run = ran(officer, tasks[:2], order)
    assert answers(run) == [("done", "")] * 2
    held = Task.objects.filter(owner=leader, is_open=True)
    assert {task.process_id for task in held} == {task.process_id for task in tasks[:2]}
    entries = Entry.objects.filter(verb="transfer_seat")
    assert [entry.data["bulk"] for entry in entries] == [run.pk] * 2
    Relation.objects.create(
        user=leader, organ=tasks[2].process.party, ground="亲属", valid_from=clock.today()
    )
    assert all("回避" in reason for reason in told(officer, tasks[2:], order))
    stranger = Order(BulkAct.ASSIGN, text="x", colleague=jiaxing.user("xiuzhou_officer").pk)
    assert all(told(officer, tasks[2:], stranger))


def test_documents_of_the_chosen_cases_make_one_batch(jiaxing: Town, model: Application) -> None:
    """The officer of finance pays, and may print by a grant."""
    case, plan = jiaxing.filed("award", "nanhu"), Plan(dice=random.Random(3))
    timer = timers.armed(jiaxing.played_to(case, "publicity", plan))
    assert timer is not None
    with override_settings(DEMO_MODE=True):
        timers.run_forward(timer.pk, jiaxing.user("reviewer"))
    task = jiaxing.played_to(case, "payment", plan)
    payer = jiaxing.user("finance_officer")
    decision = case.decisions.get()
    order = Order(BulkAct.PRINT)
    assert "没有印制" in told(payer, [task], order)[0]
    grant(
        payer, Permission.PRINT_DOCUMENT, decision.document.lead_organ,
        by=jiaxing.user("security_admin"), reason="代班",
    )  # fmt: skip
    assert "尚未生成" in told(payer, [task], order)[0]
    documents.render(decision.document_id)
    run = ran(payer, [task], order)
    assert answers(run) == [("done", "")]
    batch = PrintBatch.objects.get(pk=run.payload["batch"])
    assert [job.document_id for job in batch.print_jobs.all()] == [decision.document_id]
    assert "重印原因" in told(payer, [task], order)[0]


def test_started_twice_it_runs_once(jiaxing: Town, tasks: list[Task]) -> None:
    officer = jiaxing.user("nanhu_officer")
    run = chosen(officer, tasks, RECOMMEND)
    services.start(officer, run.pk)
    services.start(officer, run.pk)
    assert Job.objects.filter(kind=services.JOB).count() == 1
    with pytest.raises(WorklistRefused) as refused:
        services.prepare(officer, run.pk, Order(BulkAct.CLAIM))
    assert refused.value.code == "already_started"


def test_resumed_while_it_runs_and_after_it_ended_nothing_is_done_twice(
    jiaxing: Town, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 2)
    officer = jiaxing.user("nanhu_officer")
    run = services.start(officer, chosen(officer, tasks, RECOMMEND).pk)
    run_due(1, kinds={services.JOB})
    assert [state for state, _reason in answers(run)] == ["done", "done", "waiting", "waiting"]
    services.resume(officer, run.pk)
    run_due(kinds={services.JOB})
    services.resume(officer, run.pk)
    run_due(kinds={services.JOB})
    assert answers(run) == [("done", "")] * 4
    assert Opinion.objects.filter(author=officer).count() == 4


def test_a_line_whose_act_was_done_under_its_key_before_is_not_done_again(
    jiaxing: Town, tasks: list[Task]
) -> None:
    """Should a line be lost after its act, the engine's answer under the line's key stands."""
    officer = jiaxing.user("nanhu_officer")
    run = services.start(officer, chosen(officer, tasks, RECOMMEND).pk)
    decide(tasks[0], officer, RECOMMEND.statement(), with_key=key_of(run.pk, tasks[0].pk))
    run_due(kinds={services.JOB})
    assert answers(run) == [("done", "")] * 4
    assert Opinion.objects.filter(task=tasks[0]).count() == 1


def test_one_broken_case_does_not_hold_up_the_others(
    jiaxing: Town, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = running.decide_task

    def broken(task_id: int, **given: object) -> object:
        if task_id == tasks[1].pk:
            raise RuntimeError("secret words")
        return real(task_id, **given)

    monkeypatch.setattr(running, "decide_task", broken)
    run = ran(jiaxing.user("nanhu_officer"), tasks, RECOMMEND)
    assert [state for state, _reason in answers(run)] == ["done", "refused", "done", "done"]
    assert "secret" not in answers(run)[1][1]


def test_who_lost_his_post_meanwhile_does_nothing(jiaxing: Town, tasks: list[Task]) -> None:
    officer = jiaxing.user("nanhu_officer")
    run = services.start(officer, chosen(officer, tasks, RECOMMEND).pk)
    Membership.objects.filter(user=officer).update(valid_to=clock.today() - timedelta(days=1))
    run_due(kinds={services.JOB})
    assert {state for state, _reason in answers(run)} == {"refused"}
    assert not Opinion.objects.filter(author=officer).exists()


def test_a_case_that_became_hidden_takes_its_line_along(
    jiaxing: Town, tasks: list[Task], client: Client
) -> None:
    """A row of dashes would say that there is such a case; the others of the run stay."""
    officer = jiaxing.user("nanhu_officer")
    second = jiaxing.filed("recognition", "nanhu", name="b")
    other = Task.objects.get(process=second.process, is_open=True)
    run = chosen(officer, [tasks[0], other], RECOMMEND)
    hidden = Application.objects.get(process=tasks[0].process_id)
    Relation.objects.create(
        user=officer, organ=hidden.applicant, ground="亲属", valid_from=clock.today()
    )
    client.force_login(officer, BACKEND)
    text = client.get(f"/tasks/bulk/{run.pk}/").content.decode()
    assert second.number in text
    assert hidden.number not in text
    assert hidden.applicant.name not in text
    assert "将办理 1 件，不能办理 0 件" in text


def test_a_run_about_hidden_cases_only_is_as_if_it_had_never_been(
    jiaxing: Town, tasks: list[Task], client: Client
) -> None:
    officer = jiaxing.user("nanhu_officer")
    run = chosen(officer, tasks[:1], RECOMMEND)
    client.force_login(officer, BACKEND)
    Recusal.objects.create(
        process=tasks[0].process, user=officer, kind="self", ground="亲属", state="in_force",
        asked_at=clock.now(),
    )  # fmt: skip
    nothing = client.get("/tasks/bulk/999999/")
    for address in (f"/tasks/bulk/{run.pk}/", f"/tasks/bulk/{run.pk}/progress/"):
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert f"第 {run.pk} 批" not in client.get("/tasks/bulk/").content.decode()
    assert client.post(f"/tasks/bulk/{run.pk}/start/").status_code == 404


def test_more_than_five_hundred_are_refused(jiaxing: Town, tasks: list[Task]) -> None:
    many = [Task(pk=number, process=tasks[0].process) for number in range(501)]
    with pytest.raises(WorklistRefused) as refused:
        services.choose(jiaxing.user("nanhu_officer"), many, key=key())
    assert refused.value.code == "too_many"


def test_from_the_list_to_the_result_in_the_browsers_steps(
    jiaxing: Town, tasks: list[Task], client: Client
) -> None:
    officer = jiaxing.user("nanhu_officer")
    client.force_login(officer, BACKEND)
    form = {"key": key(), "view": "all", "q": "县区:南湖", "everything": "1"}
    opened = client.post("/tasks/bulk/", form)
    again = client.post("/tasks/bulk/", form)
    assert opened["Location"] == again["Location"]
    address = opened["Location"]
    refused = client.post(address, {"act": "decide", "text": "同意"})
    assert refused.status_code == 422
    assert "请选择结论" in refused.content.decode()
    assert "同意</textarea>" in refused.content.decode()
    client.post(address, {"act": "decide", "outcome": "recommend", "text": "同意推荐"})
    text = client.get(address).content.decode()
    assert "将办理 4 件，不能办理 0 件" in text
    client.post(f"{address}start/")
    assert "正在执行：0 / 4 件" in client.get(address).content.decode()
    run_due(kinds={services.JOB})
    text = client.get(f"{address}progress/").content.decode()
    assert "办理 4 件，未办理 0 件" in text
    assert "hx-trigger" not in text


def test_a_run_that_stands_still_offers_to_go_on(
    jiaxing: Town, tasks: list[Task], client: Client
) -> None:
    officer = jiaxing.user("nanhu_officer")
    run = services.start(officer, chosen(officer, tasks, RECOMMEND).pk)
    client.force_login(officer, BACKEND)
    address = f"/tasks/bulk/{run.pk}/"
    assert "继续执行" not in client.get(address).content.decode()
    BulkRun.objects.filter(pk=run.pk).update(moved_at=clock.now() - timedelta(minutes=2))
    assert "继续执行" in client.get(address).content.decode()
    client.post(f"{address}resume/")
    assert Job.objects.filter(kind=services.JOB).count() == 2


def test_only_tasks_of_ones_own_list_can_be_chosen(
    jiaxing: Town, tasks: list[Task], client: Client
) -> None:
    client.force_login(jiaxing.user("xiuzhou_officer"), BACKEND)
    ticked = {"key": key(), "task": [str(task.pk) for task in tasks]}
    assert client.post("/tasks/bulk/", ticked)["Location"] == "/tasks/"
    assert not BulkLine.objects.exists()


def test_the_dry_run_costs_the_same_at_two_and_at_forty_lines(
    jiaxing: Town, model: Application
) -> None:
    """Without registered objections, which are asked case by case."""
    officer = jiaxing.user("nanhu_officer")
    tasks = copied(model, 40)
    order = Order(BulkAct.CLAIM)
    few, many = chosen(officer, tasks[:2], order), chosen(officer, tasks, order)

    def cost(run: BulkRun) -> int:
        return statements(lambda: trial(officer, entries_of(run), order))

    cost(few)
    assert cost(many) == cost(few) <= 10
