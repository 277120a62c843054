"""What every act on a meeting asks first: the row locked, sight, key, state, right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.meetings import idempotency
from approvals.meetings.models import AgendaItem, ItemState, Meeting, State
from approvals.meetings.sight import hidden_from, meetings_for
from journal.services import record
from organizations.models import User
from workflows.errors import NotAllowed, NotVisible, WrongState


@dataclass(frozen=True, slots=True)
class Entered:
    """The locked meeting; `replayed` when the act was done before under its key."""

    meeting: Meeting
    replayed: bool


def entered(pk: int, *, actor: User, key: str, payload: dict[str, Any]) -> Entered:
    """Locks the meeting; in the transaction of the act. Raises NotVisible, KeyReused."""
    rows = Meeting.objects.select_for_update(of=("self",))
    found = rows.select_related("organ", "chair", "recorder").filter(pk=pk).first()
    if found is None or not meetings_for(actor).filter(pk=pk).exists():
        raise NotVisible
    return Entered(found, idempotency.earlier(key, actor, payload) is not None)


def require_open(meeting: Meeting) -> None:
    """Agenda and minutes change only before they are handed to the chair."""
    if not meeting.is_open:
        words = {"state": State(meeting.state).label}
        raise WrongState(_("会议%(state)s，议程和记录不能再改。") % words, code="meeting_closed")


def require_recorder(meeting: Meeting, actor: User) -> None:
    if meeting.recorder_id != actor.pk:
        raise NotAllowed(_("只有本次会议的记录人可以记录和提交纪要。"))


def require_chair(meeting: Meeting, actor: User) -> None:
    """Four eyes: who kept the minutes does not confirm them, whatever the row says."""
    if meeting.chair_id != actor.pk:
        raise NotAllowed(_("只有本次会议的主持人可以确认或者退回纪要。"))
    if meeting.recorder_id == actor.pk:
        raise NotAllowed(_("记录人不能确认自己记录的纪要。"), code="four_eyes")


def item_of(meeting: Meeting, pk: int, actor: User) -> AgendaItem:
    """A listed item of the locked meeting that the actor may know of; NotVisible else."""
    rows = meeting.items.select_related("application__program", "task__process", "task__organ")
    item = rows.prefetch_related("recused").filter(pk=pk).first()
    left = [one.pk for one in item.recused.all()] if item is not None else []
    if item is None or hidden_from(actor).covers(item, left):
        raise NotVisible
    if item.state != ItemState.LISTED:
        raise WrongState(
            _("议题%(state)s，不能再改。") % {"state": ItemState(item.state).label},
            code="item_closed",
        )
    return item


def told(meeting: Meeting, verb: str, actor: User, **facts: Any) -> None:
    """One entry in the organ's journal; items are named by number, their cases in their own."""
    data = {"meeting": meeting.pk, "title": meeting.title, **facts}
    record(meeting.organ.stream, verb, actor=actor, data=data)


def told_of(item: AgendaItem, verb: str, actor: User | None, **facts: Any) -> None:
    """One entry in the case's journal."""
    data = {"meeting": item.meeting_id, "item": item.pk, "task": item.task_id, **facts}
    record(item.application.stream, verb, actor=actor, data=data)


def required(text: str, code: str, sentence: str) -> str:
    """The words of a person, stripped; WrongState when there are none."""
    if not text.strip():
        raise WrongState(sentence, code=code)
    return text.strip()
