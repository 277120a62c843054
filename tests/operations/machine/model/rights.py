"""Who may do what now: sight, state, version, right, in the contract's order (C0)."""

from __future__ import annotations

from collections.abc import Callable

from tests.operations.machine.model.people import PEOPLE, acts_as, posts_at
from tests.operations.machine.model.state import (
    ACTED,
    ANNULLED,
    OPEN,
    WAITING,
    Body,
    Refused,
    Request,
    Seat,
)
from tests.operations.machine.model.undoing import Undoing


class Rights(Undoing):
    """Sight, state, version, right."""

    requests: list[Request]
    agencies: list[tuple[str, str]]
    suspended: bool
    copies: list[str]

    # People

    def post_for(self, body: Body, person: str) -> tuple[str, str]:
        node = body.visit.node
        host = body.host
        role, organ = (host.role, host.organ) if host is not None else (node.role, node.organ)
        if acts_as(person, role, organ):
            return role, organ
        return posts_at(person, organ)[0], organ

    def adder(self, body: Body, person: str) -> str | None:
        return self.added.get((id(body), person)) or self.added_by.get(body)

    added: dict[tuple[int, str], str]

    def others(self, seat: Seat) -> list[str]:
        return [p for p in PEOPLE if acts_as(p, seat.role, seat.organ) and p not in self.recused]

    def pending(self, person: str) -> bool:
        return any(r.person == person and r.state == "requested" for r in self.requests)

    def position(self, actor: str, seat: Seat) -> str | None:
        """The person whose post it is by which the actor may act: himself or his principal."""
        own = acts_as(actor, seat.role, seat.organ)
        if own and seat.holder in (None, actor):
            return actor
        if seat.role != "applicant":
            for principal, agent in self.agencies:
                fits = acts_as(principal, seat.role, seat.organ) and seat.holder in (
                    None,
                    principal,
                )
                if agent == actor and fits and principal not in self.recused:
                    return principal
        return actor if own else None

    # The shared beginning

    def sight(self, actor: str, seat: Seat) -> None:
        involved = actor in (seat.holder, seat.actor)
        if self.position(actor, seat) is None and not involved:
            raise Refused(404, "not_found")
        if actor in self.recused and seat.role != "applicant":
            raise Refused(404, "not_found")

    @staticmethod
    def acted_not(seat: Seat) -> None:
        if seat.parked:
            return
        if seat.state in (ACTED, ANNULLED) or seat.done_without:
            raise Refused(409, "already_decided")
        if not seat.live:
            raise Refused(422, "task_closed")

    def undecided(self, seat: Seat) -> None:
        self.acted_not(seat)
        if seat.state == WAITING:
            raise Refused(422, "seat_waits")
        if not seat.open:
            raise Refused(422, "task_closed")

    def opening(
        self, actor: str, seat: Seat, version: int | None, *, state: Callable[[Seat], None] | None = None,
        right: Callable[[str, Seat], None] | None = None, leaving: bool = False,
    ) -> None:  # fmt: skip
        self.sight(actor, seat)
        (state or self.undecided)(seat)
        if not leaving and self.suspended:
            raise Refused(422, "suspended")
        principal = self.position(actor, seat)
        if not leaving and (self.pending(actor) or (principal and self.pending(principal))):
            raise Refused(422, "recusal_pending")
        if version is not None and version != self.version:
            raise Refused(409, "stale")
        (right or self.allowed)(actor, seat)
        if principal not in (None, actor):
            self.not_twice(actor, seat)

    def allowed(self, actor: str, seat: Seat) -> None:
        principal = self.position(actor, seat)
        if principal is None:
            raise Refused(403, "no_position")
        people = {actor, principal}
        if seat.holder is not None and seat.holder not in people:
            raise Refused(403, "held_by_another")
        excluded = seat.visit.node.excluded
        if any(
            one.visit.name == excluded and one.actor in people and self.has_acted(one)
            for one in self.seats
        ):
            raise Refused(403, "four_eyes")

    @staticmethod
    def has_acted(seat: Seat) -> bool:
        return seat.state in (ACTED, ANNULLED) and not seat.said

    def not_twice(self, actor: str, seat: Seat) -> None:
        if seat.body is None:
            return
        for other in seat.body.seats:
            counted = other.state in (OPEN, WAITING, ACTED) and other.signer != "delegate"
            if other is not seat and counted and actor in (other.holder, other.actor):
                raise Refused(422, "already_counted")

    def choices(self, seat: Seat) -> tuple[str, ...]:
        if seat.signer == "delegate":
            return ("answered",)
        if seat.signer in ("before", "after"):
            return ("approve", "reject", "abstain")
        return seat.visit.node.outcomes
