"""The step's rule for a drawn expert who is recused before he has voted, or whom the draw has
replaced before his seat opened: the next of the draw.

Called by the engine (`workflows.vacancies`) under the lock of the case, in the transaction of the
recusal: seat closed, substitute recorded, substitute seated, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.experts import selectors
from approvals.experts.models import Draw, Replacement
from approvals.experts.pooling import hindered, pool_organ
from approvals.experts.services.draws import next_of, replaced
from approvals.notifications.services import notify
from organizations.roles import Role
from workflows.models import Process, Task


def successor(process: Process, seat: Task, seated: frozenset[int]) -> Mapping[str, Any] | None:
    """Who takes the seat; None when its holder was not drawn or no substitute can come."""
    if seat.role != Role.EXPERT or seat.owner_id is None:
        return None
    case = (
        Application.objects.select_related("program", "applicant", "county")
        .filter(process=process.pk)
        .first()
    )
    if case is None:
        return None
    drawn = _entry(selectors.draws_of(case), seat.owner_id)
    if drawn is None:
        return None
    draw, number = drawn
    row = _called_before(draw, number)
    if row is None:
        row = replaced(case, number, actor=None, reason=_("回避"), seated=seated)
        if row is not None:
            _tell(case, draw, came=row.came is not None)
    return heir_of(case, draw, row, seated)


KIND = "expert_panel"
"""Kind of the notification: a panel has lost a member."""


@dataclass(frozen=True, slots=True)
class InLine:
    """Who is to have the seat of a drawn expert who left."""

    user: int
    left: int
    """The leaver's number in the pool of the draw."""
    called: bool
    """The draw says so already."""


def next_in_line(case: Application, user: int, *, seated: Collection[int]) -> InLine | None:
    """Whom the draw wants in the place of this person; None when he was not drawn or nobody is
    left. Nothing is written."""
    drawn = _entry(selectors.draws_of(case), user)
    if drawn is None:
        return None
    draw, number = drawn
    row = _called_before(draw, number)
    if row is not None:
        seat = heir_of(case, draw, row, seated)
        return InLine(seat["person"], number, called=True) if seat is not None else None
    came, _passed = next_of(case, draw, number, seated)
    return InLine(_user(draw, came), number, called=False) if came is not None else None


def _user(draw: Draw, number: int) -> int:
    return next(int(entry["user"]) for entry in draw.pool if entry["id"] == number)


def _entry(draws: list[Draw], user: int) -> tuple[Draw, int] | None:
    """The draw that brought him, and his number in its pool."""
    for draw in draws:
        people = {entry["user"]: entry["id"] for entry in draw.pool}
        called = {*draw.drawn, *(row.came for row in draw.replacements.all())}
        if draw.drawn_at is not None and people.get(user) in called:
            return draw, people[user]
    return None


def _called_before(draw: Draw, number: int) -> Replacement | None:
    """A later visit of the step names him again: who came for him then, or for that one."""
    rows = {row.left: row for row in draw.replacements.all()}
    row = rows.get(number)
    while row is not None and row.came is not None and row.came in rows:
        row = rows[row.came]
    return row


def heir_of(
    case: Application, draw: Draw, row: Replacement | None, seated: Collection[int]
) -> Mapping[str, Any] | None:
    """The seat of who came, as `panel.add_seat` takes it; None when nobody did or he can no longer
    come."""
    pool = pool_organ(case)
    if row is None or row.came is None or pool is None or row.came in hindered(case, draw, seated):
        return None
    return {
        "person": _user(draw, row.came),
        "role": Role.EXPERT.value,
        "organ": pool.pk,
        "by": draw.by_id,
    }


def _tell(case: Application, draw: Draw, *, came: bool) -> None:
    title = (
        _("评审专家回避，候补专家已按抽取顺序递补（%(number)s）")
        if came
        else _("评审专家回避，候补专家已用尽（%(number)s）")
    )
    notify(
        [draw.by],
        kind=KIND,
        title=title % {"number": case.number},
        link=f"/applications/{case.pk}/draw/",
        case=case.stream,
    )
