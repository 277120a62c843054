"""Deferred items, the clock, urging, supervision, jumps (C8, C9, C14, C15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.operations.machine.model.case import JUMPS
from tests.operations.machine.model.people import PEOPLE, posts_at
from tests.operations.machine.rules_undoing import UndoingRules
from tests.operations.machine.table import data


class AroundRules(UndoingRules):
    """What goes on around the seats."""

    # 容缺 (C14)

    @precondition(lambda self: self.model.missing)
    @rule(data=data)
    def accept_with_deferred(self, data: Any) -> None:
        self.draw = data
        seat = self.some_seat(lambda one: one.open and one.visit.name == "intake")
        if seat.visit.name != "intake":
            self.carry_on()
            return
        actor, version = self.somebody(seat), self.version()
        self.both(
            lambda: self.model.accept_with_deferred(actor, seat, version),
            lambda: self.driver.accept_with_deferred(self.task(seat), actor, version),
        )

    @precondition(lambda self: self.model.deferred_due)
    @rule(data=data)
    def hand_in(self, data: Any) -> None:
        self.draw = data
        if (
            self.model.waits_for_items
            and not self.model.ended
            and not self.uploaded
            and not self.chance(4)
        ):
            self.driver.upload()
            self.uploaded = True
        actor, version = "a" if not self.chance(4) else self.pick(PEOPLE), self.version()
        self.both(
            lambda: self.model.hand_in(actor, version, uploaded=self.uploaded),
            lambda: self.driver.hand_in(actor, version),
        )

    # The clock (C15)

    @rule(data=data, days=st.sampled_from((1, 1, 2, 3, 7)))
    def pass_days(self, data: Any, days: int) -> None:
        self.draw = data
        if days == 7 and not self.chance(3):
            self.carry_on()
            return
        self.driver.pass_days(days)
        self.model.now += 1
        self.moved = True
        self.model.pass_days(self.driver.now.date())

    @rule(data=data, name=st.sampled_from(("special_procedure", "suspension")), begin=st.booleans())
    def pause(self, data: Any, name: str, begin: bool) -> None:
        self.draw = data
        if (begin == self.model.paused() or self.model.accepted_on is None) and not self.chance(4):
            self.carry_on()
            return
        actor, version = self.pick(("r1", "r2", "bl", self.pick(PEOPLE))), self.version()
        today = self.driver.now.date()
        if not begin:
            service = {"special_procedure": "end_special_procedure", "suspension": "resume"}[name]
            self.both(
                lambda: self.model.end_pause(actor, version, name),
                lambda: self.driver.on_clock(service, actor, version),
            )
            return
        more: dict[str, Any] = {"legal_basis": "示例办法第九条"}
        if name == "special_procedure":
            more = {"procedure": "hearing", "starts_on": today, "expected_on": today}
        service = {"special_procedure": "special_procedure", "suspension": "suspend"}[name]
        self.both(
            lambda: self.model.begin_pause(actor, version, name, today),
            lambda: self.driver.on_clock(service, actor, version, **more),
        )

    @rule(data=data, days=st.sampled_from((5, 10, 11)))
    def propose_extension(self, data: Any, days: int) -> None:
        self.draw = data
        if self.model.accepted_on is None and not self.chance(4):
            self.carry_on()
            return
        actor, version = self.pick(("r1", "r2", "bl", self.pick(PEOPLE))), self.version()
        self.both(
            lambda: self.model.propose_extension(actor, version, days),
            lambda: self.driver.on_clock("propose_extension", actor, version, days=days),
        )

    @precondition(lambda self: self.model.extension == "proposed")
    @rule(data=data, approve=st.booleans())
    def confirm_extension(self, data: Any, approve: bool) -> None:
        self.draw = data
        actor, version = self.pick(("b2", "bl", self.pick(PEOPLE))), self.version()
        self.both(
            lambda: self.model.confirm_extension(actor, version, approve=approve),
            lambda: self.driver.on_clock("confirm_extension", actor, version, approve=approve),
        )

    # 催办, 督办 (C8, C9)

    @rule(data=data)
    def urge(self, data: Any) -> None:
        self.draw = data
        version = self.version()
        if self.chance(2):
            actor = "a" if not self.chance(4) else self.pick(PEOPLE)
            self.both(
                lambda: self.model.urge_case(actor, version),
                lambda: self.driver.urge_case(actor, version),
            )
            return
        seat, actor = self.some_seat(), self.pick(("watcher", "r1", "bl", self.pick(PEOPLE)))
        self.both(
            lambda: self.model.urge_seat(actor, seat, version),
            lambda: self.driver.urge_seat(self.task(seat), actor, version),
        )

    @rule(
        data=data,
        organ=st.sampled_from(("north", "dept", "bureau", "south")),
        late=st.integers(-1, 5),
    )
    def supervise(self, data: Any, organ: str, late: int) -> None:
        self.draw = data
        if len(self.model.orders) > 1:
            self.carry_on()
            return
        actor, due = (
            self.pick(("watcher", "bl", self.pick(PEOPLE))),
            self.driver.now.date() + timedelta(days=late),
        )
        self.both(
            lambda: self.model.supervise(actor, organ, due),
            lambda: self.driver.supervise(actor, organ, due),
        )

    @precondition(lambda self: self.model.orders)
    @rule(data=data, name=st.sampled_from(("reply", "close_order")))
    def on_order(self, data: Any, name: str) -> None:
        self.draw = data
        number = self.pick(range(len(self.model.orders)))
        order = self.model.orders[number]
        near = (
            [p for p in PEOPLE if posts_at(p, order.organ)] if name == "reply" else [order.issuer]
        )
        actor = self.pick(near if not self.chance(4) else PEOPLE)
        self.both(
            lambda: getattr(self.model, name)(actor, order),
            lambda: self.driver.on_order(name, number, actor),
        )

    # Jumps (C15)

    @rule(data=data, to=st.sampled_from(JUMPS))
    def propose_jump(self, data: Any, to: str) -> None:
        self.draw = data
        live = [v for v in self.model.live_visits if v.name in JUMPS]
        if not live or not self.chance(3) or self.model.jump:
            self.carry_on()
            return
        visit, actor = live[0], self.pick(("f1", "f2", "f1", self.pick(PEOPLE)))
        self.both(
            lambda: self.model.propose_jump(actor, visit, to),
            lambda: self.driver.propose_jump(self.driver.live_row(visit.name), actor, to), keyed=False,
        )  # fmt: skip

    @precondition(lambda self: self.model.jump)
    @rule(data=data)
    def confirm_jump(self, data: Any) -> None:
        self.draw = data
        actor = self.pick(("f2", "f1", "f2", self.pick(PEOPLE)))
        answer = self.both(
            lambda: self.model.confirm_jump(actor),
            lambda: self.driver.confirm_jump(actor),
            keyed=False,
        )
        if answer[1] in ("process_ended", "not_here"):
            self.both(self.model.decline_jump, self.driver.decline_jump, keyed=False)
