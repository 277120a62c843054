"""Who knows of which meeting and of which of its items.

A meeting is there for who takes part in it and for who prepares meetings at its organ. An item is
there for whoever knows of the meeting, without who must not know of the case (a tie to the
applicant, a recusal from the case) and who left the room for it: for him the page, the papers and
the minutes are those of a meeting that never had the item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.meetings.models import AgendaItem, ItemState, Meeting
from organizations.models import Organ, User
from organizations.permissions import Permission, can
from organizations.positions import Position, positions
from organizations.roles import roles_with
from workflows import queue
from workflows.errors import NotAllowed, NotVisible

_PREPARERS = roles_with(Permission.PREPARE_MEETING)


@dataclass(frozen=True, slots=True)
class Hidden:
    """What one person must not know of: parties he is tied to, cases he was recused from."""

    user: int
    parties: frozenset[int]
    processes: frozenset[int]

    def covers(self, item: AgendaItem, left: Collection[int] = ()) -> bool:
        """`left`: who left the room for the item."""
        case = item.application
        tied = case.applicant_id in self.parties or case.process_id in self.processes
        return tied or self.user in left


def hidden_from(user: User) -> Hidden:
    """One query."""
    parties, processes = queue.hidden_from(user.pk)
    return Hidden(user.pk, frozenset(parties), frozenset(processes))


def prepares_at(held: Iterable[Position]) -> frozenset[int]:
    """The organs at which these posts prepare meetings; no query."""
    return frozenset(one.organ_id for one in held if one.role in _PREPARERS)


def meetings_for(user: User) -> QuerySet[Meeting]:
    """The meetings he takes part in or whose organ he prepares them for; one query to build."""
    organs = prepares_at(positions(user))
    seated = Meeting.attendees.through.objects.filter(meeting=OuterRef("pk"), user=user.pk)
    own = Q(chair=user.pk) | Q(recorder=user.pk) | Exists(seated)
    rows = Meeting.objects.select_related("organ", "chair", "recorder")
    return rows.filter(own | Q(organ__in=organs))


def meeting_for(user: User, pk: int) -> Meeting:
    """NotVisible for everybody the meeting does not concern."""
    found = meetings_for(user).select_related("document", "run").filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


def items_for(user: User, meeting: Meeting) -> list[AgendaItem]:
    """The items this person may know of, in their order, with case, step and who left the room;
    four queries at any number."""
    rows = meeting.items.select_related(
        "application__applicant__applicant",
        "application__county",
        "application__program",
        "application__process",
        "task__organ",
        "task__process",
        "task__actor",
        "task__owner",
    ).defer("application__data", "application__facts", "application__program__content")
    hidden = hidden_from(user)
    return [
        item
        for item in rows.prefetch_related("abstained", "recused")
        if not hidden.covers(item, [one.pk for one in item.recused.all()])
    ]


def listed(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """What the meeting decides or has decided: without what was withdrawn or deferred."""
    return [item for item in items if item.state in (ItemState.LISTED, ItemState.DECIDED)]


def item_for(user: User, meeting: Meeting, pk: int) -> AgendaItem:
    """One item; NotVisible when he must not know of it, as for one that is not there."""
    found = next((item for item in items_for(user, meeting) if item.pk == pk), None)
    if found is None:
        raise NotVisible
    return found


def require_preparer(user: User, organ: Organ) -> None:
    """Raises NotAllowed unless he prepares meetings at the organ."""
    right = can(user, Permission.PREPARE_MEETING, organ)
    if not right:
        raise NotAllowed(right.reason)


def may_prepare(user: User, meeting: Meeting) -> bool:
    """Does a post of his prepare this organ's meetings?"""
    return meeting.organ_id in prepares_at(positions(user))
