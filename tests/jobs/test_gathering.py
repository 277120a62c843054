"""Several jobs of one act are promised in one statement, and undone with what promised them."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jobs.models import Job
from jobs.services import enqueue, gathered

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(Job.objects.order_by("pk").values_list("kind", flat=True))


def promise_and_fail(kind: str) -> None:
    enqueue(kind, {})
    raise RuntimeError(kind)


def test_jobs_of_one_act_are_one_statement_and_keep_their_order():
    with CaptureQueriesContext(connection) as captured, gathered():
        jobs = [enqueue(kind, {"n": kind}) for kind in ("timer", "notice", "mail")]
    assert len(captured) == 1
    assert kinds() == ["timer", "notice", "mail"]
    assert [job.pk for job in jobs] == list(Job.objects.order_by("pk").values_list("pk", flat=True))


def test_an_act_that_fails_promises_nothing():
    with pytest.raises(RuntimeError), gathered():
        promise_and_fail("timer")
    enqueue("later", {})
    assert kinds() == ["later"]


def test_what_a_handler_promised_goes_when_its_savepoint_is_undone():
    with gathered():
        enqueue("timer", {})
        with pytest.raises(RuntimeError), transaction.atomic():
            promise_and_fail("render")
    assert kinds() == ["timer"]


def test_an_inner_act_is_part_of_the_outer_one_and_a_keyed_job_stays_unique():
    with gathered():
        with gathered():
            enqueue("notice", {})
        assert kinds() == []
        first = enqueue("mail", {}, key="once")
        assert enqueue("mail", {}, key="once") == first
    assert sorted(kinds()) == ["mail", "notice"]
