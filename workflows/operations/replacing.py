"""A place of a panel whose holder has left gets a new one (semantics C13).

By a rule of the step at once (`workflows.vacancies`), else by a person, here. Who may name, and
whom a rule asks for, is the caller's to ask.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _

from workflows.cases import World, execution, live_rows, run_through
from workflows.eligibility import posts_of
from workflows.errors import WrongState
from workflows.execution import Execution
from workflows.models import LIVE, Process, Task
from workflows.nodes import ballot, panel
from workflows.nodes.ballot import gone_from
from workflows.nodes.human import HumanActivation
from workflows.operations.acts import Step, journalled, step_of
from workflows.operations.on_case import CaseAct
from workflows.operations.opening import going_on, remember

if TYPE_CHECKING:
    from organizations.models import User

LEFT = frozenset({"recused", "annulled", ballot.LEFT})
"""Why a place is empty that somebody may take; who was taken off (减签) is not followed."""


@dataclass(frozen=True, slots=True)
class EmptyPlace:
    """A place of a panel at work without a holder: `seat` is the row of who has left it."""

    panel: int
    number: int
    seat: Task

    @property
    def name(self) -> str:
        """For forms: one place of a case."""
        return f"{self.panel}-{self.number}"


def empty_places(process_id: int, role: str) -> list[EmptyPlace]:
    """The places of this role whose holders have left, in panels at work; two queries, one when no
    panel is at work."""
    bodies = {
        body.pk: gone_from(body.data)
        for body in Task.objects.filter(
            process=process_id, status__in=LIVE, flow_task_type="HUMAN", item=""
        )
        if gone_from(body.data)
    }
    found: dict[tuple[int, int], EmptyPlace] = {}
    rows = Task.objects.filter(parent__in=bodies, role=role, flow_task_type="HUMAN")
    for row in rows.select_related("owner", "actor", "organ", "process__party").order_by("pk"):
        number = int(row.data["seat"])
        if bodies[row.parent_id].get(str(number)) in LEFT:
            found[row.parent_id, number] = EmptyPlace(row.parent_id, number, row)
    return [found[place] for place in sorted(found)]


def holders_of(place: EmptyPlace) -> Collection[int]:
    """Who holds or held a seat of that panel; one query."""
    rows = Task.objects.filter(parent=place.panel).values_list("owner_id", "actor_id")
    return frozenset(person for row in rows for person in row if person is not None)


def take_place(act: CaseAct, place: EmptyPlace, person: int, *, by: User, reason: str) -> Step:
    """`person` has the seat and its number from now on; the panel goes on, weighed anew.

    Raises WrongState: reason_missing, suspended, already_counted, recused_user, no_position,
    not_fit, unknown_user.
    """
    if not reason.strip():
        raise WrongState(_("请写明事由。"), code="reason_missing")
    going_on(act.process)
    world = World()
    (post,) = posts_of(
        [person], task=place.seat, process=act.process, by=by.pk, world=world, same_duty=True
    )

    def sit(run: Execution) -> None:
        row = next(row for row in run.rows if row.pk == place.panel)
        body = cast(panel.PanelActivation, run.activation(row))
        panel.add_seat(body, post, place=place.number)
        panel.reweigh(body)

    run = run_through(execution(act.process, live_rows(act.process), world), sit, world)
    step = step_of(run, None)
    told = {"panel": place.panel, "seat": place.number, "to": person, "reason": reason.strip()}
    journalled(step, "replace_holder", by, told)
    remember(act, step)
    return step


def leave_place(
    process: Process, seat: Task, heir: Mapping[str, Any] | None, *, by: User, reason: str
) -> Step:
    """The holder of a place who has not voted leaves for a reason that is no recusal; `heir` (as
    `panel.add_seat` takes it) has it at once, None: it stays empty until somebody is named. The
    panel is weighed anew. Under the lock of the case, its key asked by the caller.

    Raises WrongState: suspended.
    """
    going_on(process)
    world = World()

    def go(run: Execution) -> None:
        row = next(row for row in run.rows if row.pk == seat.pk)
        body = cast(panel.PanelActivation, panel.body_of_seat(run, row))
        panel.uncount(cast(HumanActivation, run.activation(row)), ballot.LEFT)
        if heir is not None:
            panel.add_seat(body, heir, place=row.data["seat"])
        panel.reweigh(body)

    run = run_through(execution(process, live_rows(process), world), go, world)
    step = step_of(run, None)
    told = {"panel": seat.parent_id, "seat": seat.data["seat"], "from": seat.owner_id}
    told["to"] = heir["person"] if heir is not None else None
    journalled(step, "replace_holder", by, {**told, "reason": reason})
    return step
