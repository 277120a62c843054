"""The card "本环节席位" on the task page: who has a seat in this step, in which state, and whence.

Never on the applicant's pages. An expert sees his own seat and whom he consults himself while the
vote is open (C0); who consults him he is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.reviews import desk, steps
from organizations.models import User
from workflows.models import Task
from workflows.nodes.seat import SIGNER, WEIGHT
from workflows.operations.agents import FOR
from workflows.seating import FROM, HELD, SeatState, seats_of_step, state_of

CHANGED = frozenset({"by", FROM, FOR, SIGNER, WEIGHT})
"""A step in which nobody has changed a seat shows no card, unless it is a panel or weighs seats."""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat as the card tells it."""

    who: str
    state: str
    mark: str
    kind: str
    added_by: str
    question: str
    weight: int | None
    """What its vote weighs; None where each seat is one vote."""
    chain: str
    """`甲 → 乙 → 丙` when the seat was handed over."""


def cards(application: Application, task: Task, user: User) -> list[desk.Card]:
    """Two queries; one when there is nothing to tell."""
    seats = seats_of_step(task)
    if steps.is_vote(task):
        seats = [seat for seat in seats if _concerns(seat, user.pk)]
    told = [seat for seat in seats if not _is_superseded(seat)]
    if len(told) < 2 and not any(CHANGED & seat.data.keys() for seat in seats):
        return []
    lines = seat_lines(told)
    facts = {"seats": lines}
    return [desk.Card(_("本环节席位"), "operations/seats.html", facts, order=40, blind=True)]


def _concerns(seat: Task, expert: int) -> bool:
    """His own, and whom he consults himself."""
    asked = steps.is_consulted(seat) and _by(seat) == expert
    return asked or expert in (seat.owner_id, seat.actor_id)


def _is_superseded(seat: Task) -> bool:
    """Its successor tells the chain."""
    return seat.outcome == "transferred"


def seat_lines(seats: Sequence[Task]) -> list[SeatLine]:
    """In the order in which they were made; one query for the names."""
    names = _names(seats)
    return [_line(seat, names) for seat in seats]


def _names(seats: Iterable[Task]) -> dict[int, str]:
    numbers = {number for seat in seats for number in (*seat.data.get(HELD, ()), _by(seat))}
    numbers |= {seat.data.get(FOR) for seat in seats}
    return dict(User.objects.filter(pk__in=numbers - {None}).values_list("pk", "name"))


def _by(seat: Task) -> int | None:
    found: int | None = seat.data.get("by")
    return found


def _line(seat: Task, names: dict[int, str]) -> SeatLine:
    who = _holder(seat)
    held = [names.get(number, "?") for number in seat.data.get(HELD, ())]
    state, mark = _state(seat)
    principal = seat.data.get(FOR)
    if principal and seat.actor is not None:
        words = {"agent": seat.actor.name, "principal": names.get(principal, "?")}
        who = _("%(agent)s（代%(principal)s）") % words
    return SeatLine(
        who=who,
        state=state,
        mark=mark,
        kind=_kind(seat),
        added_by="" if steps.is_vote(seat) else names.get(_by(seat) or 0, ""),
        question=seat.data.get("question", ""),
        weight=seat.data.get(WEIGHT),
        chain=" → ".join([*held, _holder(seat)]) if held else "",
    )


def _holder(seat: Task) -> str:
    person = seat.owner or seat.actor
    if person is not None:
        return str(person.name)
    return _("%s待办") % seat.organ.short_name if seat.organ is not None else _("待认领")


def _kind(seat: Task) -> str:
    if SIGNER in seat.data:
        return _kinds()[seat.data[SIGNER]]
    if not _by(seat):
        return ""
    return _("递补") if steps.is_vote(seat) else _("并加签")


def _kinds() -> dict[str, str]:
    return {
        "before": _("前加签"),
        "after": _("后加签"),
        "parallel": _("并加签"),
        "delegate": _("受委派"),
    }


def _state(seat: Task) -> tuple[str, str]:
    """The words and the colour."""
    closed = {"removed": _("已减签"), "recalled": _("已收回"), "returned": _("已退回")}
    words = {
        SeatState.OPEN: (_("办理中"), "tag-live"),
        SeatState.WAITING: (_("等待意见"), "tag-warn"),
        SeatState.ACTED: (_("已办理"), "tag-ok"),
        SeatState.SKIPPED: (_("无需办理"), ""),
        SeatState.CLOSED: (closed.get(seat.outcome, _("已关闭")), ""),
        SeatState.RECUSED: (_("已回避"), ""),
        SeatState.ANNULLED: (_("意见已撤销"), ""),
    }
    return words[state_of(seat)]
