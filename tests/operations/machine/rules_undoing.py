"""Returns, retraction, withdrawal, recusal (C6, C7, C13)."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.operations.machine.model.people import OFFICIALS, PEOPLE
from tests.operations.machine.model.state import NODES
from tests.operations.machine.rules_seats import SeatRules
from tests.operations.machine.table import ITEMS, data


class UndoingRules(SeatRules):
    """What takes back what was done."""

    # Back (C6, C7)

    @rule(data=data, mode=st.sampled_from(("replay", "resume")))
    def return_to(self, data: Any, mode: str) -> None:
        self.draw = data
        seat = self.some_seat(lambda one: one.open and one.visit.name != "county_review")
        actor, version, task = self.somebody(seat), self.version(), self.task(seat)
        known = sorted(self.model.targets(seat.visit))
        target = self.pick(known if known and not self.chance() else [*NODES, "nowhere"])
        items = self.pick(ITEMS)
        self.both(
            lambda: self.model.return_to(actor, seat, version, target, mode, items),
            lambda: self.driver.return_to(task, actor, version, target, mode, items),
        )

    @rule(data=data)
    def retract(self, data: Any) -> None:
        self.draw = data
        acted = sorted(
            (one for one in self.model.seats if self.model.has_acted(one)),
            key=lambda one: -one.acted,
        )
        if not acted:
            self.carry_on()
            return
        seat = self.pick(acted[:2] if not self.chance() else acted)
        actor = seat.actor if not self.chance() and seat.actor else self.somebody(seat)
        version = self.version()
        self.both(
            lambda: self.model.retract_opinion(actor, seat, version),
            lambda: self.driver.retract(self.task(seat), actor, version),
        )

    @precondition(lambda self: self.model.acts > 6)
    @rule(data=data)
    def withdraw(self, data: Any) -> None:
        self.draw = data
        if not self.chance(6):
            self.carry_on()
            return
        actor = "a" if not self.chance(3) else self.pick(PEOPLE)
        self.both(lambda: self.model.withdraw(actor), lambda: self.driver.withdraw(actor))

    # 回避 (C13)

    @rule(data=data)
    def recuse_self(self, data: Any) -> None:
        self.draw = data
        if len(self.model.recused) > 3 or not self.chance(3):
            self.carry_on()
            return
        seat = self.some_seat(lambda one: one.role != "applicant")
        actor = self.somebody(seat)
        if seat.role != "applicant":
            self.both(
                lambda: self.model.recuse_self(actor, seat),
                lambda: self.driver.recuse_self(self.task(seat), actor),
            )

    @rule(data=data)
    def request_recusal(self, data: Any) -> None:
        self.draw = data
        seat = self.some_seat(lambda one: one.role != "applicant")
        actor, person = self.somebody(seat), self.pick(sorted(self.model.involved()) or OFFICIALS)
        if len(self.model.requests) > 2:
            self.carry_on()
            return
        self.both(
            lambda: self.model.request_recusal(actor, seat, person),
            lambda: self.driver.request_recusal(self.task(seat), actor, person),
        )

    @precondition(lambda self: self.model.requests)
    @rule(data=data, grant=st.booleans())
    def rule_recusal(self, data: Any, grant: bool) -> None:
        self.draw = data
        number = self.pick(range(len(self.model.requests)))
        actor = self.pick(("bl", "b2", "cl", "cl", "bl", self.pick(PEOPLE)))
        request = self.model.requests[number]
        self.both(
            lambda: self.model.rule_recusal(actor, request, grant),
            lambda: self.driver.rule_recusal(number, actor, grant=grant),
        )

    @rule(data=data)
    def order_recusal(self, data: Any) -> None:
        self.draw = data
        if len(self.model.recused) > 3 or not self.chance(3):
            self.carry_on()
            return
        actor = self.pick(("bl", "b2", "cl", self.pick(PEOPLE)))
        person = self.pick(sorted(self.model.involved()) or OFFICIALS)
        self.both(
            lambda: self.model.order_recusal(actor, person),
            lambda: self.driver.order_recusal(actor, person),
        )
