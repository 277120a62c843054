"""Blind review: nothing an expert can reach tells who has applied. Every GET of the site is tried."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from approvals.applications.models import Application, Attachment
from approvals.experts import blind, veil
from approvals.experts.blind import identity_of, masked
from approvals.notifications.models import Notification
from approvals.operations import services as operations
from approvals.programs.models import Program
from approvals.worklist.bulk import services as bulk
from jobs.worker import run_due
from tests.experts.people import ruled
from tests.experts.test_panel import declared, seated, voted
from tests.people import Town, key
from workflows.models import Task

pytestmark = pytest.mark.django_db

NAMES = ("企业", "申报单位", "q", "search")


@pytest.fixture
def case(jiaxing: Town) -> Application:
    made = jiaxing.filed("recognition", "nanhu")
    ruled(made, blind=True)
    phone = made.applicant.applicant.contact_phone
    told = f"{made.applicant.name}（以下简称{trade_name(made)}科技）服务企业，联系 {phone}。"
    data = {**made.data, "services": told}
    Application.objects.filter(pk=made.pk).update(data=data)
    for place, row in enumerate(made.attachments.all()):
        name = f"{made.applicant.name}{place}.pdf"
        Attachment.objects.filter(pk=row.pk).update(name=name)
    return Application.objects.select_related("program", "applicant__applicant").get(pk=made.pk)


def trade_name(case: Application) -> str:
    """The 字号 of `南湖区创源科技企业孵化器有限公司（样例）`."""
    found = re.fullmatch(r"南湖区(.+?)科技企业孵化器有限公司.*", case.applicant.name)
    assert found is not None
    return found[1]


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every address of the site, its parameters in angle brackets."""
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address
        elif entry.app_name != "admin":
            yield from patterns(entry, address)


def addresses(case: Application, task: Task) -> set[str]:
    """Every route, filled with the numbers that lead to the case, to its task, its files, and with
    small numbers; and the searches that could be asked."""
    numbers = sorted({case.pk, task.pk, case.process_id, case.applicant_id, 1})
    files = case.attachments.filter(slot__in=["licence", "rules_text"])
    parts = sorted({*files.values_list("pk", flat=True), 1})
    words = {"city": "jiaxing", "code": "J03", "section": "operator", "act": "recuse"}
    found = set()
    for pattern in patterns(get_resolver()):
        if "(?P" in pattern or "logout" in pattern:
            continue
        names = re.findall(r"<(?:int:)?(\w+)>", re.sub(r"<(str|slug|path|uuid):", "<", pattern))
        for first in numbers if names else [0]:
            for second in parts if len(names) > 1 else [0]:
                given = iter([first, second, 1])
                filled = re.sub(
                    r"<(?:\w+:)?(\w+)>",
                    lambda match, given=given: str(words.get(match[1]) or next(given)),
                    pattern,
                )
                found.add("/" + filled)
    name = case.applicant.name
    for text in (
        name,
        name[2:6],
        f"企业:{name}",
        case.applicant.applicant.credit_code,
        "县区:南湖",
    ):
        found |= {f"/tasks/?q={text}", f"/tasks/?view=done&q={text}", f"/tasks/export.csv?q={text}"}
    found |= {
        f"/tasks/export.{form}?{query}" for form in ("csv", "xlsx") for query in ("", "view=done")
    }
    return found | {f"/tasks/?q={case.number}", "/tasks/?view=mine", "/tasks/?view=done"}


def read(answer: Any) -> str:
    """The words of an answer; of a workbook what lies packed in it."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    headers = "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return headers + body.decode(errors="ignore")


def crawled(client: Client, case: Application, task: Task) -> dict[str, str]:
    """Every page he can reach: the routes, and whatever they link to."""
    waiting, seen = sorted(addresses(case, task)), {}
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        answer = client.get(address)
        seen[address] = read(answer) if answer.status_code not in (404, 405) else ""
        location = answer.headers.get("Location", "")
        links = re.findall(r'href="(/[^"#]*)"', seen[address]) if answer.status_code == 200 else []
        skip = ("/static/", "/accounts/logout", "/programs/")
        waiting += [
            one for one in [*links, location] if one[:1] == "/" and not one.startswith(skip)
        ]
    return seen


def leaks(pages: dict[str, str], case: Application, asked: str = "") -> list[tuple[str, str]]:
    """(address, word): what a search was asked stands in its own box and is no leak."""
    words = identity_of(case)
    return [
        (address, word)
        for address, text in pages.items()
        for word in words
        if word in text.replace(asked or "\0", "") and word not in address
    ]


def tried(client: Client, case: Application, task: Task) -> dict[str, str]:
    pages = crawled(client, case, task)
    assert sum(1 for text in pages.values() if text) > 20
    return pages


def test_nothing_he_can_reach_tells_who_has_applied(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, *_others = seated(jiaxing, case)
    client.force_login(task.owner)
    assert not leaks(tried(client, case, task), case), "before he has declared"
    declared(task)
    pages = tried(client, case, task)
    assert not leaks(pages, case), "while he judges"
    assert "（盲评）" in pages[f"/tasks/{task.pk}/blind/"]
    for told in ("/tasks/", "/", "/tasks/export.csv?", f"/tasks/{task.pk}/acts/recuse/"):
        assert case.number in pages[told] or task.title in pages[told], f"{told} was not read"
    voted(task)
    assert not leaks(tried(client, case, task), case), "after his vote"


def test_a_bulk_page_and_a_copy_tell_nothing(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, *_others = seated(jiaxing, case)
    declared(task)
    run = bulk.choose(task.owner, [task], key=key())
    asked = Task.objects.get(process_id=case.process_id, element="intake", status="DONE")
    operations.copy_case(
        asked.pk,
        actor=jiaxing.user("intake"),
        key=key(),
        expected_version=1,
        reason="请阅知",
        users=[task.owner_id],
    )
    client.force_login(task.owner)
    pages = {one: read(client.get(one)) for one in (f"/tasks/bulk/{run.pk}/", "/copies/")}
    assert case.number in pages[f"/tasks/bulk/{run.pk}/"]
    assert not leaks(pages, case)


def test_the_name_it_goes_by_is_part_of_who_it_is(case: Application) -> None:
    words = identity_of(case)
    assert trade_name(case) in words
    assert {case.applicant.name, case.applicant.applicant.credit_code} <= set(words)
    common = {"科技", "孵化器", "嘉兴", "南湖", "南湖区"}
    assert not common & set(words), "what everybody is called hides nothing"


def test_no_notification_and_no_mail_tells_it(jiaxing: Town, case: Application) -> None:
    task, *_others = seated(jiaxing, case)
    type(task.owner).objects.filter(pk=task.owner_id).update(email="expert@example.invalid")
    run_due()
    told = [f"{row.title}{row.body}" for row in Notification.objects.filter(person=task.owner)]
    assert told
    told += [f"{one.subject}{one.body}" for one in mail.outbox if "expert@" in str(one.to)]
    assert not [word for word in identity_of(case) if any(word in text for text in told)]


def test_no_search_is_an_oracle(jiaxing: Town, case: Application, client: Client) -> None:
    task, *_others = seated(jiaxing, case)
    client.force_login(task.owner)
    name, rival = case.applicant.name, "并不存在的单位名称"
    for word in (name, name[2:6], f"企业:{name}", "县区:南湖"):
        page = client.get("/tasks/", {"q": word}).content.decode()
        assert f"/tasks/{task.pk}/" not in page, word
    assert f"/tasks/{task.pk}/" not in client.get("/tasks/", {"q": rival}).content.decode()
    assert f"/tasks/{task.pk}/" in client.get("/tasks/", {"q": case.number}).content.decode()
    clerk = jiaxing.user("reviewer")
    assert blind.is_blind(case.program.content)
    client.force_login(clerk)
    assert client.get(f"/applications/{case.pk}/").status_code == 200


def test_flagged_files_are_withheld_and_the_others_renamed(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, *_others = seated(jiaxing, case)
    declared(task)
    client.force_login(task.owner)
    page = client.get(f"/tasks/{task.pk}/blind/").content.decode()
    assert "盲评不提供" in page
    shown = case.attachments.get(slot="rules_text")
    address = f"/tasks/{task.pk}/blind/files/{shown.pk}/"
    answer = client.get(address)
    assert answer.status_code == 200
    assert case.applicant.name not in str(answer.headers)
    assert b"".join(answer.streaming_content)[:4] == b"%PDF"
    for slot in ("licence", "premises", "staff_list"):
        hidden = case.attachments.filter(slot=slot).first()
        assert client.get(f"/tasks/{task.pk}/blind/files/{hidden.pk}/").status_code == 404
    assert client.get(f"/applications/{case.pk}/files/{shown.pk}/").status_code == 404


def test_a_blind_vote_counts_and_keeps_what_was_typed(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, *_others = seated(jiaxing, case)
    declared(task)
    client.force_login(task.owner)
    address, said = f"/tasks/{task.pk}/blind/", {"key": key(), "version": 1, "outcome": "approve"}
    wrong = client.post(address, {**said, "text": "", "field-score": "80"})
    assert wrong.status_code == 422
    assert client.get(f"/tasks/{task.pk}/").url == address
    right = client.post(address, {**said, "text": "场地充足", "field-score": "80", "score": "80"})
    assert right.status_code == 302, right.content.decode()[:2000]
    task.refresh_from_db()
    assert (task.outcome, task.actor) == ("approve", task.owner)


def test_the_bureau_sees_everything_and_a_program_that_is_not_blind_hides_nothing(
    jiaxing: Town, case: Application, client: Client
) -> None:
    task, *_others = seated(jiaxing, case)
    declared(task)
    content = {**case.program.content, "panel": {}}
    Program.objects.filter(pk=case.program_id).update(content=content, sha256=key())
    client.force_login(task.owner)
    page = client.get(f"/tasks/{task.pk}/").content.decode()
    assert case.applicant.name in page
    assert client.get(f"/tasks/{task.pk}/blind/").status_code == 404


def test_without_the_veil_the_crawler_finds_the_leak(
    jiaxing: Town, case: Application, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant: the case page opens again, and the judge notices."""
    from approvals.applications import selectors, veils

    task, *_others = seated(jiaxing, case)
    declared(task)
    client.force_login(task.owner)
    kept = lru_cache(selectors._one_readable.__wrapped__)  # nothing made under the whole veil
    monkeypatch.setattr(selectors, "_one_readable", kept)
    rules = [one for one in veils._veils if one is not veil.blinded]
    monkeypatch.setattr(veils, "_veils", rules)
    assert leaks({"x": read(client.get(f"/applications/{case.pk}/"))}, case)
    monkeypatch.undo()
    monkeypatch.setattr(veils, "_masks", [])
    assert leaks({"x": read(client.get(f"/tasks/{task.pk}/acts/recuse/"))}, case)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("样例 科技有限公司的场地", "〔隐去〕的场地"),
        ("样例科技的场地", "〔隐去〕的场地"),
        ("电话 138-0000", "电话 138-0000"),
        ("ABC科技与abc科技", "〔隐去〕与〔隐去〕"),
    ],
)
def test_names_are_blotted_out_however_they_are_spaced(text: str, hidden: str) -> None:
    assert masked(text, ("样例科技有限公司", "样例科技", "ABC科技")) == hidden
