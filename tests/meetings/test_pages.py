"""The pages of a meeting: who finds what on them, what they cost, and the paper they print."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

import clock
from approvals.applications.models import Application
from approvals.meetings import services
from approvals.meetings.models import AgendaItem, Kind, Meeting, State
from approvals.rehearsal.meeting import hold_meeting
from organizations.models import User
from tests.meetings.conftest import BACKEND, Office
from tests.people import key
from workflows.models import Process, Task

pytestmark = pytest.mark.django_db

MASKED = re.compile(rb"""[A-Za-z0-9]{64}|nonce="[^"]*"|name="key" value="[^"]*\"""")


def told(case: Application) -> tuple[str, ...]:
    return (case.number, case.applicant.name, case.applicant.applicant.credit_code)


def read(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers["Content-Type"] == "application/pdf":
        pages = PdfReader(io.BytesIO(body)).pages
        return "".join(page.extract_text() for page in pages).replace("\n", "")
    return str(body.decode())


class TestNonInterference:
    """Who must not know of a case finds a meeting that never had it."""

    def pages(self, client: Client, person: User, meeting: Meeting, items: list) -> dict[str, str]:
        client.force_login(person, BACKEND)
        base = f"/meetings/{meeting.pk}/"
        found = {}
        for end in ("", "minutes.pdf", *(f"items/{one.pk}/" for one in items)):
            answer = client.get(base + end)
            found[end] = read(answer) if answer.status_code == 200 else str(answer.status_code)
        return found

    @pytest.mark.parametrize("how", ["tie", "left the room"])
    def test_an_attendee_who_is_recused_finds_nothing_of_the_item(
        self, client: Client, office: Office, how: str
    ) -> None:
        meeting, intake = office.meeting(), office.person("intake")
        items = office.listed(meeting)
        if how == "tie":
            office.tied(intake, 1)
        for item in items:
            left = {intake.pk} if how != "tie" and item == items[1] else set()
            office.record(item, recused=frozenset(left))
        before = self.pages(client, intake, meeting, items)
        assert before[f"items/{items[1].pk}/"] == "404"
        assert not any(word in text for word in told(office.cases[1]) for text in before.values())
        assert all(told(office.cases[2])[0] in before[end] for end in ("", "minutes.pdf"))
        assert "一、" in before["minutes.pdf"]
        assert "三、" not in before["minutes.pdf"], "a missing number tells of an item"
        colleague = self.pages(client, office.reviewer, meeting, items)
        assert told(office.cases[1])[0] in colleague["minutes.pdf"]

    def test_the_page_is_the_same_bytes_as_without_the_item(
        self, client: Client, office: Office
    ) -> None:
        meeting, intake = office.meeting(), office.person("intake")
        office.tied(intake, 1)
        one, two, three = office.tasks
        office.listed(meeting, one, three)
        client.force_login(intake, BACKEND)

        def shown() -> bytes:
            body = client.get(f"/meetings/{meeting.pk}/").content
            return re.sub(rb"items/\d+|-\d+\"", b"", MASKED.sub(b"", body))

        with clock.at(clock.now()):
            without = shown()
            office.listed(meeting, two)
            AgendaItem.objects.filter(task=two).update(place=2)
            AgendaItem.objects.filter(task=three).update(place=3)
            assert shown() == without

    def test_the_numbered_minutes_are_for_who_may_know_of_every_item(
        self, client: Client, office: Office
    ) -> None:
        meeting, intake = office.meeting(), office.person("intake")
        items = office.listed(meeting)
        for item in items:
            office.record(item, recused=frozenset({intake.pk} if item == items[0] else ()))
        services.submit_minutes(meeting.pk, actor=office.recorder, key=key())
        office.confirmed(meeting)
        from documents.services import render

        render(meeting.document_id)
        whole = self.pages(client, office.reviewer, meeting, [])["minutes.pdf"]
        part = self.pages(client, intake, meeting, [])["minutes.pdf"]
        assert "嘉科纪示" in whole
        assert office.cases[0].number in whole
        assert office.cases[0].number not in part
        assert "嘉科纪示" not in part
        assert office.cases[1].number in part


class TestWork:
    """The whole course by the pages: made, listed, recorded, submitted, confirmed."""

    def post(self, client: Client, person: User, address: str, **given: Any) -> Any:
        client.force_login(person, BACKEND)
        return client.post(address, {"key": key(), **given})

    def test_from_the_call_to_the_results(self, client: Client, office: Office) -> None:
        call = {
            "kind": "leaders", "day": clock.today().isoformat(), "begins": "14:30",
            "place": "三楼会议室", "chair": office.chair.pk, "recorder": office.recorder.pk,
            "attendees": [office.reviewer.pk],
        }  # fmt: skip
        made = self.post(client, office.reviewer, "/meetings/new/", **call)
        meeting = Meeting.objects.get()
        assert made.headers["Location"] == f"/meetings/{meeting.pk}/cases/"
        tasks = [task.pk for task in office.tasks]
        base = f"/meetings/{meeting.pk}/"
        assert self.post(client, office.reviewer, f"{base}cases/", task=tasks).status_code == 302
        for item in meeting.items.all():
            said = {"version": 1, "outcome": "sign", "conclusion": "同意。"}
            answer = self.post(client, office.recorder, f"{base}items/{item.pk}/", **said)
            assert answer.status_code == 302
        assert self.post(client, office.recorder, f"{base}submit/").status_code == 302
        assert self.post(client, office.chair, f"{base}confirm/").status_code == 302
        meeting.refresh_from_db()
        assert meeting.state == State.CONFIRMED
        from approvals.worklist.bulk import services as bulk
        from jobs.worker import run_due

        run_due(kinds={bulk.JOB})
        page = client.get(base).content.decode()
        assert page.count("已办理") == 3

    def test_what_was_typed_is_not_lost(self, client: Client, office: Office) -> None:
        meeting = office.meeting()
        item = office.listed(meeting)[0]
        said = {"version": 1, "outcome": "", "conclusion": "会议认为材料属实。"}
        base = f"/meetings/{meeting.pk}/"
        answer = self.post(client, office.recorder, f"{base}items/{item.pk}/", **said)
        assert answer.status_code == 422
        assert "请选择结论" in answer.content.decode()
        assert "会议认为材料属实。" in answer.content.decode()
        stale = self.post(
            client, office.recorder, f"{base}items/{item.pk}/",
            **{**said, "version": 8, "outcome": "sign"},
        )  # fmt: skip
        assert stale.status_code == 409
        assert "会议认为材料属实。" in stale.content.decode()
        wrong = self.post(client, office.reviewer, "/meetings/new/", kind="leaders", place="三楼")
        assert wrong.status_code == 422
        assert 'value="三楼"' in wrong.content.decode()
        empty = self.post(client, office.reviewer, f"{base}cases/")
        assert (empty.status_code, "请先选择" in empty.content.decode()) == (422, True)
        cancel = self.post(client, office.reviewer, f"{base}cancel/", reason="")
        assert cancel.status_code == 422

    def test_the_task_page_tells_of_the_meeting(self, office: Office, visit: Any) -> None:
        meeting = office.meeting()
        office.listed(meeting)
        status, page = visit(office.chair, f"/tasks/{office.tasks[0].pk}/")
        assert status == 200
        assert meeting.title in page

    def test_the_papers_have_the_proposal_and_its_draft(
        self, client: Client, office: Office
    ) -> None:
        meeting = office.meeting()
        item = office.listed(meeting)[0]
        client.force_login(office.recorder, BACKEND)
        page = read(client.get(f"/meetings/{meeting.pk}/items/{item.pk}/"))
        assert all(word in page for word in told(office.cases[0]))
        assert "拟定意见" in page
        draft = client.get(f"/meetings/{meeting.pk}/items/{item.pk}/draft.pdf")
        assert (draft.status_code, draft.content[:4]) == (200, b"%PDF")


def statements(call: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert call().status_code == 200
    return len(seen)


def more_cases(office: Office, number: int) -> list[Task]:
    """So many further cases with an open signature, as rows: nobody decides them."""
    model, case = office.tasks[0], office.cases[0]
    found = []
    for place in range(number):
        process = Process.objects.get(pk=case.process_id)
        process.pk, process._state.adding = None, True
        process.save(force_insert=True)
        one = Application.objects.get(pk=case.pk)
        one.pk, one._state.adding, one.process = None, True, process
        one.number = f"{case.number}-{place}"
        one.save(force_insert=True)
        task = Task.objects.get(pk=model.pk)
        task.pk, task._state.adding, task.process = None, True, process
        task.save(force_insert=True)
        found.append(task)
    return found


class TestCost:
    def test_the_agenda_costs_the_same_at_one_and_at_a_hundred_items(
        self, client: Client, office: Office
    ) -> None:
        one, full = office.meeting(), office.meeting()
        office.listed(one, office.tasks[1])
        tasks = more_cases(office, 100)
        services.list_cases(
            full.pk, actor=office.reviewer, key=key(), tasks=[task.pk for task in tasks]
        )
        client.force_login(office.reviewer, BACKEND)
        client.get("/meetings/")
        small = statements(lambda: client.get(f"/meetings/{one.pk}/"))
        assert statements(lambda: client.get(f"/meetings/{full.pk}/")) == small
        assert small == 11

    def test_the_choice_costs_the_same_at_one_and_at_two_hundred_cases(
        self, client: Client, office: Office
    ) -> None:
        meeting = office.meeting()
        office.listed(meeting, *office.tasks[1:])
        client.force_login(office.reviewer, BACKEND)
        client.get("/meetings/")
        address = f"/meetings/{meeting.pk}/cases/"
        small = statements(lambda: client.get(address))
        more_cases(office, 199)
        assert statements(lambda: client.get(address)) == small
        assert client.get(address).content.count(b'name="task"') == 200
        assert small == 15

    def test_the_list_costs_the_same_at_one_and_at_two_hundred_meetings(
        self, client: Client, office: Office
    ) -> None:
        first = office.meeting()
        client.force_login(office.reviewer, BACKEND)
        client.get("/meetings/")
        small = statements(lambda: client.get("/meetings/"))
        copies = [
            Meeting(
                organ=first.organ, kind=Kind.PARTY, year=first.year, number=number, day=first.day,
                begins=first.begins, place="三楼", chair=first.chair, recorder=first.recorder,
                made_by=first.made_by, made_at=first.made_at,
            )
            for number in range(1, 200)
        ]  # fmt: skip
        Meeting.objects.bulk_create(copies)
        assert statements(lambda: client.get("/meetings/")) == small
        assert small == 5

    def test_listing_costs_a_constant_and_six_statements_a_case(self, office: Office) -> None:
        tasks = more_cases(office, 40)

        def cost(chosen: list[Task]) -> int:
            meeting = office.meeting()
            with CaptureQueriesContext(connection) as seen:
                services.list_cases(
                    meeting.pk, actor=office.reviewer, key=key(), tasks=[one.pk for one in chosen]
                )
            return len(seen)

        small, large = cost(tasks[:1]), cost(tasks[1:31])
        assert (small, large) == (29, 29 + 29 * 6)


def test_the_demos_bureau_has_met_and_its_chair_finds_the_minutes(office: Office, visit) -> None:
    meeting = hold_meeting(office.town.city, clock.now())
    assert meeting is not None
    meeting.refresh_from_db()
    assert meeting.state == State.SUBMITTED
    assert set(meeting.items.values_list("outcome", flat=True)) == {"sign"}
    status, text = visit(office.chair, f"/meetings/{meeting.pk}/")
    assert status == 200
    assert "确认纪要" in text
    office.confirmed(meeting)
    assert {state for state, _reason in office.results(meeting)} == {"done"}
