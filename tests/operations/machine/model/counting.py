"""Seats vote, bodies weigh, signers come between (semantics C0–C5)."""

from __future__ import annotations

from collections.abc import Iterable

from tests.operations.machine.model.law import Rule, verdict
from tests.operations.machine.model.state import (
    ACTED,
    ANNULLED,
    CASTING,
    OPEN,
    RECUSED,
    SKIPPED,
    WAITING,
    Body,
    Place,
    Seat,
    Visit,
)


class Counting:
    """What a vote, an added, a lost seat does to its step; `pass_on` is the course's."""

    acts = now = 0

    def pass_on(self, visit: Visit, outcome: str, *, by_person: bool = True) -> None:
        raise NotImplementedError

    # Votes

    def cast(self, seat: Seat, outcome: str, actor: str) -> None:
        """The holder answers; the step is decided when those beside and after him are heard."""
        self.acts += 1
        seat.actor, seat.acted = actor, self.acts
        if self.still_asked(seat):
            self.said(seat, outcome, actor)
            for aside in self.still_asked(seat):
                if aside.kind == "parallel":
                    self.weigh(aside)
            return
        self.conclude(seat, outcome)

    def said(self, seat: Seat, outcome: str, actor: str) -> None:
        seat.said, seat.state, seat.actor = outcome, ACTED, actor
        seat.holder = seat.holder or actor

    def still_asked(self, seat: Seat) -> list[Body]:
        return [aside for aside in seat.asides if aside.live]

    def conclude(self, seat: Seat, outcome: str) -> None:
        """His answer goes into the step."""
        seat.close(ACTED)
        seat.when = self.now
        seat.outcome = outcome
        body = seat.body
        if body is None:
            self.pass_on(seat.visit, outcome)
            return
        vote = outcome if body.kind == "panel" else CASTING.get(outcome, "approve")
        body.places[seat.place].vote = vote
        body.first.append(seat.place)
        self.weigh(body)

    def weigh(self, body: Body) -> None:
        """Decided: the step ends, the others are skipped. Else whoever's turn it is sits down."""
        if not body.live:
            return
        found = self.verdict(body)
        body.blocked = found == "BLOCKED"
        if found in ("PASSED", "FAILED"):
            self.finish(body, found == "PASSED")
        elif found == "OPEN":
            self.seat_next(body)

    def verdict(self, body: Body) -> str:
        votes = [place.vote for place in body.places if place.counted]
        told = [body.places[n].vote for n in body.first if body.places[n].counted]
        if body.kind == "parallel":
            host = body.host
            waits_behind = any(aside.live for aside in host.asides if aside.kind == "after")
            own = CASTING.get(host.said, "approve") if host.said and not waits_behind else None
            votes = [own, *votes]
            told = self._in_order(body, own) if own else told
        weights = [place.weight for place in body.places if place.counted]
        return verdict(body.rule, votes, self._first(told), weights)

    def _in_order(self, body: Body, own: str) -> list[str | None]:
        seats = {seat.place: seat.acted for seat in body.seats if seat.outcome}
        said = [
            (seats.get(n, 0), body.places[n].vote) for n in body.first if body.places[n].counted
        ]
        return [
            vote for _when, vote in sorted([*said, (body.host.acted, own)], key=lambda one: one[0])
        ]

    @staticmethod
    def _first(votes: Iterable[str | None]) -> str | None:
        return next((vote for vote in votes if vote in ("approve", "reject")), None)

    def finish(self, body: Body, passed: bool) -> None:
        body.close(SKIPPED)
        if body.kind == "panel":
            self.pass_on(body.visit, "approve" if passed else "reject")
            return
        host: Seat = body.host
        if body.kind == "parallel":
            self._together(body, passed)
        elif not passed and body.binding:
            self.fail(host)
        elif host.said:
            self._behind_is_done(host)
        else:
            host.state, host.waits_for = OPEN, ""

    def _behind_is_done(self, host: Seat) -> None:
        """Those after him are heard: his answer counts now, with those beside him."""
        beside = [aside for aside in self.still_asked(host) if aside.kind == "parallel"]
        if beside:
            self.weigh(beside[0])
        elif not self.still_asked(host):
            self.conclude(host, host.said)

    def _together(self, body: Body, passed: bool) -> None:
        """Passed: the seat's own answer, else the first that approves. Failed: the first against."""
        host: Seat = body.host
        known = [host.said] if host.said else []
        known += [
            seat.outcome
            for seat in sorted(body.seats, key=lambda one: one.place)
            if seat.outcome and body.places[seat.place].counted and seat.state == ACTED
        ]
        wanted = [
            one
            for one in known
            if CASTING.get(one, "approve") == ("approve" if passed else "reject")
        ]
        outcome = wanted[0] if wanted else host.visit.node.failing
        if not host.said:
            # decided without him: his seat was not needed
            host.close(SKIPPED)
            host.outcome, host.done_without = outcome, True
            self._without(host, outcome)
            return
        self.conclude(host, outcome)

    def _without(self, host: Seat, outcome: str) -> None:
        if host.body is None:
            self.pass_on(host.visit, outcome)
            return
        host.body.places[host.place].vote = CASTING.get(outcome, "approve")
        host.body.first.append(host.place)
        self.weigh(host.body)

    def fail(self, host: Seat) -> None:
        """Binding signers have refused: the step fails; a signer's own answer is a refusal."""
        body = host.body
        if body is None:
            self._decided(host, host.visit.node.failing)
        elif body.kind == "panel":
            host.close(SKIPPED)
            body.close(SKIPPED)
            self.pass_on(body.visit, "reject")
        else:
            self._decided(host, "answered" if body.kind == "delegate" else "reject")

    def _decided(self, host: Seat, outcome: str) -> None:
        if host.said:
            self.conclude(host, outcome)
            return
        host.close(SKIPPED)
        host.outcome, host.done_without = outcome, True
        self._without(host, outcome)

    # Seats come

    def seat_next(self, body: Body) -> None:
        """In a sequence the first undecided one only, else everybody."""
        for number, place in enumerate(body.places):
            if place.opened or not place.counted:
                continue
            if body.rule.mode == "SEQUENCE" and any(seat.live for seat in body.seats):
                return
            place.opened = True
            self.sit(body, number)

    def sit(self, body: Body, number: int, **more: object) -> Seat:
        raise NotImplementedError

    def add_place(self, body: Body, person: str) -> None:
        body.places.append(Place(person=person))

    def signers(
        self, host: Seat, kind: str, people: list[str], mode: str, binding: bool, by: str
    ) -> Body:
        body = Body(kind, Rule(mode), host.visit, host, binding=binding)
        body.places = [Place(person=person) for person in people]
        host.asides.append(body)
        self.added_by[body] = by
        self.weigh(body)
        return body

    added_by: dict[Body, str]

    # Seats go

    def uncount(self, seat: Seat, state: str, why: str = "") -> None:
        """It counts no more, nor what was said on it; the caller weighs."""
        body = seat.body
        acted = seat.state == ACTED
        if body is not None:
            body.places[seat.place].counted = False
            body.places[seat.place].vote = None
            body.first = [n for n in body.first if n != seat.place]
        seat.close(ANNULLED if acted and state == RECUSED else state, why)

    def wait(self, seat: Seat, what: str) -> None:
        seat.state, seat.waits_for = WAITING, what
