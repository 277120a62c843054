"""A place of the panel whose expert has left it: who named the experts is told, and names the
replacement. While the draw has a substitute, nobody else may be named (semantics C13)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.experts import gate
from approvals.experts.services.draws import replaced
from approvals.experts.services.succession import KIND, next_in_line
from approvals.notifications.services import notify
from approvals.reviews.following import follow
from organizations.holders import holders
from organizations.models import User
from organizations.roles import Role
from workflows.eligibility import colleagues
from workflows.models import Task
from workflows.operations import Step
from workflows.operations.on_case import on_case
from workflows.operations.replacing import EmptyPlace, empty_places, holders_of, take_place

NEEDED = "needs_replacement"
"""How the reason of a case begins whose panel is too small."""


@transaction.atomic
def name_replacement(
    application_id: int, *, actor: User, key: str, place: str, person: int, reason: str
) -> Step:
    """`person` has the empty place from now on; the substitute whose turn it is, if there is one.

    Raises OperationError of the engine, NotAllowedError; WrongStateError place_taken, out_of_turn.
    """
    found = Application.objects.values_list("process_id", flat=True).get(pk=application_id)
    payload = {
        "operation": "name_replacement",
        "place": place,
        "person": person,
        "reason": reason,
    }
    act = on_case(found, actor=actor, key=key, payload=payload)
    if act.replayed is not None:
        return act.replayed
    case = gate.locked_case(application_id)
    gate.require_replacer(actor, case)
    empty = next((one for one in empty_of(case) if one.name == place), None)
    if empty is None:
        raise WrongStateError(_("该席位已经补选，或者评审已经结束。"), code="place_taken")
    _in_turn(case, empty, person, actor, reason)
    step = take_place(act, empty, person, by=actor, reason=reason)
    follow(case, step, by=actor)
    return step


def empty_of(case: Application) -> list[EmptyPlace]:
    """The empty places of the case's panel; two queries at most."""
    return [] if case.process_id is None else empty_places(case.process_id, Role.EXPERT)


def whom_to_name(case: Application, empty: EmptyPlace) -> tuple[bool, list[User]]:
    """Who may be named for the place, by name; with the draw's substitute alone (True) while there
    is one. About ten queries."""
    due = next_in_line(case, _left(empty), seated=holders_of(empty))
    if due is not None:
        return True, list(User.objects.filter(pk=due.user))
    return False, list(colleagues(empty.seat, without=0).duty)


def _in_turn(case: Application, empty: EmptyPlace, person: int, actor: User, reason: str) -> None:
    """Where the draw still has somebody, he comes, and the draw says so."""
    due = next_in_line(case, _left(empty), seated=holders_of(empty))
    if due is None:
        return
    if person != due.user:
        raise WrongStateError(
            _("该席位应由抽取的候补专家按顺序递补，不能另行指定。"), code="out_of_turn"
        )
    if not due.called:
        replaced(case, due.left, actor=actor, reason=reason, seated=holders_of(empty))


def _left(empty: EmptyPlace) -> int:
    return int(empty.seat.owner_id or empty.seat.actor_id or 0)


def after_a_move(case: Application, step: Step, _by: User | None) -> None:
    """What follows every move (`reviews.following`): a recusal, or seats that opened for somebody
    who must stay away, may have left a place empty. No query after an ordinary decision."""
    seated = any(task.role == Role.EXPERT for task in step.opened)
    if step.completed is None or seated or step.blocked.startswith(NEEDED):
        tell_who_named(case)


def tell_who_named(case: Application) -> None:
    """Once for each place: who named the experts and is in office, else everybody who could."""
    for empty in empty_of(case):
        words = {"number": case.number}
        notify(
            _who_named(case),
            kind=KIND,
            title=_("评审专家离席，席位空缺，请补选专家（%(number)s）") % words,
            link=reverse("experts:panel", args=[case.pk]),
            key=f"empty:{empty.seat.pk}",
            case=case.stream,
        )


def _who_named(case: Application) -> list[User]:
    rows = Task.objects.filter(process=case.process_id, actor__isnull=False, item="")
    for row in rows.select_related("actor", "organ").order_by("-pk"):
        if row.role and gate.naming_field(case, row) is not None and row.organ is not None:
            people = list(holders(row.role, row.organ))
            return [one for one in people if one.pk == row.actor_id] or people
    return []
