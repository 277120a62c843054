"""The agenda: what may come on it, in which order, and how it leaves again."""

from __future__ import annotations

from datetime import timedelta

import pytest

import clock
from approvals.meetings import services
from approvals.meetings.agenda import candidates
from approvals.meetings.models import AgendaItem, ItemState, Kind, Meeting
from approvals.notifications.models import Notification
from approvals.programs.models import Program
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.statement import Statement
from journal.models import Entry
from organizations.models import Relation
from tests.meetings.conftest import Office
from tests.people import Town, key
from tests.reviews.test_deciding import decide
from workflows.errors import KeyReused, NotAllowed, NotVisible, Stale, WrongState
from workflows.models import Task

pytestmark = pytest.mark.django_db


def order(meeting: Meeting) -> list[int]:
    rows = meeting.items.filter(state=ItemState.LISTED).order_by("place")
    return list(rows.values_list("task", flat=True))


def ruled(office: Office, **meeting: object) -> None:
    """The cases' program says this of its signature. Programs are immutable: past the model."""
    for case in office.cases:
        content = case.program.content
        forms = {**content["task_forms"]}
        forms["sign"] = {**forms["sign"], "meeting": meeting}
        Program.objects.filter(pk=case.program_id).update(
            content={**content, "task_forms": forms}, sha256=key()
        )


class TestMaking:
    def test_everybody_called_is_told_and_the_kinds_count_apart(self, office: Office) -> None:
        first, party, second = office.meeting(), office.meeting(Kind.PARTY), office.meeting()
        assert [one.number for one in (first, party, second)] == [1, 1, 2]
        assert second.title == f"局长办公会{second.year}年第2次会议"
        told = Notification.objects.filter(key=f"meeting:made:{first.pk}")
        people = {office.chair, office.reviewer, office.recorder, office.person("intake")}
        assert set(told.values_list("person", flat=True)) == {one.pk for one in people}
        assert not any(case.number in line.title for line in told for case in office.cases)
        entry = Entry.objects.get(stream__key=first.organ.stream, data__meeting=first.pk)
        assert entry.verb == "meeting_made"

    def test_the_same_key_makes_one_and_another_content_is_refused(self, office: Office) -> None:
        organ, one = office.town.organ("science_bureau"), key()
        given = {"actor": office.reviewer, "key": one, "organ": organ, "kind": Kind.LEADERS}
        made = services.make_meeting(call=office.call(), **given)
        assert services.make_meeting(call=office.call(), **given) == made
        with pytest.raises(KeyReused):
            services.make_meeting(call=office.call(place="一楼"), **given)

    @pytest.mark.parametrize("name", ["bureau_leader", "nanhu_officer", "finance_officer"])
    def test_nobody_else_prepares_meetings(self, office: Office, name: str) -> None:
        with pytest.raises(NotAllowed):
            services.make_meeting(
                actor=office.person(name),
                key=key(),
                organ=office.town.organ("science_bureau"),
                kind=Kind.LEADERS,
                call=office.call(),
            )

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"place": " "}, "no_place"),
            ({"chair": "reviewer"}, "unknown_chair"),
            ({"attendees": "nanhu_officer"}, "unknown_person"),
            ({"recorder": "expert1"}, "unknown_person"),
            ({"recorder": "system_admin"}, "unknown_person"),
            ({"day": -1}, "bad_day"),
        ],
    )
    def test_a_call_that_cannot_be_is_refused(self, office: Office, more, code: str) -> None:
        given = dict(more)
        for name in ("chair", "recorder"):
            if name in given:
                given[name] = office.person(given[name]).pk
        if "attendees" in given:
            given["attendees"] = frozenset({office.person(given["attendees"]).pk})
        if "day" in given:
            given["day"] = clock.today() + timedelta(days=given["day"])
        with pytest.raises(WrongState) as refusal:
            office.meeting(**given)
        assert refusal.value.code == code


class TestListing:
    def test_the_steps_the_program_names_are_offered_and_nothing_else(self, office: Office) -> None:
        office.town.filed("recognition", "xiuzhou")
        found = candidates(office.meeting(), office.reviewer)
        assert {one.task.pk for one in found} == {task.pk for task in office.tasks}
        assert not any(one.hindrance for one in found)

    def test_a_kind_the_program_does_not_name_gets_none(self, office: Office) -> None:
        ruled(office, kinds=["party"])
        meeting = office.meeting()
        assert candidates(meeting, office.reviewer) == []
        with pytest.raises(WrongState) as refusal:
            office.listed(meeting)
        assert refusal.value.code == "not_for_meeting"
        assert len(candidates(office.meeting(Kind.PARTY), office.reviewer)) == 3

    def test_a_task_of_another_organ_is_not_there(self, office: Office) -> None:
        other = office.town.filed("recognition", "xiuzhou")
        task = Task.objects.get(process=other.process, is_open=True)
        with pytest.raises(NotVisible):
            office.listed(office.meeting(), task)

    def test_on_one_agenda_at_a_time(self, office: Office) -> None:
        first, second = office.meeting(), office.meeting()
        office.listed(first, office.tasks[0])
        with pytest.raises(WrongState) as refusal:
            office.listed(second, office.tasks[0])
        assert refusal.value.code == "already_listed"

    def test_a_chair_or_recorder_who_must_stay_away_keeps_the_case_off(
        self, office: Office
    ) -> None:
        meeting = office.meeting()
        for person, who in ((office.chair, "主持人"), (office.recorder, "记录人")):
            tie = office.tied(person)
            with pytest.raises(WrongState, match=who):
                office.listed(meeting, office.tasks[0])
            Relation.objects.filter(pk=tie.pk).delete()
        office.listed(meeting, office.tasks[0])

    def test_items_change_places(self, office: Office) -> None:
        meeting = office.meeting()
        items = office.listed(meeting)
        one, two, three = (task.pk for task in office.tasks)
        move = {"actor": office.reviewer, "item": items[2].pk}
        services.move_item(meeting.pk, key=key(), up=True, **move)
        assert order(meeting) == [one, three, two]
        services.move_item(meeting.pk, key=key(), up=True, **move)
        services.move_item(meeting.pk, key=key(), up=True, **move)
        assert order(meeting) == [three, one, two]
        same = key()
        for _twice in range(2):
            services.move_item(meeting.pk, key=same, up=False, **move)
        assert order(meeting) == [one, three, two]


class TestTakingOff:
    def test_withdrawn_with_a_reason_the_step_waits_as_before(self, office: Office) -> None:
        meeting = office.meeting()
        item = office.listed(meeting)[0]
        given = {"actor": office.reviewer, "item": item.pk}
        with pytest.raises(WrongState) as refusal:
            services.withdraw_item(meeting.pk, key=key(), reason=" ", **given)
        assert refusal.value.code == "reason_missing"
        services.withdraw_item(meeting.pk, key=key(), reason="材料待核", **given)
        item.refresh_from_db()
        assert (item.state, item.reason) == (ItemState.WITHDRAWN, "材料待核")
        entry = Entry.objects.get(stream__key=office.cases[0].stream, verb="agenda_withdrawn")
        assert entry.data["reason"] == "材料待核"
        decide(office.tasks[0], office.chair, Statement("sign"))

    def test_deferred_to_the_next_meeting_it_stands_there(self, office: Office) -> None:
        meeting, later = office.meeting(), office.meeting(day=clock.today() + timedelta(days=7))
        item = office.listed(meeting)[0]
        given = {"actor": office.recorder, "item": item.pk, "reason": "会议缓议"}
        with pytest.raises(WrongState) as refusal:
            services.defer_item(meeting.pk, key=key(), to=meeting.pk, **given)
        assert refusal.value.code == "unknown_meeting"
        services.defer_item(meeting.pk, key=key(), to=later.pk, **given)
        assert order(later) == [office.tasks[0].pk]

    def test_deferred_without_a_next_meeting_it_heads_the_next_choice(self, office: Office) -> None:
        meeting = office.meeting()
        item = office.listed(meeting)[2]
        services.defer_item(
            meeting.pk, actor=office.reviewer, key=key(), item=item.pk, reason="缓议"
        )
        first = candidates(office.meeting(), office.reviewer)[0]
        assert first.task == office.tasks[2]
        assert first.deferred_on is not None

    def test_a_cancelled_meeting_frees_its_items(self, office: Office) -> None:
        meeting = office.meeting()
        office.listed(meeting)
        services.cancel_meeting(meeting.pk, actor=office.reviewer, key=key(), reason="改期")
        assert set(meeting.items.values_list("state", flat=True)) == {ItemState.DEFERRED}
        assert office.meeting().number == meeting.number + 1
        with pytest.raises(WrongState):
            office.listed(meeting)


class TestRecording:
    def test_only_the_recorder_and_not_before_the_day(self, office: Office) -> None:
        meeting = office.meeting(day=clock.today() + timedelta(days=1))
        item = office.listed(meeting)[0]
        with pytest.raises(WrongState) as refusal:
            office.record(item)
        assert refusal.value.code == "too_early"
        with clock.at(clock.now() + timedelta(days=1)):
            with pytest.raises(NotAllowed):
                office.record(item, actor=office.reviewer)
            office.record(item)

    def test_the_outcome_is_one_of_the_steps_and_words_are_needed(self, office: Office) -> None:
        item = office.listed(office.meeting())[0]
        with pytest.raises(OpinionRefused) as refusal:
            office.record(item, "approve")
        assert set(refusal.value.problems) == {"outcome"}
        with pytest.raises(OpinionRefused) as refusal:
            office.record(item, "return", conclusion=" ")
        assert set(refusal.value.problems) == {"conclusion"}

    def test_abstained_dissent_and_who_left_are_kept(self, office: Office) -> None:
        item = office.listed(office.meeting())[0]
        intake, reviewer = office.person("intake"), office.reviewer
        said = {"abstained": frozenset({reviewer.pk}), "dissent": "面积偏小。"}
        office.record(item, recused=frozenset({intake.pk}), **said)
        item.refresh_from_db()
        assert item.dissent == "面积偏小。"
        assert (list(item.abstained.all()), list(item.recused.all())) == ([reviewer], [intake])
        with pytest.raises(OpinionRefused):
            office.record(item, recused=frozenset({reviewer.pk}), **said)
        with pytest.raises(WrongState) as refusal:
            office.record(item, abstained=frozenset({office.person("nanhu_officer").pk}))
        assert refusal.value.code == "not_there"
        with pytest.raises(WrongState) as refusal:
            office.record(item, recused=frozenset({office.chair.pk}))
        assert refusal.value.code == "chair_recused"

    def test_an_attendee_with_a_tie_is_recorded_as_recused_by_itself(self, office: Office) -> None:
        item = office.listed(office.meeting())[0]
        intake = office.person("intake")
        office.tied(intake)
        office.record(item)
        assert list(item.recused.all()) == [intake]

    def test_stale_papers_are_told(self, office: Office) -> None:
        item = office.listed(office.meeting())[0]
        entry = services.recording.Entry("sign", "同意。")
        with pytest.raises(Stale):
            services.record_item(
                item.meeting_id, actor=office.recorder, key=key(), item=item.pk,
                expected_version=7, entry=entry,
            )  # fmt: skip

    def test_nothing_is_submitted_with_an_item_missing(self, office: Office) -> None:
        meeting = office.meeting()
        office.record(office.listed(meeting)[0])
        with pytest.raises(WrongState) as refusal:
            services.submit_minutes(meeting.pk, actor=office.recorder, key=key())
        assert refusal.value.code == "not_recorded"
        assert office.cases[1].number in refusal.value.detail


class TestObligatoryMeeting:
    def test_where_the_program_wants_a_meeting_nobody_signs_alone(self, office: Office) -> None:
        ruled(office, kinds=["leaders"], required=True)
        with pytest.raises(OpinionRefused, match="局长办公会集体审议"):
            decide(office.tasks[0], office.chair, Statement("sign"))
        meeting = office.meeting()
        office.submitted(meeting)
        office.confirmed(meeting)
        assert office.results(meeting) == [("done", "")] * 3


def test_another_citys_people_find_no_meeting(office: Office, mudanjiang: Town) -> None:
    meeting = office.meeting()
    with pytest.raises(NotVisible):
        services.cancel_meeting(
            meeting.pk, actor=mudanjiang.user("reviewer"), key=key(), reason="改期"
        )
    assert AgendaItem.objects.count() == 0
