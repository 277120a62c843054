"""Reads of the meetings slice: the list, one meeting with its items as somebody sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.meetings.agenda import with_policy
from approvals.meetings.models import AgendaItem, ItemState, Meeting
from approvals.meetings.sight import items_for, listed, meetings_for
from approvals.reviews import steps
from approvals.worklist.models import BulkLine
from organizations.models import User

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Page:
    """One page of meetings, the latest made first; `after` is the key of the next page."""

    rows: Sequence[Meeting]
    after: int | None


def page_of(user: User, *, state: str = "", after: int | None = None) -> Page:
    """Two queries at any number; no count of items: it would tell of what is kept from him."""
    rows = meetings_for(user).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    return Page(found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if more else None)


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the agenda shows it."""

    item: AgendaItem
    number: int | None
    """Before the minutes its place among what the reader sees, afterwards its number in them."""
    label: str
    """The outcome in words."""
    moved: bool
    """The step is not open any more, though the item still waits."""
    changed: bool
    """The material is not that of the papers."""
    line: BulkLine | None


def rows_of(user: User, meeting: Meeting) -> list[Row]:
    """What this person sees of the meeting; eight queries at any number of items."""
    items = items_for(user, meeting)
    with_policy([item.application for item in items])
    lines = _lines(meeting)
    waiting = [item for item in items if item.state == ItemState.LISTED]
    places = {item.pk: place for place, item in enumerate(waiting, 1)}
    return [_row(item, places, lines.get(item.task_id)) for item in _sorted(items)]


def _sorted(items: Sequence[AgendaItem]) -> list[AgendaItem]:
    """What is before the meeting first, then what was taken off."""
    there = listed(items)
    return [*there, *(item for item in items if item not in there)]


def _row(item: AgendaItem, places: dict[int, int], line: BulkLine | None) -> Row:
    form = steps.form_of(item.application, item.task)
    waits = item.state == ItemState.LISTED
    return Row(
        item=item,
        number=item.number or places.get(item.pk),
        label=form.outcome(item.outcome).label if item.outcome else "",
        moved=waits and not item.task.is_open,
        changed=waits and item.task.process.material_version != item.papers_version,
        line=line if item.state == ItemState.DECIDED else None,
    )


def _lines(meeting: Meeting) -> dict[int, BulkLine]:
    if meeting.run_id is None:
        return {}
    return {line.task_id: line for line in BulkLine.objects.filter(run=meeting.run_id)}
