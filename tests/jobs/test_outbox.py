"""Promises that are kept once: with the act, after a crash, and never twice."""

from __future__ import annotations

import logging
import signal
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

import clock
from jobs import leases, registry, selectors
from jobs.management.commands import worker as worker_command
from jobs.models import Job, State
from jobs.registry import register
from jobs.services import NotDeadError, enqueue, retry
from jobs.worker import run_due

NINE = datetime(2026, 11, 21, 9, tzinfo=clock.BEIJING)

pytestmark = pytest.mark.django_db


class Clerk:
    pk = 7


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """A registry of this test's own."""
    monkeypatch.setattr(registry, "_registrations", {})


@pytest.fixture
def done():
    """Payloads the handler of kind `note` has seen."""
    seen = []
    register("note", lambda payload: seen.append(payload["n"]))
    return seen


def later(**delta):
    return clock.at(NINE + timedelta(**delta))


def test_a_job_runs_after_the_commit_and_only_once(done):
    with transaction.atomic():
        enqueue("note", {"n": 1})
    assert (run_due(), run_due()) == (1, 0)
    assert done == [1]
    job = Job.objects.get()
    assert (job.state, job.attempts, job.last_error) == (State.DONE, 1, "")


@pytest.mark.django_db(transaction=True)
def test_the_job_of_an_act_that_is_rolled_back_does_not_exist(done):
    with transaction.atomic():
        enqueue("note", {"n": 1})
        transaction.set_rollback(True)
    assert run_due() == 0


def test_jobs_run_in_the_order_of_their_time_and_not_before_it(done):
    with clock.at(NINE):
        enqueue("note", {"n": 3}, run_at=NINE + timedelta(hours=2))
        enqueue("note", {"n": 2}, run_at=NINE)
        enqueue("note", {"n": 1}, run_at=NINE - timedelta(hours=1))
        assert run_due() == 2
    assert done == [1, 2]
    with later(hours=2):
        assert run_due() == 1
    assert done == [1, 2, 3]


def test_run_due_also_runs_what_the_jobs_promise(done):
    register("chain", lambda payload: enqueue("note", {"n": payload["n"]}) and None)
    enqueue("chain", {"n": 5})
    assert (run_due(), done) == (2, [5])


def test_run_due_stops_at_its_limit(done):
    for n in range(3):
        enqueue("note", {"n": n})
    assert (run_due(limit=2), done) == (2, [0, 1])


def test_a_key_makes_a_job_unique_even_after_it_is_done(done):
    first = enqueue("note", {"n": 1}, key="case:1")
    run_due()
    again = enqueue("note", {"n": 2}, key="case:1")
    assert again.pk == first.pk
    assert (run_due(), done) == (0, [1])
    assert enqueue("other", {}, key="case:1").pk != first.pk


def test_promising_costs_one_statement_and_two_with_a_key(done):
    with transaction.atomic():
        with CaptureQueriesContext(connection) as plain:
            enqueue("note", {"n": 1})
        with CaptureQueriesContext(connection) as keyed:
            enqueue("note", {"n": 1}, key="k")
    statements = [q for q in keyed if "SAVEPOINT" not in q["sql"]]
    assert (len(plain), len(statements)) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_work_and_done_mark_commit_together_and_a_failure_undoes_both():
    def write_then_fail(payload):
        Job.objects.create(kind="trace", run_at=NINE + timedelta(days=1), created_at=NINE)
        raise ValueError("no paper")

    register("fragile", write_then_fail)
    with clock.at(NINE):
        job = enqueue("fragile", {})
        assert run_due() == 1
    job.refresh_from_db()
    assert not Job.objects.filter(kind="trace").exists()
    assert (job.state, job.last_error) == (State.WAITING, "ValueError: no paper")
    assert job.run_at == NINE + timedelta(seconds=30)


def test_a_failing_job_is_tried_six_times_with_growing_pauses_then_given_up():
    register("fragile", lambda payload: 1 / 0)
    with clock.at(NINE):
        job = enqueue("fragile", {})
    moment, pauses = NINE, []
    for _attempt in range(6):
        with clock.at(moment):
            assert run_due() == 1
        job.refresh_from_db()
        pauses.append((job.run_at - moment).total_seconds())
        moment = job.run_at
    assert pauses[:5] == [30, 120, 480, 1920, 7680]
    assert (job.state, job.attempts) == (State.DEAD, 6)
    assert list(selectors.dead_jobs()) == [job]
    with clock.at(moment + timedelta(days=9)):
        assert run_due() == 0


def test_a_failing_job_does_not_hold_up_the_others(done):
    register("fragile", lambda payload: 1 / 0)
    enqueue("fragile", {})
    enqueue("note", {"n": 1})
    assert (run_due(), done) == (2, [1])


def test_only_class_and_message_of_an_error_are_kept(caplog):
    secret = "330402199001011234"

    def fail(payload):
        person = secret
        raise RuntimeError("printer" + " " * 700 + person)

    register("fragile", fail)
    job = enqueue("fragile", {})
    with caplog.at_level(logging.INFO, "jobs"):
        run_due()
    job.refresh_from_db()
    assert job.last_error.startswith("RuntimeError: printer")
    assert len(job.last_error) <= 600
    assert secret not in job.last_error + caplog.text


def test_a_job_of_an_unknown_kind_waits_for_the_package_that_knows_it(done):
    with clock.at(NINE):
        job = enqueue("unknown", {})
        run_due()
    job.refresh_from_db()
    assert job.last_error.startswith("UnknownKindError")
    register("unknown", lambda payload: None)
    with later(minutes=1):
        run_due()
    job.refresh_from_db()
    assert job.state == State.DONE


def test_the_lease_of_a_crashed_worker_is_taken_over_after_a_minute(done):
    with clock.at(NINE):
        enqueue("note", {"n": 1})
        crashed = leases.take("crashed:1")
    assert crashed is not None
    with later(seconds=59):
        assert run_due() == 0
    with later(seconds=60):
        assert run_due() == 1
    assert done == [1]
    assert Job.objects.get().attempts == 2


def test_a_worker_that_lost_its_lease_cannot_commit_its_work(done):
    with clock.at(NINE):
        enqueue("note", {"n": 1})
        slow = leases.take("slow:1")
    with later(seconds=61):
        run_due()
        with pytest.raises(leases.LeaseLostError), transaction.atomic():
            leases.mark_done(slow)
        leases.mark_failed(slow, ValueError("late"))
    job = Job.objects.get()
    assert (job.state, job.last_error) == (State.DONE, "")


def test_two_workers_never_hold_the_same_lease(done):
    enqueue("note", {"n": 1})
    assert leases.take("one:1") is not None
    assert leases.take("two:2") is None


def test_a_stale_candidate_is_not_leased_again(done):
    job = enqueue("note", {"n": 1})
    stale = Job.objects.get(pk=job.pk)
    assert leases.take("one:1") is not None
    assert not leases._swap(stale, "two:2", clock.now())
    assert Job.objects.get().leased_by == "one:1"


def test_a_job_whose_workers_always_crash_is_given_up(done):
    with clock.at(NINE):
        enqueue("note", {"n": 1})
    for minute in range(6):
        with later(minutes=minute):
            assert leases.take(f"crashed:{minute}") is not None
    with later(minutes=6):
        assert run_due() == 0
    job = Job.objects.get()
    assert (job.state, job.attempts) == (State.DEAD, 6)
    assert job.last_error.startswith("WorkerLost")


@pytest.mark.django_db(transaction=True)
def test_a_detached_handler_commits_by_itself_and_is_marked_done_after():
    states = []

    def render(payload):
        assert not connection.in_atomic_block
        states.append(Job.objects.get().state)

    register("render", render, detached=True)
    enqueue("render", {})
    assert (run_due(), states) == (1, [State.RUNNING])
    assert Job.objects.get().state == State.DONE


def test_a_worker_of_some_kinds_leaves_the_others(done):
    register("other", lambda payload: None)
    enqueue("other", {})
    enqueue("note", {"n": 1})
    assert (run_due(kinds={"note"}), done) == (1, [1])
    assert Job.objects.get(kind="other").state == State.WAITING


def test_a_kind_has_one_handler(done):
    with pytest.raises(ValueError, match="already registered"):
        register("note", print)
    assert registry.kinds() == ("note",)


def test_a_dead_job_is_retried_by_hand_and_no_other(done):
    job = enqueue("note", {"n": 1})
    with pytest.raises(NotDeadError):
        retry(job, Clerk())
    Job.objects.update(state=State.DEAD, attempts=6)
    retried = retry(job, Clerk())
    assert (retried.state, retried.attempts, retried.retried_by) == (State.WAITING, 0, 7)
    assert (run_due(), done) == (1, [1])


def test_the_age_of_the_oldest_due_job_is_known(done):
    with clock.at(NINE):
        assert selectors.oldest_waiting_age() is None
        enqueue("note", {"n": 1}, run_at=NINE + timedelta(minutes=1))
        assert selectors.oldest_waiting_age() is None
    with later(minutes=11):
        assert selectors.oldest_waiting_age() == timedelta(minutes=10)


def test_the_worker_command_runs_what_is_due(done):
    enqueue("note", {"n": 1})
    out = StringIO()
    call_command("worker", "--once", stdout=out)
    assert (out.getvalue(), done) == ("1 jobs ran\n", [1])


def test_a_job_costs_a_fixed_number_of_statements(done):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            run_due(limit=1)
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        return len([q for q in captured if not q["sql"].startswith(control)])

    for n in range(200):
        enqueue("note", {"n": n})
    assert (statements(), statements()) == (4, 4)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_finishes_the_job_at_hand_and_leaves_the_rest(done, number):
    before = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    register("stop", lambda payload: signal.raise_signal(number))
    with clock.at(NINE):
        enqueue("stop", {})
        enqueue("note", {"n": 1})
        try:
            call_command("worker", "--idle-seconds", "0.001")
        finally:
            for n, handler in before.items():
                signal.signal(n, handler)
    assert done == []
    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == [
        State.DONE,
        State.WAITING,
    ]


def test_a_worker_waits_out_a_database_that_does_not_answer(done, monkeypatch, caplog):
    answers = iter([OperationalError("gone"), 1])

    def run(limit, kinds):
        assert kinds is None
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(worker_command, "run_due", run)
    command = worker_command.Command()
    assert [command._ran_one(), command._ran_one()] == [False, True]
    assert "database: OperationalError" in caplog.text


def test_a_worker_takes_only_its_kinds_or_all_but_them(done):
    enqueue("note", {"n": 1})
    out = StringIO()
    call_command("worker", "--once", "--without", "note", stdout=out)
    assert done == []
    assert "0 jobs ran" in out.getvalue()
    call_command("worker", "--once", "--only", "note", stdout=out)
    assert done == [1]


def test_a_worker_does_not_start_for_a_kind_that_nobody_registered(done):
    with pytest.raises(CommandError, match="no such kind of job: nonsense"):
        call_command("worker", "--once", "--only", "nonsense")


def test_a_kind_may_have_a_longer_lease():
    register("long", lambda payload: None, lease=timedelta(minutes=15))
    enqueue("long", {})
    job = leases.take("somebody")
    assert job.lease_until - clock.now() > timedelta(minutes=14)
