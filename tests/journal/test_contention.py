"""Many at once on one stream: no gap, no double, one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from journal.selectors import entries
from journal.services import record
from journal.verification import verify

WRITERS, ACTS = 6, 5


@pytest.mark.django_db(transaction=True)
def test_writers_who_meet_on_a_new_stream_make_one_chain():
    def write(number):
        try:
            for act in range(ACTS):
                with transaction.atomic():
                    record("case:1", "act", data={"writer": number, "act": act})
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    positions = list(entries("case:1").values_list("position", flat=True))
    assert positions == list(range(1, WRITERS * ACTS + 1))
    assert verify() == []
