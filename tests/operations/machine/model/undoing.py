"""What is taken back: one's own opinion (C7), the part of somebody who must stay away (C13)."""

from __future__ import annotations

from tests.operations.machine.model.people import acts_as
from tests.operations.machine.model.returning import Returning
from tests.operations.machine.model.state import (
    ACTED,
    ANNULLED,
    CLOSED,
    OPEN,
    RECUSED,
    SKIPPED,
    Again,
    Body,
    Refused,
    Seat,
    Visit,
)


class Undoing(Returning):
    """Steps are opened again as if the opinion had not been given."""

    # 取回

    def checked_retraction(self, seat: Seat) -> None:
        visit = seat.visit
        if self.ended:
            raise Refused(422, "process_ended")
        if seat.signer:
            raise Refused(422, "signer_only_advises")
        if not self.present(visit) or seat in self.retracted:
            raise Refused(422, "already_undone")
        later = self.after(self.twins(visit)) if visit.state != "open" else set()
        if self._later_in_sequence(seat):
            raise Refused(409, "next_has_acted")
        self._nothing_built(later)
        if self.told_applicant(seat) or seat.outcome == "accept":
            raise Refused(422, "irreversible")

    @staticmethod
    def _nothing_built(later: set[Visit]) -> None:
        for one in sorted(later, key=lambda visit: visit.number):
            if one.fired:
                raise Refused(409, "time_has_passed")
            if any(other.acted and other.actor for other in one.every_seat()):
                raise Refused(409, "next_has_acted")

    def told_applicant(self, seat: Seat) -> bool:
        raise NotImplementedError

    @staticmethod
    def _later_in_sequence(seat: Seat) -> bool:
        body = seat.body
        return (
            body is not None
            and body.rule.mode == "SEQUENCE"
            and any(place.vote and place.counted for place in body.places[seat.place + 1 :])
        )

    def retract(self, seat: Seat) -> None:
        self.retracted.add(seat)
        if seat.body is None:
            self.visit_again(seat.visit, "retracted", seat, seat.actor)
            return
        self.revive(seat.visit, "retracted")
        body = seat.body
        self.take_from_later(body, seat.place)
        body.places[seat.place].vote = None
        body.first = [n for n in body.first if n != seat.place]
        body.seats.remove(seat)
        again = self.sit_again(body, seat.place, seat)
        again.holder = seat.actor if seat.holder is None else seat.holder
        self.ask_the_others(body)
        self.weigh(body)
        self.leave_tied(body)

    def take_from_later(self, body: Body, place: int) -> None:
        """In a sequence only the first undecided seat is open."""
        if body.rule.mode != "SEQUENCE":
            return
        for seat in [one for one in body.seats if one.live and one.place > place]:
            seat.close(CLOSED, "retracted")
            body.places[seat.place].opened = False

    def sit_again(self, body: Body, number: int, like: Seat) -> Seat:
        """The seat is open again, with the day and the post it had."""
        seat = Seat(
            body.visit,
            like.role,
            like.organ,
            like.holder,
            body,
            number,
            by=like.by,
            due=like.due,
            held=like.held,
        )
        seat.addressed = True
        body.seats.append(seat)
        body.visit.seats.append(seat)
        self.seats.append(seat)
        return seat

    def ask_the_others(self, body: Body) -> None:
        """Seats that were not needed any more are needed again."""
        if body.rule.mode == "SEQUENCE":
            return
        for seat in list(body.seats):
            seated = any(one.live and one.place == seat.place for one in body.seats)
            place = body.places[seat.place]
            if seat.state == SKIPPED and place.counted and not place.vote and not seated:
                self.sit_again(body, seat.place, seat)

    def visit_again(self, visit: Visit, why: str, seat: Seat, holder: str | None) -> Visit:
        """A step of one seat has a new visit: the same term, what was to follow follows."""
        bases = self.twins(visit)
        _back, gone = self.rewind(bases, why)
        again = visit.again
        if again is not None and again.mode == "resume":
            again.resumed = False
            again.undone |= gone | bases
            if again not in self.agains:
                self.agains.append(again)
            new = self.visit(visit.name, visit.before, again)
        else:
            said = Again(
                self.next_number(),
                why,
                visit.name,
                "replay",
                self.version,
                visit,
                visit.outcome,
                gone | bases,
                [],
            )
            new = self.reopen(visit.name, visit.before, said)
        new.seats[0].due, new.timer = seat.due, visit.timer
        new.seats[0].holder = holder
        self.received[new.seats[0]] = self.entered_on(seat)
        return new

    def revive(self, visit: Visit, why: str) -> None:
        """A panel goes on as the same visit."""
        if visit.state == "open":
            self.agains.append(
                Again(self.next_number(), why, "", "replay", self.version, None, None, set(), [])
            )
            return
        bases = self.twins(visit)
        _back, gone = self.rewind(bases, "retracted" if why == "retracted" else "returned")
        if visit.again is not None and visit.again.resumed:
            visit.again.resumed = False
        self.agains.append(
            Again(self.next_number(), why, "", "replay", self.version, None, None, gone - bases, [])
        )
        visit.state, visit.outcome, visit.by_diagram = "open", "", False
        visit.revived = self.now
        visit.panel.live = True
        self.phase = visit.node.phase

    # 回避

    def leave_case(self, person: str) -> None:
        """He sees nothing more; what he said and holds is no more counted."""
        self.recused.add(person)
        if self.ended:
            return
        while (seat := self._next_act(person)) is not None:
            self.annul(seat)
        for seat in [
            one for one in self.seats if one.live and person in (one.holder, one.said and one.actor)
        ]:
            if seat.live and seat.role != "applicant":
                self.vacate(seat)
        for seat in list(self.seats):
            if (
                seat.open
                and seat.holder is None
                and seat.role != "applicant"
                and acts_as(person, seat.role, seat.organ)
            ):
                seat.parked = not self.others(seat)

    def _next_act(self, person: str) -> Seat | None:
        return next(
            (
                seat for seat in self.seats
                if seat.actor == person and seat.state == ACTED and not seat.said and seat.role != "applicant"
                and seat not in self.retracted and self.present(seat.visit)
            ),
            None,
        )  # fmt: skip

    def others(self, seat: Seat) -> list[str]:
        raise NotImplementedError

    def annul(self, seat: Seat) -> None:
        body, visit = seat.body, seat.visit
        if body is None:
            seat.state = ANNULLED
            new = self.visit_again(visit, "returned", seat, None)
            new.seats[0].parked = not self.others(new.seats[0])
            return
        if visit.state == "left":  # came straight back as another visit: it is not reopened
            seat.state = ANNULLED
            return
        if body.kind == "panel":
            self.revive(visit, "annulled")
            self.uncount(seat, RECUSED)
            self.ask_the_others(body)
            self.weigh(body)
            self.leave_tied(body)
            return
        self._annul_signer(seat, body)

    def _annul_signer(self, seat: Seat, body: Body) -> None:
        """Advice is struck out; where it decided, the step is open again."""
        visit, decided = seat.visit, not body.live
        failed = self.verdict(body) == "FAILED"
        beside = body.kind == "parallel" and body.host.body is None
        if not decided:
            self.uncount(seat, RECUSED)
            self.weigh(body)
            return
        seat.state = ANNULLED
        if visit.state != "passed" or not (beside or (body.binding and failed)):
            return
        if visit.panel is not None:
            self.revive(visit, "annulled")
            self.ask_the_others(visit.panel)
            self.weigh(visit.panel)
            self.leave_tied(visit.panel)
            return
        own = [one for one in visit.seats if one.body is None][-1]
        new = self.visit_again(visit, "returned", own, None)
        new.seats[0].parked = not self.others(new.seats[0])

    def vacate(self, seat: Seat) -> None:
        """An office's seat goes to a colleague; a named person's is counted no more. A question to
        a colleague goes back to who has asked it."""
        body = seat.body
        if body is not None and body.kind == "delegate":
            body.close(RECUSED)
            body.host.state, body.host.waits_for = OPEN, ""
            return
        if body is not None:
            self.uncount(seat, RECUSED)
            self.weigh(body)
            self.leave_tied(body)
            return
        visit = seat.visit
        acted = bool(seat.said)
        seat.close(ANNULLED if acted else RECUSED)
        if not self.others(seat):
            seat.parked = True
            return
        visit.state = "left"
        new = Visit(
            len(self.visits) + 1, visit.name, visit.before, again=visit.again, timer=visit.timer
        )
        self.visits.append(new)
        self.own_seat(new, seat.due)
