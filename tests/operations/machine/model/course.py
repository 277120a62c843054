"""The way of a case: visits of steps, each after what led to it; returns and what follows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.operations.machine.model.counting import Counting
from tests.operations.machine.model.law import nth_workday
from tests.operations.machine.model.people import MEMBERS
from tests.operations.machine.model.state import (
    ACTED,
    ANNULLED,
    CLOSED,
    CORRECTIONS,
    NODES,
    RECUSED,
    Again,
    Body,
    Place,
    Refused,
    Seat,
    Visit,
)

BRANCHES = {"panel": "site", "site": "panel"}
ENDS = {
    "county_review": ("refused", "done_no"),
    "intake": ("not_accepted", "not_accepted"),
    "correction": ("lapsed", "lapsed"),
    "intake_correction": ("lapsed", "lapsed"),
}


class Course(Counting):
    """Tokens as visits; `present` leaves out what returns have undone."""

    today: date
    recused: set[str]
    retracted: set[Seat]
    version: int

    def __init__(self, rule: object) -> None:
        self.rule = rule
        self.visits: list[Visit] = []
        self.agains: list[Again] = []
        self.phase = ""
        self.verdict_of_case = ""
        self.proposed = ""
        self.ended = False
        self.seats: list[Seat] = []
        self.added_by: dict[Body, str] = {}

    # The graph

    def present(self, visit: Visit) -> bool:
        return not any(visit in again.undone for again in self.agains if not again.resumed)

    def twins(self, visit: Visit) -> set[Visit]:
        """The visit and those of the same step for which the case came back and went on."""
        found = {visit}
        links = [
            (one, one.again.of)
            for one in self.visits
            if one.again and one.again.resumed and one.again.of
        ]
        while grown := {v for link in links for v in link if found & set(link)} - found:
            found |= grown
        return found

    def after(self, bases: Iterable[Visit]) -> set[Visit]:
        """Everything present that came after these visits."""
        origins = set(bases)
        found: set[Visit] = set()
        grown = True
        while grown:
            new = {
                v
                for v in self.visits
                if self.present(v) and v not in found and set(v.before) & (origins | found)
            }
            grown = bool(new)
            found |= new
        return found

    def led_to(self, visit: Visit) -> set[Visit]:
        found: set[Visit] = set()
        frontier = [visit]
        while frontier:
            for earlier in frontier.pop().before:
                if earlier not in found:
                    found.add(earlier)
                    frontier.append(earlier)
        return found

    @property
    def live_visits(self) -> list[Visit]:
        return [visit for visit in self.visits if visit.state == "open"]

    # Steps begin

    def visit(self, name: str, before: tuple[Visit, ...], again: Again | None = None) -> Visit:
        visit = Visit(len(self.visits) + 1, name, before, again=again)
        self.visits.append(visit)
        node = visit.node
        self.phase = node.phase
        if node.timer is not None:
            visit.timer = nth_workday(self.today, node.timer)
        if name == "panel":
            visit.panel = Body("panel", self.rule, visit)
            visit.panel.places = [Place(person=m, weight=self.rule.weighs(m)) for m in MEMBERS]
            self.weigh(visit.panel)
            self.leave_tied(visit.panel)
        else:
            self.own_seat(visit)
        return visit

    def own_seat(self, visit: Visit, due: date | None = None) -> Seat:
        """The one seat of a step, in its office's queue."""
        node = visit.node
        seat = Seat(visit, node.role, node.organ, due=due or self.due_of(visit))
        visit.seats.append(seat)
        self.seats.append(seat)
        return seat

    def due_of(self, visit: Visit) -> date | None:
        return nth_workday(self.today, visit.node.due) if visit.node.due else None

    def sit(self, body: Body, number: int, due: date | None = None, **_more: object) -> Seat:
        place, node = body.places[number], body.visit.node
        role, organ = self.post_for(body, place.person)
        seat = Seat(
            body.visit, role, organ, place.person, body, number, by=self.adder(body, place.person)
        )
        seat.addressed = True
        seat.due = due or (
            body.host.due if body.host is not None else nth_workday(self.today, node.due or 0)
        )
        body.seats.append(seat)
        self.seats.append(seat)
        if body.host is None:
            body.visit.seats.append(seat)
        return seat

    def post_for(self, body: Body, person: str) -> tuple[str, str]:
        raise NotImplementedError

    def adder(self, body: Body, person: str) -> str | None:
        raise NotImplementedError

    def leave_tied(self, body: Body) -> None:
        """Who has left the case gets no seat that counts."""
        for seat in [one for one in body.seats if one.open and one.holder in self.recused]:
            self.uncount(seat, RECUSED)
            self.weigh(body)

    def conclude(self, seat: Seat, outcome: str) -> None:
        """A vote may open the next seat of a sequence, for somebody who has left (C13)."""
        super().conclude(seat, outcome)
        if seat.body is not None and seat.body.kind == "panel" and seat.body.live:
            self.leave_tied(seat.body)

    # Steps end

    def pass_on(self, visit: Visit, outcome: str, *, by_person: bool = True) -> None:
        """The step is done: straight back where that was asked for, else by the diagram."""
        visit.state, visit.outcome, visit.by_person = "passed", outcome, by_person
        if visit.name == "propose":
            self.proposed = outcome
        if self.straight_back(visit):
            return
        visit.by_diagram = True
        self.follow(visit, outcome)

    def follow(self, visit: Visit, outcome: str) -> None:
        name = visit.name
        following = {
            ("county_review", "recommend"): "intake", ("county_review", "return"): "correction",
            ("correction", "resubmit"): "county_review", ("intake", "return"): "intake_correction",
            ("intake_correction", "resubmit"): "intake", ("sign", "return"): "propose",
        }.get((name, outcome))  # fmt: skip
        if following:
            self.visit(following, (visit,))
        elif (name, outcome) == ("intake", "accept"):
            self.accepted(visit)
        elif name in BRANCHES:
            self.arrive(visit)
        elif name == "propose":
            self.visit("sign", (visit,))
        elif name == "sign":
            self.end(
                *(
                    ("approved", "done_yes")
                    if self.proposed == "approve"
                    else ("refused", "done_no")
                )
            )
        else:
            self.end(*ENDS[name])

    def accepted(self, visit: Visit, deemed: bool = False) -> None:
        raise NotImplementedError

    def split(self, visit: Visit) -> None:
        for name in BRANCHES:
            self.visit(name, (visit,))

    def arrive(self, visit: Visit) -> None:
        """At the join: it fires when the other branch of the same split has arrived too."""
        other = [
            one for one in self.visits
            if one.name == BRANCHES[visit.name] and one.before == visit.before and one.state == "passed" and self.present(one)
            and not any(one in later.before and self.present(later) for later in self.visits if later.name == "propose")
        ]  # fmt: skip
        if other:
            self.visit("propose", (visit, other[-1]))

    def end(self, verdict: str, phase: str) -> None:
        self.verdict_of_case, self.phase, self.ended = verdict, phase, True
        for visit in self.live_visits:
            self.leave(visit, "")

    def leave(self, visit: Visit, why: str) -> None:
        """Closes a visit that is at work, with its seats."""
        visit.state = "left"
        if visit.panel is not None:
            visit.panel.live = visit.panel.blocked = False
        for seat in visit.seats:
            if seat.live:
                seat.close(CLOSED, why)
            seat.parked = False

    # Back

    def rewind(self, bases: set[Visit], why: str) -> tuple[list[Visit], set[Visit]]:
        """Closes what came after; answers what was at work, and everything that is undone."""
        gone = self.after(bases)
        closed = [visit for visit in self.visits if visit in gone | bases and visit.state == "open"]
        for visit in closed:
            self.leave(visit, why)
        return [visit for visit in closed if visit in gone], gone

    def targets(self, visit: Visit) -> dict[str, tuple[Visit, bool]]:
        """Where a seat of this visit may send the case: the nearest visit on the way; and the
        applicant's step to which a gateway on the way leads (True)."""
        found: dict[str, tuple[float, Visit, bool]] = {}
        for one in self.led_to(visit):
            if one.state == "passed" and one.by_person:
                self._nearer(found, one.name, one.number, one, False)
            if (
                one.state == "passed"
                and one.by_diagram
                and one.by_person
                and one.name in CORRECTIONS
            ):
                self._nearer(found, CORRECTIONS[one.name], one.number + 0.5, one, True)
        return {name: (one, gate) for name, (_at, one, gate) in found.items()}

    @staticmethod
    def _nearer(
        found: dict[str, tuple[float, Visit, bool]], name: str, at: float, visit: Visit, gate: bool
    ) -> None:
        if name not in found or found[name][0] < at:
            found[name] = (at, visit, gate)

    def checked_return(
        self, seat: Seat, target: str, mode: str, most: int = 3
    ) -> tuple[Visit, bool]:
        """Where the return goes, or why it may not."""
        if seat.role == "applicant":
            raise Refused(422, "not_offered")
        if seat.signer:
            raise Refused(422, "signer_only_advises")
        turn = self.targets(seat.visit).get(target)
        if turn is None:
            visited = any(
                one.name == target and self.present(one) and self._acted_in(one)
                for one in self.visits
            )
            raise Refused(
                422,
                "sibling_branch"
                if visited
                else "not_visited"
                if target in NODES
                else "unknown_target",
            )
        if self.returns_to(target) >= most:
            raise Refused(422, "too_many_returns")
        to, _gate = turn
        closing = [one for one in self.after(self.twins(to)) if one.state == "open"]
        if mode == "resume" and any(one.blocked for one in closing):
            raise Refused(422, "cannot_resume")
        return turn

    @staticmethod
    def _acted_in(visit: Visit) -> bool:
        return visit.state == "passed" or any(
            seat.state in (ACTED, ANNULLED) and not seat.said for seat in visit.every_seat()
        )

    def send_back(self, to: Visit, gate: bool, target: str, mode: str) -> Visit:
        self.version += 1
        bases = self.twins(to)
        back, gone = self.rewind(bases, "returned")
        again = Again(
            self.next_number(), "returned", target, mode, self.version, None if gate else to, None if gate else to.outcome,
            gone | (set() if gate else bases), back if mode == "resume" else [],
        )  # fmt: skip
        return self.reopen(target, (to,) if gate else to.before, again)

    def next_number(self) -> int:
        return 1 + max((again.number for again in self.agains), default=0)

    def returns_to(self, target: str) -> int:
        numbers = {
            a.number
            for a in self.agains
            if a.why == "returned" and not a.chained and a.target == target
        }
        return len(numbers)

    def reopen(self, name: str, before: tuple[Visit, ...], again: Again) -> Visit:
        again.opened = self.now
        self.agains.append(again)
        return self.visit(name, before, again)

    # Straight back

    def straight_back(self, done: Visit) -> bool:
        again = done.again
        if again is None or again.mode != "resume" or again.outcome not in (None, done.outcome):
            return False
        if self._way_is_broken(again):
            return False
        again.resumed = True
        steps = again.then if again.chained else self.to_open_first(again)
        self.go_on(again, steps)
        if done.name in BRANCHES and not (steps or again.back):
            self.arrive(again.of or done)  # the other branch may have waited for it at the join
        return True

    def _way_is_broken(self, again: Again) -> bool:
        """A step on the way must be gone through again: it was undone by something else, a branch
        that leads to where the case was is open again or was, or who acted there has left."""
        others = [one for one in self.agains if one is not again and not one.resumed]
        gone = {visit for one in others for visit in one.undone}
        led = {visit for back in again.back for visit in self.led_to(back)}
        return (
            any(self._office_passed(visit) for visit in again.undone & gone - {again.of})
            or any(
                visit in gone or visit.state == "open" or visit.revived >= again.opened
                for visit in led - again.undone
            )
            or self._somebody_left(again)
        )

    @staticmethod
    def _office_passed(visit: Visit) -> bool:
        return visit.state == "passed" and visit.by_person and visit.node.role != "applicant"

    def _somebody_left(self, again: Again) -> bool:
        replaced = {one.of for one in self.agains if one.resumed} | {again.of}
        return any(
            seat.actor in self.recused and seat.state == ACTED and seat not in self.retracted
            for visit in again.undone - replaced
            if self._office_passed(visit)
            for seat in visit.every_seat()
        )

    def to_open_first(self, again: Again) -> list[str]:
        passed = [
            v
            for v in sorted(again.undone, key=lambda v: v.number)
            if v is not again.of and self._office_passed(v)
        ]
        names = list(dict.fromkeys(v.name for v in passed))
        return [name for name in names if self.relied_on_changes(name, again)]

    def relied_on_changes(self, name: str, again: Again) -> bool:
        raise NotImplementedError

    def go_on(self, again: Again, steps: list[str]) -> None:
        visit, rest = self._latest(steps)
        later: list[Visit] = []
        if visit is not None:
            bases = self.twins(visit)
            _closed, gone = self.rewind(bases, "")
            undone = gone | bases
            later = [one for one in again.back if one in undone]
            coming = Again(
                self.next_number(),
                "returned",
                visit.name,
                "resume",
                again.since,
                visit,
                visit.outcome,
                undone,
                later,
                rest,
                chained=True,
            )
            self.reopen(visit.name, visit.before, coming)
        for one in again.back:
            if one not in later:
                self.visit(one.name, one.before, one.again)

    def _latest(self, steps: list[str]) -> tuple[Visit | None, list[str]]:
        for number, step in enumerate(steps):
            found = [
                v
                for v in self.visits
                if v.name == step and v.state == "passed" and v.by_person and self.present(v)
            ]
            if found:
                return found[-1], steps[number + 1 :]
        return None, []
