"""A drawn expert falls ill: whoever accepts records it, and the next of the draw has his seat."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import Http404
from django.test import Client

from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.experts import services
from approvals.experts.models import Draw, Replacement
from approvals.experts.services.naming import empty_of
from approvals.notifications.selectors import page
from jobs.worker import run_due
from journal.models import Entry
from organizations.models import User
from tests.experts.people import drawn, enter_pool, named
from tests.experts.test_consulting import outsiders
from tests.experts.test_draws import recomputed
from tests.experts.test_panel import declared, seated, voted
from tests.experts.test_succession import holders, person, seated_of_four, state, tied
from tests.people import Town, key
from workflows.errors import OperationError
from workflows.models import Process, Recusal, Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


def leaves(town: Town, case: Application, task: Task) -> Replacement:
    """The clerk records that its holder is ill."""
    entry = next(one for one in Draw.objects.get().pool if one["user"] == task.owner_id)
    given = {"actor": town.user("intake"), "key": key(), "left": entry["id"], "reason": "因病住院"}
    return services.replace(case.pk, **given)


def test_the_next_of_the_draw_has_the_seat_votes_and_the_panel_decides(
    jiaxing: Town, case: Application, client: Client, tmp_path: Path
) -> None:
    """The story by the pages: the clerk, the ill expert, and who comes for him."""
    ill, *others = seated(jiaxing, case)
    before, draw, clerk = holders(case), Draw.objects.get(), jiaxing.user("intake")
    place, came = before.index(ill.owner_id), person(draw, draw.substitutes[0])
    client.force_login(clerk)
    address = f"/applications/{case.pk}/draw/"
    form = {"key": key(), "left": draw.drawn[0], "reason": "因病住院"}
    for _twice in range(2):
        client.post(f"{address}replace/", form)
    assert holders(case) == [came if n == place else one for n, one in enumerate(before)]
    ill.refresh_from_db()
    assert (ill.is_open, ill.outcome, Replacement.objects.count()) == (False, "left", 1)
    told = Entry.objects.filter(stream__key=case.stream, verb="replace_holder").get().data
    assert (told["from"], told["to"], told["reason"]) == (ill.owner_id, came, "因病住院")
    assert not Recusal.objects.exists(), "illness is no recusal"
    assert recomputed(tmp_path, client.get(f"{address[:-1]}.json").content).returncode == 0
    assert "已退出" in client.get(f"/applications/{case.pk}/panel/").content.decode()
    run_due()
    assert page(User.objects.get(pk=came), kind="task").rows
    assert page(ill.owner, kind="expert_panel").rows
    client.force_login(ill.owner)
    assert client.post(f"/tasks/{ill.pk}/", {"outcome": "approve"}).status_code != 200
    fresh = Task.objects.get(process_id=case.process_id, is_open=True, owner_id=came)
    for seat in (fresh, *others):
        if Task.objects.get(pk=seat.pk).is_open:
            declared(seat)
            voted(seat)
    assert state(case).phase == "proposed"


def test_a_substitute_who_can_not_come_is_passed_over(jiaxing: Town, case: Application) -> None:
    ill, *_others = seated(jiaxing, case)
    draw = Draw.objects.get()
    tied(person(draw, draw.substitutes[0]), case)
    row = leaves(jiaxing, case, ill)
    assert row.came == draw.substitutes[1]
    assert person(draw, draw.substitutes[1]) in holders(case)


def test_a_substitute_whom_the_clerk_has_seated_already_is_passed_over(
    jiaxing: Town, case: Application
) -> None:
    enter_pool(jiaxing)
    clerk, task = jiaxing.user("intake"), jiaxing.played_to(case, "intake")
    draw = drawn(task, clerk, size=3)
    chosen = [person(draw, number) for number in (*draw.drawn, draw.substitutes[0])]
    named(task, clerk, chosen)
    jiaxing.played_to(case, "expert_opinion")
    ill = Task.objects.get(process_id=case.process_id, is_open=True, owner_id=chosen[0])
    assert leaves(jiaxing, case, ill).came == draw.substitutes[1]
    assert set(holders(case)) == {*chosen[1:], person(draw, draw.substitutes[1])}


def test_who_leaves_before_the_panel_opens_never_gets_a_seat(
    jiaxing: Town, case: Application
) -> None:
    """The clerk has named the drawn already, the departments still write."""
    enter_pool(jiaxing)
    clerk, task = jiaxing.user("intake"), jiaxing.played_to(case, "intake")
    draw = drawn(task, clerk, size=4)
    chosen = [person(draw, number) for number in draw.drawn]
    named(task, clerk, chosen)
    assert not holders(case)
    services.replace(case.pk, actor=clerk, key=key(), left=draw.drawn[2], reason="因病住院")
    jiaxing.played_to(case, "expert_opinion")
    came = person(draw, draw.substitutes[0])
    assert set(holders(case)) == {*chosen, came} - {chosen[2]}
    assert Task.objects.get(process_id=case.process_id, owner_id=chosen[2]).outcome == "left"


def test_a_vote_that_was_given_stands_and_nobody_comes(jiaxing: Town, case: Application) -> None:
    ill, *_others = seated(jiaxing, case)
    declared(ill)
    voted(ill)
    before = holders(case)
    with pytest.raises(WrongStateError) as refusal:
        leaves(jiaxing, case, ill)
    assert refusal.value.code == "has_voted"
    assert holders(case) == before
    assert not Replacement.objects.exists()


def test_with_nobody_left_the_place_is_empty_and_who_named_them_fills_it(
    jiaxing: Town, case: Application
) -> None:
    """Four drawn of four: the panel waits, is told so, and goes on with whom the clerk names."""
    enter_pool(jiaxing, 4)
    one, two, *_others = seated_of_four(jiaxing, case)
    assert leaves(jiaxing, case, one).came is None
    leaves(jiaxing, case, two)
    assert state(case).blocked_reason.startswith("needs_replacement")
    assert {place.seat for place in empty_of(case)} == {one, two}
    assert page(jiaxing.user("intake"), kind="expert_panel").rows
    with pytest.raises(OperationError) as refusal:
        fill(jiaxing, case, one.owner)
    assert refusal.value.code == "not_fit", "who has left does not come back"
    fresh = outsiders(case)[0]
    fill(jiaxing, case, fresh)
    assert fresh.pk in holders(case)
    assert not state(case).blocked_reason


def fill(town: Town, case: Application, someone: User) -> None:
    services.name_replacement(
        case.pk,
        actor=town.user("intake"),
        key=key(),
        place=empty_of(case)[0].name,
        person=someone.pk,
        reason="原专家因病退出",
    )


def test_a_suspended_case_waits(jiaxing: Town, case: Application) -> None:
    ill, *_others = seated(jiaxing, case)
    Process.objects.filter(pk=case.process_id).update(
        suspended_at=ill.created, suspended_reason="不可抗力"
    )
    with pytest.raises(OperationError) as refusal:
        leaves(jiaxing, case, ill)
    assert refusal.value.code == "suspended"
    assert not Replacement.objects.exists()


def test_a_clerk_whose_tie_becomes_known_replaces_nobody(jiaxing: Town, case: Application) -> None:
    """The page was open before: sight is asked again under the lock."""
    ill, *_others = seated(jiaxing, case)
    tied(jiaxing.user("intake").pk, case)
    with pytest.raises(Http404):
        leaves(jiaxing, case, ill)
    assert not Replacement.objects.exists()
