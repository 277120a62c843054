"""The draw of a case: promised, frozen, revealed, recomputed by anybody."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from approvals.applications.errors import KeyReusedError, NotAllowedError, WrongStateError
from approvals.applications.models import Application
from approvals.experts import drawing, services
from approvals.experts.models import Draw, ExpertProfile, Replacement
from approvals.experts.pooling import snapshot
from journal.models import Entry
from organizations.models import Membership, Relation, User
from tests.experts.people import committed, drawn, enter_pool, ruled
from tests.people import Town, key
from workflows.errors import NotVisible, Stale
from workflows.models import Task

SCRIPT = Path(__file__).parents[2] / "docs" / "recompute_draw.py"


@pytest.fixture
def case(jiaxing: Town) -> Application:
    return jiaxing.filed("recognition", "nanhu")


@pytest.fixture
def task(jiaxing: Town, case: Application) -> Task:
    enter_pool(jiaxing)
    return jiaxing.played_to(case, "intake")


@pytest.fixture
def clerk(jiaxing: Town) -> User:
    return jiaxing.user("intake")


def verbs(case: Application) -> list[str]:
    rows = Entry.objects.filter(stream__key=case.stream).order_by("position")
    return list(rows.values_list("verb", flat=True))


def recomputed(folder: Path, text: bytes) -> subprocess.CompletedProcess[str]:
    file = folder / "draw.json"
    file.write_bytes(text)
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(file)], capture_output=True, text=True, check=False
    )


def test_the_secret_is_promised_before_the_pool_is_frozen(
    case: Application, task: Task, clerk: User
) -> None:
    draw = committed(task, clerk)
    assert verbs(case)[-2:] == ["draw_committed", "draw_pool_frozen"]
    promise = Entry.objects.get(stream__key=case.stream, verb="draw_committed")
    assert promise.data["commitment"] == draw.commitment
    assert draw.secret not in json.dumps(list(Entry.objects.values_list("data", flat=True)))
    assert draw.seed == ""


def test_anybody_recomputes_the_draw_with_the_published_script(
    case: Application, task: Task, clerk: User, tmp_path: Path, client: Client
) -> None:
    draw = drawn(task, clerk)
    client.force_login(clerk)
    answer = client.get(f"/applications/{case.pk}/draw.json")
    assert answer.status_code == 200
    told = recomputed(tmp_path, answer.content)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("1 OK")
    names = {entry["id"]: entry["name"] for entry in draw.pool}
    assert all(names[number] in told.stdout for number in draw.drawn)


@pytest.mark.parametrize("change", ["pool", "seed", "drawn", "substitutes"])
def test_the_script_finds_every_forgery(
    change: str, case: Application, task: Task, clerk: User, tmp_path: Path, client: Client
) -> None:
    drawn(task, clerk)
    client.force_login(clerk)
    told = json.loads(client.get(f"/applications/{case.pk}/draw.json").content)
    draw = told["draws"][0]
    if change == "pool":
        draw["pool"][0]["name"] += "某"
    elif change == "seed":
        draw["seed"] = "00" * 32
    else:
        draw[change].reverse()
    assert recomputed(tmp_path, json.dumps(told).encode()).returncode != 0


def test_the_script_is_short_and_needs_nothing_but_python() -> None:
    lines = SCRIPT.read_text("utf-8").splitlines()
    assert len(lines) <= 28
    assert [line for line in lines if line.startswith(("import", "from"))] == [
        "import hashlib, json, sys  # noqa: E401, I001 - short enough to be read aloud"
    ]


def test_a_pool_changed_after_the_promise_is_found(
    jiaxing: Town, case: Application, task: Task, clerk: User
) -> None:
    committed(task, clerk)
    expert = ExpertProfile.objects.order_by("pk").last()
    services.close_expert(expert.pk, actor=jiaxing.user("system_admin"), reason="调离")
    with pytest.raises(WrongStateError) as refusal:
        services.reveal(task.pk, actor=clerk, key=key(), expected_version=1)
    assert refusal.value.code == "pool_changed"
    assert Draw.objects.get().seed == ""
    services.void(task.pk, actor=clerk, key=key(), expected_version=1, reason="专家调离")
    assert drawn(task, clerk).number == 2


def test_a_snapshot_changed_in_the_database_is_found(task: Task, clerk: User) -> None:
    draw = committed(task, clerk)
    draw.pool[0]["excluded"] = ["conflict"]
    Draw.objects.filter(pk=draw.pk).update(pool=draw.pool)
    with pytest.raises(WrongStateError) as refusal:
        services.reveal(task.pk, actor=clerk, key=key(), expected_version=1)
    assert refusal.value.code == "pool_changed"


def test_who_is_tied_to_the_applicant_is_never_drawn(
    jiaxing: Town, case: Application, task: Task, clerk: User
) -> None:
    kin, worker = jiaxing.user("expert1"), jiaxing.user("expert2")
    Relation.objects.create(
        user=kin, organ=case.applicant, ground="亲属任职", valid_from="2020-01-01"
    )
    ExpertProfile.objects.filter(user=worker).update(employer=case.applicant.name)
    Membership.objects.filter(user=jiaxing.user("expert3")).update(valid_to="2020-01-01")
    draw = drawn(task, clerk, size=5)
    grounds = {entry["user"]: entry["excluded"] for entry in draw.pool}
    assert grounds[kin.pk] == grounds[worker.pk] == ["conflict"]
    assert grounds[jiaxing.user("expert3").pk] == ["no_post"]
    left_out = {entry["id"] for entry in draw.pool if entry["excluded"]}
    assert len(left_out) == 3
    assert not left_out & {*draw.drawn, *draw.substitutes}


def test_specialty_region_and_employer_limit_the_draw(
    case: Application, task: Task, clerk: User
) -> None:
    ruled(case, draw={"region": "outside"})
    ExpertProfile.objects.filter(user__username="jx_expert9").update(employer="样例大学6")
    draw = committed(task, clerk, size=3, specialties=("电子信息", "生物医药"))
    by_name = {User.objects.get(pk=e["user"]).username: e["excluded"] for e in draw.pool}
    assert by_name["jx_expert1"] == ["region"]
    assert by_name["jx_expert2"] == ["specialty", "region"]
    assert by_name["jx_expert5"] == ["specialty"]
    made = services.reveal(task.pk, actor=clerk, key=key(), expected_version=1)
    employers = [e["employer"] for e in made.pool if e["id"] in made.drawn]
    assert len(set(employers)) == 3


def test_a_pool_that_cannot_fill_the_panel_is_refused(task: Task, clerk: User) -> None:
    ExpertProfile.objects.update(employer="同一单位")
    with pytest.raises(WrongStateError) as refusal:
        committed(task, clerk)
    assert refusal.value.code == "pool_too_small"
    assert not Draw.objects.exists()


def test_there_is_no_second_draw_to_choose_from(task: Task, clerk: User) -> None:
    committed(task, clerk)
    with pytest.raises(WrongStateError) as refusal:
        committed(task, clerk)
    assert refusal.value.code == "draw_open"
    services.reveal(task.pk, actor=clerk, key=key(), expected_version=1)
    with pytest.raises(WrongStateError) as refusal:
        committed(task, clerk)
    assert refusal.value.code == "already_drawn"
    with pytest.raises(WrongStateError) as refusal:
        services.void(task.pk, actor=clerk, key=key(), expected_version=1, reason="不满意")
    assert refusal.value.code == "no_open_draw"


def test_the_same_key_draws_once(task: Task, clerk: User) -> None:
    given = {"actor": clerk, "key": key(), "expected_version": 1}
    first = services.commit(task.pk, **given, size=3)
    assert services.commit(task.pk, **given, size=3) == first
    with pytest.raises(KeyReusedError):
        services.commit(task.pk, **given, size=4)
    given["key"] = key()
    made = services.reveal(task.pk, **given)
    assert services.reveal(task.pk, **given).drawn == made.drawn
    assert Draw.objects.count() == 1


def test_only_the_seat_draws_and_only_on_the_version_it_read(
    jiaxing: Town, task: Task, clerk: User
) -> None:
    with pytest.raises(NotVisible):
        committed(task, jiaxing.user("xiuzhou_officer"))
    with pytest.raises(Stale):
        services.commit(task.pk, actor=clerk, key=key(), expected_version=7, size=3)


def test_a_replacement_is_the_next_substitute_and_is_recorded(
    jiaxing: Town, case: Application, task: Task, clerk: User
) -> None:
    draw = drawn(task, clerk)
    gone, first = draw.drawn[1], draw.substitutes[0]
    given = {"actor": clerk, "key": key(), "left": gone, "reason": "出差"}
    row = services.replace(case.pk, **given)
    assert services.replace(case.pk, **given) == row
    assert (row.left, row.came) == (gone, first)
    draw = Draw.objects.get()
    assert draw.panel == [draw.drawn[0], draw.drawn[2], first]
    told = Entry.objects.get(stream__key=case.stream, verb="expert_replaced").data
    assert (told["left"], told["came"], told["reason"]) == (gone, first, "出差")
    with pytest.raises(WrongStateError) as refusal:
        services.replace(case.pk, actor=clerk, key=key(), left=gone, reason="再次")
    assert refusal.value.code == "not_on_panel"
    with pytest.raises(NotAllowedError):
        services.replace(
            case.pk, actor=jiaxing.user("nanhu_officer"), key=key(), left=first, reason="不当"
        )


def test_a_second_draw_comes_when_the_substitutes_are_used_up(
    jiaxing: Town, case: Application, clerk: User
) -> None:
    enter_pool(jiaxing, 4)
    task = jiaxing.played_to(case, "intake")
    first = drawn(task, clerk)
    for number in first.drawn[:2]:
        services.replace(case.pk, actor=clerk, key=key(), left=number, reason="出差")
    assert [row.came is None for row in Replacement.objects.all()] == [False, True]
    keeper, pool = jiaxing.user("system_admin"), jiaxing.organ("expert_pool")
    for number in range(5, 9):
        services.add_expert(
            pool,
            actor=keeper,
            user=jiaxing.user(f"expert{number}"),
            employer=f"新单位{number}",
            specialties=["电子信息"],
        )
    second = drawn(task, clerk)
    used = {*first.drawn, *first.substitutes}
    assert second.number == 2
    assert not used & set(second.drawn)


def test_the_record_is_what_the_rule_gives(task: Task, clerk: User) -> None:
    draw = drawn(task, clerk)
    again = drawing.draw(draw.pool, draw.seed, draw.size, one_per_employer=True)
    assert (list(again.drawn), list(again.substitutes)) == (draw.drawn, draw.substitutes)
    assert drawing.commitment_of(draw.seed) == draw.commitment


def test_the_pages_lead_from_the_task_to_the_form(
    case: Application, task: Task, clerk: User, client: Client
) -> None:
    client.force_login(clerk)
    assert f"/tasks/{task.pk}/draw/" in client.get(f"/tasks/{task.pk}/").content.decode()
    page = client.get(f"/tasks/{task.pk}/draw/")
    assert page.status_code == 200
    posted = {"key": key(), "version": 1, "size": 3}
    refused = client.post(f"/tasks/{task.pk}/draw/", {**posted, "size": 1})
    assert refused.status_code == 422
    assert client.post(f"/tasks/{task.pk}/draw/", posted).status_code == 302
    secret = Draw.objects.get().secret
    assert secret not in client.get(f"/tasks/{task.pk}/draw/").content.decode()
    assert client.get(f"/applications/{case.pk}/draw.json").status_code == 404
    client.post(f"/tasks/{task.pk}/draw/reveal/", {"key": key(), "version": 1})
    draw = Draw.objects.get()
    people = [
        entry["user"] for number in draw.drawn for entry in draw.pool if entry["id"] == number
    ]
    taken = f"?experts={','.join(map(str, people))}"
    assert taken in client.get(f"/tasks/{task.pk}/draw/").content.decode()
    form = client.get(f"/tasks/{task.pk}/{taken}").context["form"]
    assert sorted(map(int, form["experts"].value())) == sorted(people)


def test_the_draw_is_for_the_bureau_and_discipline(
    jiaxing: Town, case: Application, task: Task, clerk: User, client: Client
) -> None:
    drawn(task, clerk)
    may = {"intake", "discipline"}
    for name in ("intake", "discipline", "nanhu_officer", "expert1", "finance_officer"):
        client.force_login(jiaxing.user(name))
        for address in ("draw/", "draw.json"):
            answer = client.get(f"/applications/{case.pk}/{address}")
            assert answer.status_code == (200 if name in may else 404), name
    client.force_login(jiaxing.cast.member_of(case.applicant))
    assert client.get(f"/applications/{case.pk}/draw/").status_code == 404


def test_where_the_program_wants_a_draw_nobody_names_experts_without(
    jiaxing: Town, case: Application, task: Task, clerk: User, client: Client
) -> None:
    ruled(case, draw={"required": True})
    client.force_login(clerk)
    people = [jiaxing.user(f"expert{number}").pk for number in (1, 2, 3)]
    said = {"key": key(), "version": 1, "outcome": "accept", "experts": people, "text": "受理"}
    answer = client.post(f"/tasks/{task.pk}/", said)
    assert answer.status_code == 422
    assert "请先在“其他操作”中完成抽取" in answer.content.decode()
    drawn(task, clerk)
    assert client.post(f"/tasks/{task.pk}/", {**said, "key": key()}).status_code == 302


def test_a_snapshot_costs_the_same_for_one_and_for_nine(
    jiaxing: Town, case: Application, django_assert_num_queries
) -> None:
    enter_pool(jiaxing, 1)
    jiaxing.played_to(case, "intake")
    case = Application.objects.select_related("applicant", "county").get(pk=case.pk)
    for experts in (1, 9):
        enter_pool(jiaxing, experts)
        with django_assert_num_queries(6):
            assert len(snapshot(case, {})) == experts
