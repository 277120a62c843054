"""The agenda: cases come on it, change places, are withdrawn or put off."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

import clock
from approvals.meetings import idempotency
from approvals.meetings.agenda import MOST, cases_of, rules_for
from approvals.meetings.models import REASON_LENGTH, AgendaItem, ItemState, Meeting
from approvals.meetings.services.gate import (
    entered,
    item_of,
    require_open,
    required,
    told,
    told_of,
)
from approvals.meetings.sight import hidden_from, items_for, require_preparer
from organizations.models import User
from workflows.errors import NotVisible, WrongState
from workflows.models import Task


@transaction.atomic
def list_cases(pk: int, *, actor: User, key: str, tasks: Collection[int]) -> Meeting:
    """Puts these tasks' cases at the end of the agenda, in the order of their terms: all or none.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`nothing_chosen`, `too_many`,
    `already_listed`, `not_for_meeting`, `meeting_closed`).
    """
    payload = {"list": pk, "tasks": sorted(tasks)}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_preparer(actor, meeting.organ)
    require_open(meeting)
    rows = _chosen(meeting, tasks)
    cases, hidden = cases_of(rows), hidden_from(actor)
    rules = rules_for(meeting, rows)
    place = meeting.items.aggregate(last=Max("place"))["last"] or 0
    for task in rows:
        case = cases.get(task.process_id)
        item = AgendaItem(meeting=meeting, task=task, application=case, place=place + 1)
        if case is None or hidden.covers(item):
            raise NotVisible
        if sentence := rules.hindrance(case, task):
            raise WrongState(f"{case.number}：{sentence}", code="not_for_meeting")
        item.papers_version = task.process.material_version
        item.added_by, item.added_at = actor, clock.now()
        item.save()
        told_of(item, "agenda_listed", actor, title=meeting.title)
        place += 1
    told(meeting, "agenda_extended", actor, items=len(rows))
    idempotency.remember(key, actor, payload, meeting)
    return meeting


def _chosen(meeting: Meeting, tasks: Collection[int]) -> list[Task]:
    """The chosen tasks of this organ, soonest due first."""
    if not tasks:
        raise WrongState(_("请先选择要列入议程的办件。"), code="nothing_chosen")
    listed = meeting.items.filter(state=ItemState.LISTED).count()
    if listed + len(tasks) > MOST:
        raise WrongState(_("一次会议最多 %d 个议题。") % MOST, code="too_many")
    rows = Task.objects.filter(pk__in=list(tasks), organ=meeting.organ_id)
    found = list(rows.select_related("process__party", "organ", "owner").order_by("due_at", "pk"))
    if len(found) != len(set(tasks)):
        raise NotVisible
    if AgendaItem.objects.filter(task__in=found, state=ItemState.LISTED).exists():
        raise WrongState(_("所选办件中有的已在议程上，请刷新后重选。"), code="already_listed")
    return found


@transaction.atomic
def move_item(pk: int, *, actor: User, key: str, item: int, up: bool) -> Meeting:
    """Changes places with the next listed item above or below, as the actor sees them; at the end
    of the list nothing happens. Raises NotVisible, NotAllowed, KeyReused, WrongState."""
    payload = {"move": item, "up": up}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    require_preparer(actor, meeting.organ)
    require_open(meeting)
    moved = item_of(meeting, item, actor)
    seen = [one for one in items_for(actor, meeting) if one.state == ItemState.LISTED]
    other = _neighbour(seen, moved, up)
    if other is not None:
        moved.place, other.place = other.place, moved.place
        AgendaItem.objects.bulk_update([moved, other], ["place"])
        told(meeting, "agenda_reordered", actor, item=moved.pk, up=up)
    idempotency.remember(key, actor, payload, meeting)
    return meeting


def _neighbour(seen: Sequence[AgendaItem], moved: AgendaItem, up: bool) -> AgendaItem | None:
    numbers = [one.pk for one in seen]
    at = numbers.index(moved.pk) + (-1 if up else 1)
    return seen[at] if 0 <= at < len(seen) else None


@transaction.atomic
def withdraw_item(pk: int, *, actor: User, key: str, item: int, reason: str) -> Meeting:
    """Takes a case off the agenda; its step waits as before.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`reason_missing` …).
    """
    return _taken_off(pk, actor, key, item, reason, ItemState.WITHDRAWN, None)


@transaction.atomic
def defer_item(
    pk: int, *, actor: User, key: str, item: int, reason: str, to: int | None = None
) -> Meeting:
    """Puts a case off to a later meeting of the kind; without one it heads the next one's choice.

    Raises NotVisible, NotAllowed, KeyReused, WrongState (`reason_missing`, `unknown_meeting`,
    `not_for_meeting` …).
    """
    return _taken_off(pk, actor, key, item, reason, ItemState.DEFERRED, to)


def _taken_off(
    pk: int, actor: User, key: str, item: int, reason: str, state: ItemState, to: int | None
) -> Meeting:
    payload = {"off": item, "state": state.value, "reason": reason, "to": to}
    gate = entered(pk, actor=actor, key=key, payload=payload)
    meeting = gate.meeting
    if gate.replayed:
        return meeting
    if meeting.recorder_id != actor.pk:
        require_preparer(actor, meeting.organ)
    require_open(meeting)
    found = item_of(meeting, item, actor)
    found.reason = required(reason, "reason_missing", _("请写明原因。"))[:REASON_LENGTH]
    found.state = state
    found.save(update_fields=["state", "reason"])
    told_of(found, f"agenda_{state.value}", actor, reason=found.reason, to=to)
    if to is not None:
        _carried_over(found, actor, to)
    idempotency.remember(key, actor, payload, meeting)
    return meeting


def _carried_over(item: AgendaItem, actor: User, to: int) -> None:
    """The same case at the end of the later meeting's agenda."""
    meeting = next((one for one in later_meetings(item.meeting) if one.pk == to), None)
    if meeting is None:
        raise WrongState(_("请选择同类的、尚未提交纪要的其他会议。"), code="unknown_meeting")
    task = Task.objects.select_related("process__party", "organ", "owner").get(pk=item.task_id)
    case = cases_of([task])[task.process_id]
    if sentence := rules_for(meeting, [task]).hindrance(case, task):
        raise WrongState(sentence, code="not_for_meeting")
    last = meeting.items.aggregate(last=Max("place"))["last"] or 0
    AgendaItem.objects.create(
        meeting=meeting,
        application_id=item.application_id,
        task=task,
        place=last + 1,
        papers_version=task.process.material_version,
        added_by=actor,
        added_at=clock.now(),
    )


def later_meetings(meeting: Meeting) -> list[Meeting]:
    """Other open meetings of the kind and organ from this one's day on; one query."""
    rows = Meeting.objects.filter(
        organ=meeting.organ_id, kind=meeting.kind, day__gte=meeting.day, state="preparing"
    ).exclude(pk=meeting.pk)
    return list(rows.select_related("organ", "chair", "recorder").order_by("day", "pk"))
