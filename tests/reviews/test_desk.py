"""What upper slices may add to a reviewer's task: cards, acts, objections."""

from __future__ import annotations

import pytest

from approvals.reviews import desk
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.models import Opinion
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from tests.people import Town, key


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    for registry in ("_cards", "_acts", "_objections"):
        monkeypatch.setattr(desk, registry, [])


def test_an_objection_is_asked_under_the_lock_and_forbids_the_decision(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "county_review")
    officer = jiaxing.user("nanhu_officer")
    desk.register_objection(lambda _case, _task, outcome: "尚有事项未补齐。" if outcome else "")
    with pytest.raises(OpinionRefused, match="尚有事项未补齐"):
        decide_task(
            task.pk,
            actor=officer,
            key=key(),
            expected_version=1,
            statement=Statement(outcome="recommend", text="同意"),
        )
    assert not Opinion.objects.filter(application=case).exists()
    task.refresh_from_db()
    assert task.is_open


def test_cards_and_acts_stand_in_their_order(jiaxing: Town) -> None:
    case = jiaxing.filed("recognition", "nanhu")
    task = jiaxing.played_to(case, "county_review")
    officer = jiaxing.user("nanhu_officer")
    desk.register_acts(lambda *_: [desk.Act("转办", "/late/", order=20)])
    desk.register_acts(lambda *_: [desk.Act("加签", "/early/", order=10)])
    desk.register_cards(lambda *_: [desk.Card("问询", "reviews/holder.html")])
    assert [act.label for act in desk.acts_for(case, task, officer)] == ["加签", "转办"]
    assert [card.title for card in desk.cards_for(case, task, officer)] == ["问询"]
