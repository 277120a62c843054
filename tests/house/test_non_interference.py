"""Whom a case does not concern: every GET answers byte for byte as if the case did not exist.

Number registers are excepted: that a number was given is public. What is compared and masked is
told in worlds.py; each leak that was found has its own test in the slice that had it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from approvals.applications.models import Application
from approvals.experts.models import ExpertProfile
from approvals.experts.services import declare
from approvals.inquiries import services as inquiries
from approvals.inquiries.models import Question
from approvals.notifications.models import Notification
from approvals.operations import acts
from approvals.operations import services as operations
from approvals.operations.recusal import recuse_self, request_recusal
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from approvals.worklist.bulk import services as bulk
from approvals.worklist.bulk.acts import BulkAct, Order
from approvals.worklist.models import BulkRun
from jobs.worker import run_due
from organizations.accounts import appoint, create_account, declare_relation
from organizations.models import Organ, User
from tests.house.visitors import House, build
from tests.house.worlds import (
    ANONYMOUS,
    Mutation,
    Things,
    Visitors,
    Worlds,
    compare,
    pages_for,
    readable_routes,
)
from tests.people import Town, key, town
from workflows.models import Recusal, Task
from workflows.operations import claim

STRANGERS = (ANONYMOUS, "rival", "xiuzhou_officer", "tied_officer")
"""And an expert who was not drawn."""
TIED = {
    "tied_printer": "printing_office",
    "tied_seal_keeper": "seal_keeper",
    "tied_signer": "bureau_leader",
}
"""They handle every paper of the city, but the firm's."""
PAPER = ("/print/", "/papers/", "/documents/", "/notifications/", "/supervision/", "/meetings/")
"""What they ask; the rest is asked by the tied officer, by the same rule."""
CASES = ("/applications/", "/cases/")


def colleague(city: Town, name: str) -> User:
    """One more officer of Nanhu, who also leads it: he is asked to rule on recusals."""
    made = create_account(username=name, password=None, name=f"{name}姓名", by=None)
    for role in ("county_officer", "county_leader"):
        appoint(made, city.organ("nanhu"), role, by=None)
    return made


def tied_offices(city: Town, firm: Organ, visitors: Visitors) -> None:
    """One more of each office that handles paper, with a tie to the firm."""
    for name, role in TIED.items():
        made = create_account(username=f"jx_{name}", password=None, name=f"{name}姓名", by=None)
        appoint(made, city.user(role).memberships.get().organ, role, by=None)
        declare_relation(visitors.enter(name, made), firm, ground="持有股份", by=None)


def own_things(city: Town) -> Things:
    """What the observers have of their own in both worlds: the rival's case and a case of Nanhu."""
    cases = [
        city.filed("recognition", "xiuzhou", name="competitor"),
        city.filed("recognition", "nanhu", name="neighbour"),
    ]
    run_due()  # whoever waits for these is told in both worlds
    return of_cases(cases)


def of_cases(cases: list[Application]) -> Things:
    """The cases' own numbers, and their tasks' with every act there is."""
    processes = [case.process_id for case in cases if case.process_id]
    rows = Task.objects.filter(process__in=processes).order_by("pk")
    tasks = [task.pk for task in rows if task.role]
    named = [{"pk": pk, "act": name} for pk in tasks for name in sorted(acts._operations)]
    return {
        **{beginning: [{"pk": case.pk} for case in cases] for beginning in CASES},
        "/tasks/": [*({"pk": pk} for pk in tasks), *named],
    }


def doors_of(house: House) -> list[str]:
    """Every address of the firm's cases."""
    return [
        reverse(name, kwargs=door.kwargs)
        for name in readable_routes()
        for door in house.doors(name)
        if door.kwargs and not {"city", "code", "form"} & set(door.kwargs)
    ]


# The removed checks


def _patched(target: str, answer: Callable[..., Any]) -> Mutation:
    return lambda: patch(target, answer)


MUTATIONS: dict[str, tuple[Mutation, list[str]]] = {
    "ties and recusals do not close a case": (
        _patched("approvals.applications.selectors.kept_from", lambda _user: Q(pk__in=[])),
        ["/applications/"],
    ),
    "ties and recusals do not hide a task": (
        _patched("workflows.queue.hidden_from", lambda _user_id: ((), ())),
        ["/tasks/?", "/tasks/export"],
    ),
    "a line is read without the sight of its case": (
        _patched(
            "approvals.notifications.selectors.visible",
            lambda person, _held=None: Notification.objects.filter(person=person),
        ),
        ["/notifications/"],
    ),
    "ties and recusals do not hide a paper": (
        _patched("documents.sight.kept_from", lambda _user: Q(pk__in=[])),
        ["/print/", "/papers/"],
    ),
    "any office's seat opens a case to every office": (
        _patched("approvals.applications.selectors._as_seat", lambda *_args: ~Q(pk__in=[])),
        ["/applications/"],
    ),
}


# Somebody unrelated


@pytest.fixture(scope="module")
def unrelated(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    """The firm of Nanhu with five cases, one of them decided, printed, supervised, drawn for."""
    folder = tmp_path_factory.mktemp("unrelated")
    with django_db_blocker.unblock(), transaction.atomic():
        city, visitors = town("jiaxing"), Visitors()
        town("mudanjiang")
        own = own_things(city)
        firm = city.applicant("incubator", "nanhu")
        tied = visitors.enter("tied_officer", colleague(city, "nanhu_tied"))
        declare_relation(tied, firm, ground="配偶在该单位任职", by=None)
        tied_offices(city, firm, visitors)
        visitors.enter("rival", city.user("xiuzhou_incubator_competitor"))
        visitors.enter("xiuzhou_officer", city.user("xiuzhou_officer"))
        for number in range(1, 10):
            visitors.enter(f"expert{number}", city.user(f"expert{number}"))

        def with_the_cases() -> dict[str, list[str]]:
            house = build(folder)
            house.things["wording"].delete()  # the office's, about no case
            ExpertProfile.objects.all().delete()  # the city's
            panel = Task.objects.filter(element="expert_opinion", owner__isnull=False)
            drawn = set(panel.values_list("owner__username", flat=True))
            undrawn = next(n for n in range(9, 0, -1) if f"jx_expert{n}" not in drawn)
            words = (house.cases["running"].number, firm.name)
            pages = list(dict.fromkeys([*pages_for(own, words), *doors_of(house)]))
            paper = [one for one in pages if one == "/" or any(word in one for word in PAPER)]
            asked = dict.fromkeys((*STRANGERS, f"expert{undrawn}"), pages)
            return asked | dict.fromkeys(TIED, paper)

        yield compare(visitors, with_the_cases, folder=folder, mutations=MUTATIONS)
        transaction.set_rollback(True)


# Somebody who took part and left


def said(task: Task, actor: User, outcome: str, **values: Any) -> None:
    statement = Statement(outcome, text="材料属实，同意。", values=values)
    decide_task(task.pk, actor=actor, key=key(), expected_version=1, statement=statement)


def county_step(city: Town, case: Application, officer: User) -> None:
    """He takes the seat, asks, consults, visits nobody, copies, prepares a bulk run, recommends."""
    seat = city.played_to(case, "county_review")
    claim(seat.pk, actor=officer)
    given: dict[str, Any] = {"actor": officer, "expected_version": 1}
    inquiries.ask(seat.pk, **given, key=key(), target="case", text="租期到何时？")
    run = bulk.choose(officer, [seat], key="left")
    bulk.prepare(officer, run.pk, Order(BulkAct.CLAIM))
    copied = {"reason": "请阅", "users": [officer.pk]}
    operations.copy_case(
        seat.pk, actor=city.user("nanhu_leader"), key=key(), expected_version=None, **copied
    )
    said(seat, officer, "recommend")


def left(actor: User, seat: Task) -> None:
    recuse_self(seat.pk, actor=actor, key=key(), expected_version=1, reason="配偶在该单位任职")


def left_behind(case: Application) -> Things:
    """Every number a page of this case could have: itself, its tasks, and what was made for them."""
    made = {
        "/notifications/": Notification,
        "/tasks/bulk/": BulkRun,
        "/recusals/": Recusal,
    }
    things = of_cases([case])
    things["/applications/"] += [
        {"pk": case.pk, "attachment_pk": case.attachments.first().pk},
        {"pk": case.pk, "section": "operator"},
        *({"pk": case.pk, "question": one.pk} for one in Question.objects.all()),
    ]
    return things | {
        beginning: [{"pk": pk} for pk in model.objects.values_list("pk", flat=True)]
        for beginning, model in made.items()
    }


@pytest.fixture(scope="module")
def recused(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    """One case: its officer leaves after his own step, an expert in the middle of the panel."""
    folder = tmp_path_factory.mktemp("recused")
    with django_db_blocker.unblock(), transaction.atomic():
        city, visitors = town("jiaxing"), Visitors()
        own = own_things(city)
        firm = city.applicant("incubator", "nanhu")
        officer = visitors.enter("recused_officer", colleague(city, "nanhu_second"))
        expert = visitors.enter("recused_expert", city.user("expert1"))

        def with_the_case() -> dict[str, list[str]]:
            case = city.filed("recognition", "nanhu")
            county_step(city, case, officer)
            chosen = [expert.pk, city.user("expert2").pk, city.user("expert3").pk]
            intake = city.played_to(case, "intake")
            said(intake, city.user("intake"), "accept", experts=chosen)
            city.played_to(case, "expert_opinion")
            seats = Task.objects.filter(process=case.process_id, element="expert_opinion")
            seat = seats.get(owner=expert)
            declare(seat.pk, actor=expert, key=key(), expected_version=1, kind="none")
            left(expert, seat)
            doubted = {"to": chosen[1], "reason": "曾任该单位顾问"}
            request_recusal(
                intake.pk, actor=city.user("intake"), key=key(), expected_version=1, **doubted
            )  # the officer, as a leader of the county, is told to rule
            done = Task.objects.get(process=case.process_id, element="county_review", role__gt="")
            left(officer, done)
            run_due()
            words = (case.number, firm.name)
            pages = list(dict.fromkeys([*pages_for(own, words), *pages_for(left_behind(case), ())]))
            return {name: pages for name in ("recused_officer", "recused_expert")}

        yield compare(visitors, with_the_case, folder=folder, mutations=MUTATIONS)
        transaction.set_rollback(True)


def test_who_was_recused_in_mid_step_can_not_tell_that_the_case_exists(recused: Worlds) -> None:
    assert len(recused.present) > 400, "the crawl saw too little"
    assert not recused.leaks, "\n".join(recused.leaks)


@pytest.mark.parametrize("mutant", MUTATIONS)
def test_the_crawl_notices_a_sight_check_that_is_gone(
    unrelated: Worlds, recused: Worlds, mutant: str
) -> None:
    assert [*unrelated.betrayed_by(mutant), *recused.betrayed_by(mutant)]


def test_nobody_unrelated_can_tell_that_the_cases_exist(unrelated: Worlds) -> None:
    assert len(unrelated.present) > 1000, "the crawl saw too little"
    assert not unrelated.leaks, "\n".join(unrelated.leaks)
