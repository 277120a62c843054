"""Several workers on one table: every job once, whoever is quicker."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from jobs import leases, registry
from jobs.models import Job, State
from jobs.services import enqueue
from jobs.worker import run_due

WORKERS, JOBS = 4, 40


@pytest.mark.django_db(transaction=True)
def test_workers_who_meet_do_every_job_once(monkeypatch):
    monkeypatch.setattr(registry, "_registrations", {})
    seen = []
    registry.register("note", lambda payload: seen.append(payload["n"]))
    for n in range(JOBS):
        enqueue("note", {"n": n})

    def work(_number):
        try:
            return run_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        ran = sum(pool.map(work, range(WORKERS)))
    assert ran == JOBS
    assert Counter(seen) == Counter(range(JOBS))
    assert Job.objects.filter(state=State.DONE, attempts=1).count() == JOBS


@pytest.mark.django_db(transaction=True)
def test_workers_who_promise_with_the_same_key_make_one_job():
    def promise(_number):
        try:
            return enqueue("note", {}, key="case:1").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        assert len(set(pool.map(promise, range(WORKERS * 2)))) == 1
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_job_is_leased_to_one_of_many():
    enqueue("note", {})

    def lease(number):
        try:
            return leases.take(f"worker:{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        taken = [job for job in pool.map(lease, range(WORKERS * 2)) if job is not None]
    assert len(taken) == 1
