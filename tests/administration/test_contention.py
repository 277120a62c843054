"""Two administrators press at the same moment: it is done once, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from approvals.administration.mending import Plan, confirm, propose
from approvals.administration.models import Mending, Way
from approvals.applications.models import Application
from journal.models import Entry
from organizations.models import User
from tests.people import Town, key
from workflows.errors import WrongState
from workflows.models import Task


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_and_two_proposals_at_once_act_once(
    jiaxing: Town, parked: Application, second_flow_admin: User
) -> None:
    row = Task.objects.get(process=parked.process, status="ERROR")
    plan, start = Plan(Way.MOVE, row.pk, target="county_review"), Barrier(2)

    def pressed(act):
        """In a thread with a connection of its own; what came out."""
        try:
            start.wait(20)
            return act()
        except WrongState as refusal:
            return refusal.code
        finally:
            connection.close()

    def both(*acts):
        with ThreadPoolExecutor(2) as people:
            return list(people.map(pressed, acts))

    authors = (jiaxing.user("flow_admin"), second_flow_admin)
    made = both(
        *(
            lambda by=by: propose(parked, by=by, plan=plan, reason="重审", key=key())
            for by in authors
        )
    )
    assert sorted(type(one).__name__ for one in made) == ["Mending", "str"]
    (proposal,) = Mending.objects.filter(application=parked)
    other = next(user for user in authors if user.pk != proposal.proposed_by_id)
    second = (other, jiaxing.user("security_admin"))
    done = both(*(lambda by=by: confirm(proposal, by=by) for by in second))
    assert sum(step is None for step in done) == 1
    assert Entry.objects.filter(stream__key=parked.stream, verb="move_token").count() == 1
    assert Task.objects.get(process=parked.process, is_open=True).element == "county_review"
