"""The way of a case: visits of steps, each after what led to it; what follows a step by the diagram."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tests.operations.machine.model.counting import Counting
from tests.operations.machine.model.law import nth_workday
from tests.operations.machine.model.people import MEMBERS
from tests.operations.machine.model.state import (
    CLOSED,
    RECUSED,
    Again,
    Body,
    Place,
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
        while left := [one for one in body.seats if one.open and one.holder in self.recused]:
            for seat in left:
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

    def straight_back(self, done: Visit) -> bool:
        """Whether the case went on from there by its return instead of by the diagram."""
        raise NotImplementedError

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
