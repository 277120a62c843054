"""A drawn expert leaves for a reason that is no recusal (退出, as illness): the next of the
committed order comes, and has his seat at once where the panel is at work (semantics C13)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.applications.acts import already_done, remember
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.experts import gate, selectors
from approvals.experts.models import Replacement
from approvals.experts.services.draws import replaced
from approvals.experts.services.succession import KIND, heir_of
from approvals.notifications.services import notify
from approvals.reviews import steps
from approvals.reviews.following import follow
from organizations.models import User
from organizations.roles import Role
from workflows.models import LIVE, Process, Task
from workflows.nodes.seat import SAID
from workflows.operations.replacing import EmptyPlace, holders_of, leave_place


@transaction.atomic
def replace(application_id: int, *, actor: User, key: str, left: int, reason: str) -> Replacement:
    """The next substitute comes for the drawn expert `left` (id of the pool); a place for which
    nobody is left stays empty, and who named the experts is told.

    Raises NotAllowedError; WrongStateError not_on_panel, reason_missing, has_voted; OperationError
    of the engine (suspended).
    """
    case = gate.locked_case(application_id)
    gate.require_replacer(actor, case)
    payload = {"left": left, "reason": reason.strip()}
    if already_done(case, key, "replace_expert", payload):
        return Replacement.objects.get(draw__application=case, left=left)
    if not reason.strip():
        raise WrongStateError(_("请写明退出的原因。"), code="reason_missing")
    panel = {entry["id"]: entry["user"] for entry in selectors.panel(selectors.draws_of(case))}
    place = _place_of(case, panel[left]) if left in panel else None
    seated = holders_of(place) if place is not None else ()
    row = replaced(case, left, actor=actor, reason=reason.strip()[:200], seated=seated)
    if row is None:
        raise WrongStateError(_("该专家不在抽中名单内，或者已经退出。"), code="not_on_panel")
    remember(case, key, "replace_expert", payload)
    if place is not None:
        _hand_over(case, place, row, actor)
    return row


def _place_of(case: Application, person: int) -> EmptyPlace | None:
    """His place in the panel at work; None where his seat is not open (yet). Raises has_voted."""
    rows = Task.objects.filter(
        process=case.process_id, role=Role.EXPERT, owner=person, parent__status__in=LIVE
    )
    votes = [row for row in rows.select_related("owner").order_by("pk") if steps.casts_vote(row)]
    counted = [row for row in votes if "uncounted" not in row.data]
    if any(row.status not in LIVE or SAID in row.data for row in counted):
        raise WrongStateError(_("该专家已经投票，意见有效，不需要递补。"), code="has_voted")
    seat = next(iter(counted), None)
    return None if seat is None else EmptyPlace(seat.parent_id, int(seat.data["seat"]), seat)


def _hand_over(case: Application, place: EmptyPlace, row: Replacement, actor: User) -> None:
    process = Process.objects.get(pk=case.process_id)  # locked with the case
    heir = heir_of(case, row.draw, row, holders_of(place))
    step = leave_place(process, place.seat, heir, by=actor, reason=row.reason)
    follow(case, step, by=actor)
    if place.seat.owner is not None:
        notify(
            [place.seat.owner],
            kind=KIND,
            title=_("您已退出评审，不需要再投票（%(number)s）") % {"number": case.number},
            link=reverse("worklist:queue"),
            case=case.stream,
        )
