"""The queue page: views, search, counts, export; the same rows everywhere, and nobody else's."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import clock
from approvals.applications.models import Application
from approvals.worklist import listing
from approvals.worklist.listing import Listing
from organizations.accounts import appoint
from organizations.models import Organ, Relation, User
from tests.people import Town
from tests.worklist.conftest import copied
from workflows import ranges
from workflows.models import Process, Task
from workflows.operations import claim
from workflows.queue import Mark

BACKEND = "django.contrib.auth.backends.ModelBackend"


def numbers(user: User, text: str = "", view: str = "all") -> set[str]:
    found = Listing(user, view, text)
    assert not found.faults, found.faults
    rows = {task.process.application.number for task in found.tasks(1000)}
    counted = found.counts([])
    assert counted["search" if text else found.tab.key].number == len(rows), "count is not the list"
    return rows


def page(client: Client, user: User, address: str) -> tuple[int, str]:
    client.force_login(user, BACKEND)
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


def test_each_word_of_the_language_finds_the_case_and_its_opposite_does_not(
    jiaxing: Town, model: Application
) -> None:
    officer, own = jiaxing.user("nanhu_officer"), {model.number}
    task = Task.objects.get(process=model.process, is_open=True)
    term = (task.due_at - timedelta(seconds=1)).astimezone(clock.BEIJING).date()
    name, number = model.applicant.name, model.number
    for text in (
        "", name, name[2:6], number, number.lower(), number[-4:], f"企业:{name[:4]}", f"编号:{number}",
        f"编号:{number[-6:]}", "项目:J03", "项目:孵化", "program:j03", "县区:南湖", "county:nanhu", "县区:秀洲,南湖",
        "阶段:县", "phase:county_review", "到期:>0", "到期:<200", f"到期:{term}", f"到期:<={term}", "到期:>=0,<200",
        "承办:无", "holder:none", f'县区:南湖 项目:J03 阶段:审核 承办:无 到期:>1 "{name}"',
    ):  # fmt: skip
        assert numbers(officer, text) == own, text
    for text in (
        "没有这家企业", "JX-J03-1999-0001", "编号:1999-", "县区:秀洲", "阶段:公示", "到期:逾期", "到期:无", f"到期:<{term}",
        f"到期:>{term}", "承办:我", f"承办:{officer.name}", "县区:南湖 阶段:公示",
    ):  # fmt: skip
        assert numbers(officer, text) == set(), text


def test_signs_of_a_pattern_are_letters(jiaxing: Town, model: Application) -> None:
    assert numbers(jiaxing.user("nanhu_officer"), "编号:%") == set()
    assert numbers(jiaxing.user("nanhu_officer"), "_") == set()


def test_a_word_that_names_nothing_is_told_beside_the_box_and_stays_in_it(
    jiaxing: Town, model: Application, client: Client
) -> None:
    status, text = page(client, jiaxing.user("nanhu_officer"), "/tasks/?q=县区:南糊 阶段:不存在")
    assert status == 422
    assert "“县区:南糊”中的“南糊”没有找到。可写：" in text
    assert "“阶段:不存在”中的“不存在”没有找到" in text
    assert 'value="县区:南糊 阶段:不存在"' in text
    assert model.number not in text


def test_days_left_are_counted_as_the_page_shows_them(jiaxing: Town, model: Application) -> None:
    """For every term of three weeks the search agrees with the working days shown."""
    officer = jiaxing.user("nanhu_officer")
    task = Task.objects.get(process=model.process, is_open=True)
    from approvals.worklist.rows import rows_for

    for ahead in range(22):
        day = clock.today() + timedelta(days=ahead + 1)
        moment = datetime.combine(day, datetime.min.time(), clock.BEIJING)
        Task.objects.filter(pk=task.pk).update(due_at=moment)
        task.refresh_from_db()
        (row,) = rows_for([task], officer)
        assert row.left is not None
        assert numbers(officer, f"到期:{row.left}") == {model.number}, (ahead, row.left)
        assert numbers(officer, f"到期:<{row.left}") == set()
        assert numbers(officer, f"到期:<={row.left}") == {model.number}
        assert numbers(officer, f"到期:>{row.left}") == set()
        assert numbers(officer, f"到期:>={row.left}") == {model.number}


def test_on_the_weekend_behind_its_day_a_task_is_late(
    jiaxing: Town, model: Application, client: Client
) -> None:
    """No working day has passed since Friday, yet it is not due today."""
    task = Task.objects.get(process=model.process, is_open=True)
    Task.objects.filter(pk=task.pk).update(
        due_at=datetime(2026, 11, 21, tzinfo=clock.BEIJING), entered_at=clock.now()
    )
    officer = jiaxing.user("nanhu_officer")
    with clock.at(datetime(2026, 11, 21, 10, tzinfo=clock.BEIJING)):
        assert numbers(officer, "到期:逾期") == {model.number}
        assert numbers(officer, "到期:0") == set()
        assert "已逾期" in page(client, officer, "/tasks/")[1]
    with clock.at(datetime(2026, 11, 20, 10, tzinfo=clock.BEIJING)):
        assert numbers(officer, "到期:逾期") == set()
        assert numbers(officer, "到期:0") == {model.number}
        assert "今日到期" in page(client, officer, "/tasks/")[1]


def test_nobody_else_finds_the_case_by_any_view_or_word(jiaxing: Town, model: Application) -> None:
    for name in ("xiuzhou_officer", "reviewer", "intake", "flow_admin", "discipline"):
        stranger = jiaxing.user(name)
        for tab in Listing(stranger, "all", "").tabs:
            for text in ("", model.number, model.applicant.name, "县区:南湖"):
                found = Listing(stranger, tab.key, text)
                assert not list(found.tasks(10)), (name, tab.key, text)
                assert not found.done().rows


def test_who_is_tied_to_the_applicant_finds_nothing_and_counts_nothing(
    jiaxing: Town, model: Application, client: Client
) -> None:
    """回避: the tied officer's page is the page of a house without the case."""
    officer = jiaxing.user("nanhu_officer")
    Relation.objects.create(
        user=officer, organ=model.applicant, ground="亲属", valid_from=clock.today()
    )
    for view in ("all", "mine", "done", f"office:county_officer:{jiaxing.organ('nanhu').pk}"):
        for text in ("", model.number, model.applicant.name):
            found = Listing(officer, view, text)
            assert not list(found.tasks(10))
            assert all(count.number == 0 for count in found.counts([]).values())
    status, text = page(client, officer, f"/tasks/export.csv?q={model.number}")
    assert status == 200
    assert model.number not in text


def test_mine_the_office_and_what_is_done(
    jiaxing: Town, model: Application, client: Client
) -> None:
    officer, leader = jiaxing.user("nanhu_officer"), jiaxing.user("nanhu_leader")
    office = f"office:county_leader:{jiaxing.organ('nanhu').pk}"
    task = Task.objects.get(process=model.process, is_open=True)
    claim(task.pk, actor=officer)
    assert numbers(officer, view="mine") == numbers(officer) == {model.number}
    assert numbers(officer, "承办:我") == {model.number}
    assert numbers(leader) == numbers(leader, view="mine") == set()
    assert numbers(leader, view=office) == {model.number}
    assert numbers(leader, f"承办:{officer.name}", office) == {model.number}
    assert numbers(leader, "承办:无", office) == set()
    jiaxing.played_to(model, "intake")
    assert numbers(officer) == set()
    assert [row.application.number for row in Listing(officer, "done", "").done().rows] == [
        model.number
    ]
    assert Listing(leader, "done", "").done().rows == []
    status, text = page(client, officer, f"/tasks/?view=done&q={model.number}")
    assert status == 200
    assert "推荐" in text


def test_an_expert_never_finds_a_colleagues_seat(jiaxing: Town, model: Application) -> None:
    jiaxing.played_to(model, "expert_opinion")
    seats = Task.objects.filter(process=model.process, element="expert_opinion", is_open=True)
    pool = jiaxing.organ("expert_pool")
    for seat in seats:
        found = Listing(seat.owner, f"office:expert:{pool.pk}", "").page().tasks
        assert [task.pk for task in found] == [seat.pk]
    other = User.objects.filter(memberships__role="expert", memberships__organ=pool).exclude(
        pk__in=seats.values("owner")
    )
    assert Listing(other.first(), f"office:expert:{pool.pk}", "").page().tasks == []


def test_the_file_holds_the_rows_of_the_page(
    jiaxing: Town, model: Application, client: Client
) -> None:
    copied(model, 3)
    officer = jiaxing.user("nanhu_officer")
    client.force_login(officer, BACKEND)
    answer = client.get("/tasks/export.csv?q=县区:南湖")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == numbers(officer, "县区:南湖")
    assert len(rows) == 5
    book = client.get("/tasks/export.xlsx?q=县区:南湖").content
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert model.number in parts.read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize("name", ["=cmd|'/c calc'!A1", "+1+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_no_name_becomes_a_formula(
    jiaxing: Town, model: Application, client: Client, name: str
) -> None:
    Organ.objects.filter(pk=model.applicant_id).update(name=name)
    client.force_login(jiaxing.user("nanhu_officer"), BACKEND)
    rows = list(
        csv.reader(io.StringIO(client.get("/tasks/export.csv").content.decode("utf-8-sig")))
    )
    assert rows[1][1] == f"'{name}"
    with zipfile.ZipFile(io.BytesIO(client.get("/tasks/export.xlsx").content)) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


def statements(act: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        act()
    silent = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return sum(not query["sql"].startswith(silent) for query in seen.captured_queries)


SEARCHES = {
    "": 3,
    "承办:无": 3,
    "阶段:县": 3,
    "到期:<200": 4,
    "县区:南湖": 5,
    "项目:J03 县区:南湖 到期:<200": 7,
}
"""Ties, rows, tasks: three; a calendar, a list of names, the cases a search names: one each."""


def test_a_page_costs_the_same_at_one_row_and_at_two_hundred(
    jiaxing: Town, model: Application, client: Client
) -> None:
    officer = jiaxing.user("nanhu_officer")
    for view in ("/tasks/", "/tasks/?view=mine", "/tasks/?q=县区:南湖", "/tasks/export.csv"):
        page(client, officer, view)
    client.force_login(officer, BACKEND)
    client.get("/tasks/")

    def costs() -> dict[str, int]:
        found = {
            text: statements(lambda text=text: Listing(officer, "all", text).page())
            - statements(lambda text=text: Listing(officer, "all", ""))
            + 1
            for text in SEARCHES
        }
        listing_alone = statements(lambda: Listing(officer, "all", ""))
        found["counts"] = statements(lambda: Listing(officer, "all", "").counts([])) - listing_alone
        found["page"] = statements(lambda: client.get("/tasks/"))
        found["file"] = statements(lambda: client.get("/tasks/export.csv"))
        return found

    alone = costs()
    copied(model, 199)
    many = costs()
    assert many == alone
    assert {text: many[text] for text in SEARCHES} == SEARCHES
    assert many["counts"] == 1
    assert many["page"] <= 20, many["page"]


def test_a_search_longer_than_its_window_goes_on_page_by_page(
    jiaxing: Town, model: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a window of four, two of twenty cases are found, whatever lies between them."""
    officer = jiaxing.user("nanhu_officer")
    tasks = copied(model, 19)
    monkeypatch.setattr(ranges, "WINDOW", 4)
    start = clock.now()
    for place, task in enumerate(tasks):
        due = None if place > 15 else start + timedelta(days=place)
        Task.objects.filter(pk=task.pk).update(due_at=due)
    Process.objects.filter(pk__in=[tasks[9].process_id, tasks[18].process_id]).update(phase="check")
    found, marks = [], 0
    mark: Mark | None = None
    while True:
        one = Listing(officer, "all", "阶段:现场").page(after=mark, size=5)
        found += [task.pk for task in one.tasks]
        mark, marks = one.after, marks + 1
        if mark is None:
            break
        assert one.partial
    assert found == [tasks[9].pk, tasks[18].pk]
    assert 3 < marks < 12
    assert {task.pk for task in Listing(officer, "all", "阶段:现场").tasks(9)} == set(found)
    counted = Listing(officer, "all", "阶段:现场").counts([])["search"]
    assert listing.label(counted) in {"2", "2+"}


def test_a_count_stops_at_its_bound(
    jiaxing: Town, model: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(model, 9)
    found = Listing(jiaxing.user("nanhu_officer"), "all", "")
    scope = found.tab.scope
    assert scope is not None
    counted = ranges.counts({"all": (scope, ranges.Filter())}, limit=5)["all"]
    assert listing.label(counted) == "5+"


def test_two_posts_at_two_offices_make_one_list(jiaxing: Town, model: Application) -> None:
    officer = jiaxing.user("nanhu_officer")
    other = jiaxing.filed("recognition", "xiuzhou")
    assert numbers(officer) == {model.number}
    appoint(
        officer, jiaxing.organ("xiuzhou"), "county_officer", by=None,
        valid_from=clock.today() - timedelta(days=1),
    )  # fmt: skip
    assert numbers(officer) == {model.number, other.number}
    xiuzhou = f"office:county_officer:{jiaxing.organ('xiuzhou').pk}"
    assert numbers(officer, view=xiuzhou) == {other.number}


def test_another_offices_view_in_a_shared_address_is_ones_own_first_view(
    jiaxing: Town, model: Application
) -> None:
    view = f"office:county_officer:{jiaxing.organ('nanhu').pk}"
    assert Listing(jiaxing.user("xiuzhou_officer"), view, "").tab.key == "all"


def test_the_scripts_stay_within_their_budget() -> None:
    static = Path(__file__).resolve().parents[2] / "static"
    scripts = ("approvals.js", "worklist.js")
    assert sum((static / name).stat().st_size for name in scripts) <= 15 * 1024
