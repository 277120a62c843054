"""Declarations before the material, sheets before the vote, scores for the bureau after it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.experts import services
from approvals.experts.models import Declaration, Draw, Replacement, ScoreSheet
from approvals.experts.policy import Criterion
from approvals.experts.scoring import SheetFault, dispersion, total
from approvals.rehearsal.choices import FAVOURABLE
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.services import decide_task
from approvals.reviews.statement import Statement
from organizations.models import User
from tests.experts.people import drawn, enter_pool, ruled
from tests.people import Town, key
from workflows.errors import NotVisible
from workflows.models import Task

SHEET = [
    {"key": "site", "label": "场地", "weight": 40, "max": 20, "clause": "第六条第二项"},
    {"key": "team", "label": "团队", "weight": 60, "max": 10},
]
MARKS = {"site": Decimal("15"), "team": Decimal("8.5")}


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


def seated(town: Town, case: Application) -> list[Task]:
    """The drawn experts' open seats, in the order of the draw."""
    enter_pool(town)
    clerk, task = town.user("intake"), town.played_to(case, "intake")
    draw = drawn(task, clerk, size=4)
    people = {entry["id"]: entry["user"] for entry in draw.pool}
    said = Statement(
        "accept", FAVOURABLE, values={"experts": [people[number] for number in draw.drawn]}
    )
    decide_task(task.pk, actor=clerk, key=key(), expected_version=1, statement=said)
    town.played_to(case, "expert_opinion")
    seats = Task.objects.filter(process_id=case.process_id, element="expert_opinion", is_open=True)
    return [seats.get(owner_id=people[number]) for number in draw.drawn]


def declared(task: Task, ground: str = "") -> Declaration:
    return services.declare(
        task.pk,
        actor=task.owner,
        key=key(),
        expected_version=1,
        kind="interest" if ground else "none",
        ground=ground,
    )


def voted(task: Task, score: int = 80) -> None:
    said = Statement("approve", FAVOURABLE, values={"score": score})
    decide_task(task.pk, actor=task.owner, key=key(), expected_version=1, statement=said)


def filled(task: Task, **marks: str) -> ScoreSheet:
    given = {**MARKS, **{name: Decimal(mark) for name, mark in marks.items()}}
    return services.fill_sheet(
        task.pk, actor=task.owner, key=key(), expected_version=1, marks=given
    )


def test_a_drawn_expert_declares_before_he_sees_anything(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, other, *_rest = seated(jiaxing, case)
    client.force_login(task.owner)
    answer = client.get(f"/tasks/{task.pk}/")
    assert answer.status_code == 302
    assert answer.url == f"/tasks/{task.pk}/declare/"
    assert client.get(answer.url).status_code == 200
    assert client.get(f"/tasks/{other.pk}/declare/").status_code == 404
    with pytest.raises(OpinionRefused) as refusal:
        voted(task)
    assert "利害关系声明" in refusal.value.problems["objection"]
    posted = {"key": key(), "version": 1, "kind": "interest", "ground": ""}
    assert client.post(answer.url, posted).status_code == 422
    posted = {"key": key(), "version": 1, "kind": "none", "ground": ""}
    assert client.post(answer.url, posted).url == f"/tasks/{task.pk}/"
    assert client.get(f"/tasks/{task.pk}/").status_code == 200
    voted(task)


def test_an_interest_takes_him_out_and_calls_the_substitute(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, *_others = seated(jiaxing, case)
    declared(task, ground="配偶在该单位任职")
    draw = Draw.objects.get()
    row = Replacement.objects.get()
    assert row.left == draw.drawn[0]
    assert row.came == draw.substitutes[0]
    task.refresh_from_db()
    assert not task.is_open
    client.force_login(task.owner)
    assert client.get(f"/tasks/{task.pk}/").status_code == 404
    with pytest.raises(NotVisible):
        voted(task)


@pytest.mark.parametrize(
    ("kind", "ground", "code"),
    [("interest", " ", "ground_missing"), ("none", "配偶任职", "ground_without_interest")],
)
def test_a_declaration_and_its_ground_agree(
    jiaxing: Town, case: Application, kind: str, ground: str, code: str
) -> None:
    task, *_others = seated(jiaxing, case)
    given = {"actor": task.owner, "key": key(), "expected_version": 1}
    with pytest.raises(WrongStateError) as refusal:
        services.declare(task.pk, **given, kind=kind, ground=ground)
    assert refusal.value.code == code
    assert not Declaration.objects.exists()


def test_a_declaration_is_made_once(jiaxing: Town, case: Application) -> None:
    task, *_others = seated(jiaxing, case)
    given = {"actor": task.owner, "key": key(), "expected_version": 1, "kind": "none"}
    row = services.declare(task.pk, **given)
    assert services.declare(task.pk, **given) == row
    with pytest.raises(WrongStateError) as refusal:
        declared(task)
    assert refusal.value.code == "already_declared"


def test_no_vote_before_the_sheet_is_filled(
    jiaxing: Town, case: Application, client: Client
) -> None:
    ruled(case, sheet=SHEET)
    task, *_others = seated(jiaxing, case)
    client.force_login(task.owner)
    assert client.get(f"/tasks/{task.pk}/sheet/").url == f"/tasks/{task.pk}/declare/"
    with pytest.raises(WrongStateError) as refusal:
        filled(task)
    assert refusal.value.code == "not_declared"
    declared(task)
    with pytest.raises(OpinionRefused) as problem:
        voted(task)
    assert "评分表" in problem.value.problems["objection"]
    bad = {"key": key(), "version": 1, "mark-site": "21", "mark-team": "8"}
    assert client.post(f"/tasks/{task.pk}/sheet/", bad).status_code == 422
    good = {"key": key(), "version": 1, "mark-site": "15", "mark-team": "8.5"}
    assert client.post(f"/tasks/{task.pk}/sheet/", good).status_code == 302
    assert ScoreSheet.objects.get().total == Decimal("81.00")
    page = client.get(f"/tasks/{task.pk}/")
    assert page.context["form"]["score"].value() == 81
    voted(task, 81)


def test_the_bureau_reads_the_scores_when_the_vote_is_closed(
    jiaxing: Town, case: Application, client: Client
) -> None:
    ruled(case, sheet=SHEET, outlier=15)
    seats = seated(jiaxing, case)
    for task, mark in zip(seats, ("9", "8", "2", "8.5"), strict=True):
        task.refresh_from_db()
        if task.is_open:
            declared(task)
            filled(task, team=mark)
            voted(task)
    task = jiaxing.played_to(case, "propose")
    client.force_login(jiaxing.user("reviewer"))
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert "专家评分" in page
    assert "标准差（样本）" in page
    assert page.count("偏离较大</span>") == 1
    assert "抽取的专家" in page
    assert "未经抽取" not in page


def sheet(*weights: tuple[str, str]) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(f"c{place}", f"第{place}项", Decimal(weight), Decimal(most))
        for place, (weight, most) in enumerate(weights)
    )


def test_a_total_is_exact_and_rounded_half_up_once() -> None:
    thirds = sheet(("1", "3"), ("1", "3"), ("1", "3"))
    assert total(thirds, {"c0": Decimal(1), "c1": Decimal(1), "c2": Decimal(1)}) == Decimal("33.33")
    half = sheet(("1", "200"))
    assert total(half, {"c0": Decimal("0.01")}) == Decimal("0.01")  # 0.005 goes up
    assert total(half, {"c0": Decimal("200")}) == Decimal(100)


@given(st.lists(st.decimals(0, 10, places=2), min_size=2, max_size=2))
def test_a_total_lies_between_nought_and_a_hundred(marks: list[Decimal]) -> None:
    lines = sheet(("40", "10"), ("60", "10"))
    found = total(lines, {"c0": marks[0], "c1": marks[1]})
    exact = marks[0] * 4 + marks[1] * 6
    assert 0 <= found <= 100
    assert abs(found - exact) <= Decimal("0.005")


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"c0": Decimal(-1)},
        {"c0": Decimal("3.01")},
        {"c0": Decimal("NaN")},
        {"c0": Decimal(1), "x": Decimal(1)},
    ],
)
def test_marks_that_do_not_fit_are_refused(marks: dict[str, Decimal]) -> None:
    with pytest.raises(SheetFault):
        total(sheet(("1", "3")), marks)


def test_dispersion_says_range_sample_deviation_and_who_stands_apart() -> None:
    found = dispersion([Decimal(80), Decimal(82), Decimal(84), Decimal(50)], Decimal(15))
    assert found is not None
    assert (found.mean, found.median, found.range) == (74, 81, 34)
    assert found.deviation == Decimal("16.08")
    assert found.outliers == {3}
    alone = dispersion([Decimal(80)], Decimal(15))
    assert alone is not None
    assert alone.deviation is None
    assert dispersion([], Decimal(15)) is None


def test_who_was_not_drawn_and_asked_nothing_votes_as_before(
    jiaxing: Town, case: Application
) -> None:
    task = jiaxing.played_to(case, "expert_opinion")
    voted(task)


def test_the_keeper_enters_and_ends_experts_and_nobody_else(jiaxing: Town, client: Client) -> None:
    enter_pool(jiaxing, 2)
    client.force_login(jiaxing.user("intake"))
    assert "样例大学1" in client.get("/experts/").content.decode()
    assert client.get("/experts/add/").status_code == 403
    client.force_login(jiaxing.user("expert1"))
    assert client.get("/experts/").status_code == 403
    client.force_login(jiaxing.user("system_admin"))
    person: User = jiaxing.user("expert3")
    posted = {"user": person.pk, "employer": "某所", "specialties": "材料，化工", "region": ""}
    assert client.post("/experts/add/", {**posted, "user": ""}).status_code == 422
    assert client.post("/experts/add/", posted).status_code == 302
    entry = person.expert_profiles.get()
    assert entry.specialties == ["化工", "材料"]
    assert client.post(f"/experts/{entry.pk}/close/", {"reason": ""}).status_code == 422
    assert client.post(f"/experts/{entry.pk}/close/", {"reason": "调离"}).status_code == 302
    assert "某所" not in client.get("/experts/").content.decode()
    assert "某所" in client.get("/experts/?closed=1").content.decode()
