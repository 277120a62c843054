"""The acts on seats and what takes them back: one method an operation (C1–C7, C13)."""

from __future__ import annotations

from tests.operations.machine.model.people import acts_as, posts_at
from tests.operations.machine.model.rights import Rights
from tests.operations.machine.model.state import (
    ACTED,
    CLOSED,
    NODES,
    OPEN,
    WAITING,
    Refused,
    Request,
    Seat,
)


class Acts(Rights):
    """It raises Refused before anything is changed."""

    # Deciding

    def vote(
        self, actor: str, seat: Seat, version: int, outcome: str, items: tuple[str, ...] = ()
    ) -> None:
        self.opening(actor, seat, version)
        if outcome not in self.choices(seat):
            raise Refused(422, "unknown_outcome")
        self.no_objection(seat, outcome)
        if (
            outcome == "return"
            and seat.visit.name in ("county_review", "intake")
            and seat.signer in ("", "parallel")
        ):
            self.ask(seat, items)
        self.cast(seat, outcome, actor)

    def no_objection(self, seat: Seat, outcome: str) -> None:
        raise NotImplementedError

    def ask(self, seat: Seat, items: tuple[str, ...], *, check: bool = False) -> None:
        raise NotImplementedError

    def claim(self, actor: str, seat: Seat) -> None:
        self.sight(actor, seat)
        if not seat.open:
            raise Refused(422, "task_closed")
        self.allowed(actor, seat)
        if seat.holder is None:
            seat.holder = actor

    # Signers

    def add_signer(
        self,
        actor: str,
        seat: Seat,
        version: int,
        kind: str,
        users: list[str],
        mode: str = "ALL",
        binding: bool = False,
        outcome: str = "",
    ) -> None:
        self.opening(actor, seat, version)
        self.may_add(actor, seat, kind, users, binding)
        if kind == "after":
            self.may_say_at_once(seat, outcome)
        seat.holder = seat.holder or actor
        if kind == "parallel":
            self._beside(actor, seat, users, mode)
            return
        seat.added = kind
        if kind == "before":
            self.wait(seat, "before")
        else:
            self.acts += 1
            seat.acted = self.acts
            self.said(seat, outcome, actor)
        self.signers(seat, kind, users, mode, binding, actor)

    def may_add(self, actor: str, seat: Seat, kind: str, users: list[str], binding: bool) -> None:
        self.offered(seat)
        if kind != "parallel" and seat.added not in ("", kind):
            raise Refused(422, "mixed_add_kinds")
        in_body = kind == "parallel" and seat.body is not None
        if not in_body and seat.around() >= 3:
            raise Refused(422, "depth_exceeded")
        if binding and not seat.visit.node.failing and not seat.signer:
            raise Refused(422, "binding_impossible")
        self.may_sit(actor, seat, users, same_duty=kind == "parallel")

    def may_say_at_once(self, seat: Seat, outcome: str) -> None:
        """Signers after: the own opinion is stored now; what asks the applicant is not."""
        if outcome not in self.choices(seat):
            raise Refused(422, "unknown_outcome")
        self.no_objection(seat, outcome)
        if outcome == "return" and seat.visit.name in ("county_review", "intake"):
            raise Refused(422, "opinion_refused")

    def _beside(self, actor: str, seat: Seat, users: list[str], mode: str) -> None:
        body = seat.body or next(
            (aside for aside in self.still_asked(seat) if aside.kind == "parallel"), None
        )
        if body is None:
            self.signers(seat, "parallel", users, mode, True, actor)
            return
        for user in users:
            self.added[id(body), user] = actor
            self.add_place(body, user)
        self.weigh(body)

    @staticmethod
    def offered(seat: Seat) -> None:
        if seat.role == "applicant":
            raise Refused(422, "not_offered")
        if seat.signer == "delegate":
            raise Refused(422, "no_redelegation")

    def counted_people(self, seat: Seat) -> set[str]:
        seats = [
            one
            for one in seat.visit.every_seat()
            if one.state in (OPEN, WAITING, ACTED)
            and one.signer != "delegate"
            and one not in self.retracted
        ]
        return {person for one in seats for person in (one.holder, one.actor) if person}

    def may_sit(self, actor: str, seat: Seat, users: list[str], *, same_duty: bool) -> None:
        taken = self.counted_people(seat)
        for user in users:
            if user in taken or user == actor:
                raise Refused(422, "already_counted")
            if user == "a" or user in self.recused:
                raise Refused(422, "recused_user")
            fits = acts_as(user, seat.role, seat.organ) or (
                not same_duty and posts_at(user, seat.organ)
            )
            if not fits:
                raise Refused(422, "no_position")
            taken.add(user)

    def remove_signer(self, actor: str, seat: Seat, version: int, user: str) -> None:
        self.opening(actor, seat, version, state=_anything, right=_anything)
        here = [one for one in self.seats if one.visit.name == seat.visit.name and one.by]
        live = next((one for one in here if one.holder == user and one.live), None)
        if live is None or live.signer == "delegate":
            acted = any(one.actor == user and one.acted for one in here)
            raise Refused(422, "seat_has_acted" if acted else "not_added")
        if live.by != actor:
            raise Refused(403, "not_adder")
        if live.said:
            raise Refused(422, "seat_has_acted")
        body = live.body
        left = body.n - 1 + (body.kind == "parallel")
        if left < max(body.rule.least, 1):
            raise Refused(422, "below_quorum")
        if body.kind == "parallel" and body.n == 1:
            live.close(CLOSED, "removed")
            body.close("skipped")
            host = body.host
            if host.said and not self.still_asked(host):
                self.conclude(host, host.said)
            return
        self.uncount(live, CLOSED, "removed")
        self.weigh(body)

    # Other hands

    def transfer(self, actor: str, seat: Seat, version: int, to: str) -> None:
        self.opening(actor, seat, version)
        self.offered(seat)
        self.may_sit(actor, seat, [to], same_duty=not seat.signer)
        seat.holder = seat.holder or actor
        role, organ = (
            (seat.role, seat.organ)
            if acts_as(to, seat.role, seat.organ)
            else (posts_at(to, seat.organ)[0], seat.organ)
        )
        heir = Seat(
            seat.visit,
            role,
            organ,
            to,
            seat.body,
            seat.place,
            by=seat.by,
            due=seat.due,
            added=seat.added,
        )
        heir.held, heir.addressed = (*seat.held, seat.holder), True
        heir.asides, seat.asides = seat.asides, []
        for aside in heir.asides:
            aside.host = heir
        seat.close(CLOSED, "transferred")
        self.seats.append(heir)
        if seat.body is not None:
            seat.body.seats.append(heir)
        if seat in seat.visit.seats:
            seat.visit.seats.append(heir)

    def delegate(self, actor: str, seat: Seat, version: int, to: str) -> None:
        self.opening(actor, seat, version)
        self.offered(seat)
        if seat.around() >= 3:
            raise Refused(422, "depth_exceeded")
        self.may_sit(actor, seat, [to], same_duty=False)
        seat.holder = seat.holder or actor
        self.wait(seat, "delegate")
        self.signers(seat, "delegate", [to], "ANY", False, actor)

    def recall(self, actor: str, seat: Seat, version: int) -> None:
        def delegated(one: Seat) -> None:
            if one.state != WAITING or one.waits_for != "delegate":
                raise Refused(422, "not_delegated")

        self.opening(actor, seat, version, state=delegated)
        for aside in self.still_asked(seat):
            if aside.kind == "delegate":
                aside.close(CLOSED, "recalled")
        seat.state, seat.waits_for = OPEN, ""

    def copy_case(self, actor: str, seat: Seat, version: int, user: str) -> None:
        self.opening(actor, seat, version, state=_anything, right=_anything)
        self.offered(seat)
        if user in self.copies:
            raise Refused(422, "already_copied")
        if user == "a" or user in self.recused:
            raise Refused(422, "recused_user")
        self.copies.append(user)

    # Back and away

    def return_to(
        self, actor: str, seat: Seat, version: int, target: str, mode: str, items: tuple[str, ...]
    ) -> None:
        self.opening(actor, seat, version)
        to, gate = self.checked_return(seat, target, mode)
        if target in NODES and NODES[target].role == "applicant":
            self.ask(seat, items)
        self.send_back(to, gate, target, mode)

    def retract_opinion(self, actor: str, seat: Seat, version: int) -> None:
        self.opening(actor, seat, version, state=self._has_said, right=self._own_last)
        if seat.role == "applicant":
            raise Refused(422, "not_offered")
        self.checked_retraction(seat)
        self.retract(seat)

    def _has_said(self, seat: Seat) -> None:
        if seat.said:
            raise Refused(422, "signers_are_asked")
        if not self.has_acted(seat):
            raise Refused(422, "not_acted")

    def _own_last(self, actor: str, seat: Seat) -> None:
        if seat.actor != actor:
            raise Refused(403, "not_own_opinion")
        if self.position(actor, seat) is None:
            raise Refused(403, "no_position")
        own = [one for one in self.seats if one.actor == actor and self.has_acted(one)]
        if any(one.acted > seat.acted for one in own):
            raise Refused(422, "not_the_last")

    def involved(self) -> set[str]:
        """Officials who hold or held a seat."""
        seats = [one for one in self.seats if one.role != "applicant"]
        return {one.holder for one in seats if one.holder and (one.live or one.parked)} | {
            one.actor for one in seats if one.actor
        }

    def recuse_self(self, actor: str, seat: Seat) -> None:
        self.opening(actor, seat, None, state=_anything, right=_anything, leaving=True)
        self.overtake(actor)
        self.leave_case(actor)

    def overtake(self, person: str) -> None:
        for request in self.requests:
            if request.person == person and request.state == "requested":
                request.state = "in_force"

    def request_recusal(self, actor: str, seat: Seat, person: str) -> None:
        self.opening(actor, seat, None, state=_anything, right=_anything)
        if person not in self.involved():
            raise Refused(422, "not_involved")
        if person in self.recused or self.pending(person):
            raise Refused(422, "already_recused")
        if person == actor:
            raise Refused(422, "self_is_not_requested")
        self.requests.append(Request(person, actor))

    def may_rule(self, actor: str) -> bool:
        leads = acts_as(actor, "bureau_leader", "bureau") or "county_leader" in posts_at(
            actor, "north"
        )
        return leads and actor not in self.recused

    def rule_recusal(self, actor: str, request: Request, grant: bool) -> None:
        if not self.may_rule(actor):
            raise Refused(404, "not_found")
        if request.state != "requested":
            raise Refused(422, "already_ruled")
        if actor in (request.person, request.asked_by):
            raise Refused(403, "no_third_person")
        request.state = "in_force" if grant else "refused"
        if grant:
            self.leave_case(request.person)

    def order_recusal(self, actor: str, person: str) -> None:
        if not self.may_rule(actor):
            raise Refused(404, "not_found")
        if person not in self.involved() or person == actor:
            raise Refused(422, "not_involved")
        if person in self.recused:
            raise Refused(422, "already_recused")
        self.overtake(person)
        self.leave_case(person)


def _anything(*_asked: object) -> None:
    """Sight is enough."""
