"""Returns: where a case may be sent, what is undone on the way, and how it goes straight back."""

from __future__ import annotations

from tests.operations.machine.model.course import BRANCHES, Course
from tests.operations.machine.model.state import (
    ACTED,
    ANNULLED,
    CORRECTIONS,
    NODES,
    Again,
    Refused,
    Seat,
    Visit,
)


class Returning(Course):
    """A case sent back to a step, and what of it stands afterwards."""

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
