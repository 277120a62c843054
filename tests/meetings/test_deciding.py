"""Minutes decide: each item by the one door, once, and never against what happened meanwhile."""

from __future__ import annotations

import pytest
from django.utils import translation

from approvals.decisions.models import Decision
from approvals.meetings import content, services
from approvals.meetings.models import AgendaItem, ItemState, Meeting, State
from approvals.meetings.services.confirming import carry_out
from approvals.reviews.models import Opinion
from approvals.reviews.statement import Statement
from approvals.worklist.bulk import performing, running
from approvals.worklist.bulk.acts import BulkAct
from approvals.worklist.bulk.deciding import decided_at
from approvals.worklist.models import BulkRun
from documents.models import Document
from documents.services import MissingGlyphs
from jobs.models import Job
from journal.models import Entry as JournalEntry
from tests.meetings.conftest import Office
from tests.people import key
from tests.reviews.test_deciding import decide
from workflows.errors import KeyReused, NotAllowed, WrongState
from workflows.models import Task

pytestmark = pytest.mark.django_db


def test_confirmed_minutes_sign_every_case_and_the_opinion_cites_its_item(office: Office) -> None:
    meeting = office.meeting()
    office.submitted(meeting)
    office.confirmed(meeting)
    assert office.results(meeting) == [("done", "")] * 3
    assert meeting.run.state == BulkRun.State.DONE
    for number, case in enumerate(office.cases, 1):
        opinion = Opinion.objects.get(application=case, step="sign")
        assert opinion.author == office.chair
        cited = f"（依据：局长办公会会议纪要 {meeting.year}年第{meeting.number}次 第{number}项）"
        assert opinion.text == f"同意拟定意见，按程序印发。\n{cited}"
        assert Decision.objects.get(application=case).signed_by == office.chair
        done = JournalEntry.objects.get(
            stream__key=case.stream, verb="complete_task", data__opinion=opinion.pk
        )
        assert done.data["minutes"] == {
            "meeting": meeting.pk,
            "title": meeting.title,
            "item": number,
        }


def test_an_item_may_be_sent_back_while_the_others_are_signed(office: Office) -> None:
    meeting = office.meeting()
    office.submitted(meeting, "sign", "return", "sign")
    office.confirmed(meeting)
    assert [state for state, _reason in office.results(meeting)] == ["done"] * 3
    steps = [
        set(
            Task.objects.filter(process=case.process, is_open=True).values_list(
                "element", flat=True
            )
        )
        for case in office.cases
    ]
    assert steps == [set(), {"propose"}, set()]


def test_a_case_that_moved_meanwhile_is_reported_and_not_forced(office: Office) -> None:
    meeting = office.meeting()
    office.submitted(meeting)
    decide(office.tasks[1], office.chair, Statement("return", text="先行退回"))
    office.confirmed(meeting)
    found = office.results(meeting)
    assert [state for state, _reason in found] == ["done", "refused", "done"]
    assert "已由" in found[1][1]
    assert Opinion.objects.filter(task=office.tasks[1]).get().text == "先行退回"


def test_new_material_since_the_minutes_is_reported(office: Office) -> None:
    meeting = office.meeting()
    office.submitted(meeting)
    process = office.tasks[0].process
    type(process).objects.filter(pk=process.pk).update(material_version=9)
    office.confirmed(meeting)
    states = office.results(meeting)
    assert states[0] == ("refused", "申请材料已更新为第9版，请查看新版本后再办理。")
    assert [state for state, _reason in states[1:]] == ["done", "done"]


def test_who_keeps_the_minutes_does_not_confirm_them(office: Office) -> None:
    meeting = office.meeting()
    office.submitted(meeting)
    for person in (office.recorder, office.reviewer):
        with pytest.raises(NotAllowed):
            services.confirm_minutes(meeting.pk, actor=person, key=key())
    with pytest.raises(WrongState) as refusal:
        office.meeting(recorder=office.chair.pk)
    assert refusal.value.code == "chair_records"


def test_confirming_twice_with_one_key_confirms_once(office: Office) -> None:
    meeting, one = office.meeting(), key()
    office.submitted(meeting)
    for _again in range(2):
        services.confirm_minutes(meeting.pk, actor=office.chair, key=one)
    assert BulkRun.objects.filter(act=BulkAct.MINUTES).count() == 1
    with pytest.raises(WrongState):
        services.confirm_minutes(meeting.pk, actor=office.chair, key=key())
    with pytest.raises(KeyReused):
        services.cancel_meeting(meeting.pk, actor=office.reviewer, key=one, reason="改期")


def test_the_chair_gives_the_minutes_back(office: Office) -> None:
    meeting = office.meeting()
    items = office.submitted(meeting)
    with pytest.raises(WrongState, match="不能再改"):
        office.record(items[0], "return")
    services.send_back(meeting.pk, actor=office.chair, key=key(), reason="第2项表述不准")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.remark) == (State.PREPARING, "第2项表述不准")
    office.record(items[1], "return")


def test_what_the_chair_must_not_know_of_any_more_is_put_off(office: Office) -> None:
    meeting = office.meeting()
    items = office.submitted(meeting)
    office.tied(office.chair)
    office.confirmed(meeting)
    states = AgendaItem.objects.filter(meeting=meeting).order_by("place")
    assert [one.state for one in states] == [
        ItemState.DEFERRED,
        ItemState.DECIDED,
        ItemState.DECIDED,
    ]
    assert [one.number for one in states] == [None, 1, 2]
    assert items[0].task_id not in meeting.run.lines.values_list("task", flat=True)


def test_the_minutes_are_numbered_in_the_organs_series(office: Office) -> None:
    meeting = office.meeting()
    office.submitted(meeting)
    office.confirmed(meeting)
    document = Document.objects.get(kind="minutes")
    assert (meeting.document, document.number) == (document, f"嘉科纪示〔{meeting.year}〕1号")
    texts = [block["text"] for block in document.content["body"]]
    assert texts[0].endswith("现将会议议定事项纪要如下。")
    assert texts[1].startswith("一、")
    assert office.cases[0].number in texts[1]
    assert texts[2] == "会议议定：签发。同意拟定意见，按程序印发。"
    present = document.content["attendance"]
    assert office.chair.name in present["present"]
    assert present["recorder"] == [office.recorder.name]
    assert document.content["specimen"] is True


def test_the_paper_is_in_the_language_of_the_house(office: Office) -> None:
    meeting = office.meeting()
    office.submitted(meeting)
    with translation.override("en"):
        office.confirmed(meeting)
    texts = [block["text"] for block in Document.objects.get(kind="minutes").content["body"]]
    assert texts[2] == "会议议定：签发。同意拟定意见，按程序印发。"
    opinion = Opinion.objects.filter(task=office.tasks[0]).get()
    assert "（依据：局长办公会会议纪要 " in opinion.text


def test_without_a_series_the_minutes_stay_a_preview(office: Office) -> None:
    organ = office.town.organ("science_bureau")
    type(organ).objects.filter(pk=organ.pk).update(minutes_code="")
    meeting = office.meeting()
    office.submitted(meeting)
    office.confirmed(meeting)
    assert meeting.document is None
    assert not Document.objects.filter(kind="minutes").exists()
    assert office.results(meeting) == [("done", "")] * 3


def test_a_character_nobody_can_print_keeps_the_minutes_open(office: Office) -> None:
    meeting = office.meeting()
    items = office.listed(meeting)
    for item in items:
        office.record(item, conclusion="同意\U00030729。")
    services.submit_minutes(meeting.pk, actor=office.recorder, key=key())
    with pytest.raises(MissingGlyphs, match="U\\+30729"):
        services.confirm_minutes(meeting.pk, actor=office.chair, key=key())
    assert Meeting.objects.get(pk=meeting.pk).state == State.SUBMITTED
    assert not Document.objects.filter(kind="minutes").exists()


def test_a_line_done_twice_is_answered_from_its_key(office: Office) -> None:
    """The worker dies between the commit of a line and the next; the job runs again."""
    meeting = office.meeting()
    office.submitted(meeting)
    services.confirm_minutes(meeting.pk, actor=office.chair, key=key())
    run = BulkRun.objects.get(act=BulkAct.MINUTES)
    running.work({"run": run.pk})
    for line in run.lines.select_related("task__process"):
        carry_out(run, line, f"bulk:{run.pk}:{line.task_id}")
        assert decided_at(line.task) == line.at, "an opinion of a bulk act, also for taking it back"
    assert Opinion.objects.filter(task__in=office.tasks).count() == 3
    running.work({"run": run.pk})
    assert Opinion.objects.filter(task__in=office.tasks).count() == 3


def test_killed_between_two_items_it_goes_on_with_the_second(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = office.meeting()
    office.submitted(meeting)
    services.confirm_minutes(meeting.pk, actor=office.chair, key=key())
    run = BulkRun.objects.get(act=BulkAct.MINUTES)
    seen: list[int] = []

    def dies(asked, line, one) -> None:
        if len(seen) == 1:
            raise KeyboardInterrupt
        seen.append(line.pk)
        carry_out(asked, line, one)

    monkeypatch.setitem(performing._performers, BulkAct.MINUTES, dies)
    with pytest.raises(KeyboardInterrupt):
        running.work({"run": run.pk})
    assert sorted(run.lines.values_list("state", flat=True)) == ["done", "waiting", "waiting"]
    monkeypatch.setitem(performing._performers, BulkAct.MINUTES, carry_out)
    running.work({"run": run.pk})
    assert office.results(Meeting.objects.get(pk=meeting.pk)) == [("done", "")] * 3
    assert Opinion.objects.filter(task__in=office.tasks).count() == 3
    assert Job.objects.filter(kind="bulk_run").exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"),
     (103, "一百零三"), (111, "一百一十一"), (120, "一百二十")],
)  # fmt: skip
def test_headings_count_as_chinese_papers_do(number: int, words: str) -> None:
    assert content.chinese_number(number) == words
