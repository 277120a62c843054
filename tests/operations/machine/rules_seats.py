"""Deciding, signers, other hands, copies, agents (C1–C5, C15)."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.operations.machine.driver import said
from tests.operations.machine.model.people import OFFICIALS, PEOPLE, acts_as, posts_at
from tests.operations.machine.model.state import Seat
from tests.operations.machine.table import AGENTS, ITEMS, Table, data


class SeatRules(Table):
    """What people do on and to seats."""

    # Deciding (C1, C2)

    @rule(data=data)
    def vote(self, data: Any) -> None:
        self.draw = data
        seat = self.some_seat()
        self._vote(
            seat,
            self.somebody(seat),
            self.pick([*self.model.choices(seat), *(["approve"] if self.chance() else [])]),
        )

    @rule(data=data)
    def go_on(self, data: Any) -> None:
        """Somebody who may says yes: the case gets on."""
        self.draw = data
        self.carry_on()

    def carry_on(self) -> None:
        """A rule that has nothing to do lets the case get on instead."""
        self.moved = True
        open_seats = [seat for seat in self.model.seats if seat.open]
        if open_seats:
            seat = self.pick(open_seats)
            self._vote(seat, self.somebody(seat), self.model.choices(seat)[0])

    @rule(data=data, acts=st.integers(2, 5))
    def get_on(self, data: Any, acts: int) -> None:
        """Several colleagues one after the other."""
        self.draw = data
        for _act in range(acts):
            seats = [
                seat
                for seat in self.model.seats
                if seat.open and not (seat.visit.name == "intake" and self.model.missing)
            ]
            if not seats or self.model.suspended:
                return
            seat = self.pick(seats)
            actor = self.pick(
                [
                    p
                    for p in ([seat.holder] if seat.holder else PEOPLE)
                    if acts_as(p, seat.role, seat.organ) and p not in self.model.recused
                ]
                or PEOPLE
            )
            self._vote(seat, actor, self.model.choices(seat)[0], current=True)
            self.same()

    def _vote(self, seat: Seat, actor: str, outcome: str, *, current: bool = False) -> None:
        version, task = self.model.version if current else self.version(), self.task(seat)
        if outcome == "resubmit" and seat.role == "applicant":
            answers = {item: self.pick(("名称", "新名称", "更新名称")) for item in self.pick(ITEMS)}
            self.both(
                lambda: self.model.resubmit(actor, seat, version, answers),
                lambda: self.driver.resubmit(task, actor, version, answers),
            )
            return
        items = (
            self.pick(ITEMS)
            if outcome == "return"
            and seat.visit.name in ("county_review", "intake")
            and seat.signer in ("", "parallel")
            else ()
        )
        self.both(
            lambda: self.model.vote(actor, seat, version, outcome, items),
            lambda: self.driver.vote(task, actor, version, outcome, items),
        )

    @rule(data=data)
    def claim(self, data: Any) -> None:
        self.draw = data
        seat = self.some_seat(lambda one: one.open and one.holder is None)
        actor = self.somebody(seat)
        self.both(
            lambda: self.model.claim(actor, seat),
            lambda: self.driver.claim(self.task(seat), actor),
            keyed=False,
        )

    # Signers, other hands (C3–C5, C15)

    @rule(
        data=data,
        kind=st.sampled_from(("before", "after", "parallel")),
        mode=st.sampled_from(("ALL", "ANY", "SEQUENCE")),
        binding=st.booleans(),
    )
    def add_signer(self, data: Any, kind: str, mode: str, binding: bool) -> None:
        self.draw = data
        seat = self.some_seat()
        actor, version, task = self.somebody(seat), self.version(), self.task(seat)
        users = self.colleagues(seat, most=2)
        outcome = self.pick(self.model.choices(seat)) if kind == "after" else ""
        more: dict[str, Any] = {
            "kind": kind,
            "users": self.driver.numbers(users),
            "mode": mode,
            "binding": binding,
        }
        if outcome:
            items = (
                ("name",)
                if outcome == "return"
                and seat.visit.name in ("county_review", "intake")
                and not seat.signer
                else ()
            )
            more["statement"] = said(outcome, items)
        self.both(
            lambda: self.model.add_signer(
                actor, seat, version, kind, users, mode, binding, outcome
            ),
            lambda: self.driver.seat("add_signer", task, actor, version, **more),
        )

    def colleagues(self, seat: Seat, most: int = 1) -> list[str]:
        near = [p for p in OFFICIALS if posts_at(p, seat.organ)] or list(OFFICIALS)
        return self.draw.draw(
            st.lists(
                st.sampled_from(list(PEOPLE) if self.chance() else near),
                min_size=1,
                max_size=most,
                unique=True,
            )
        )

    @rule(data=data)
    def remove_signer(self, data: Any) -> None:
        self.draw = data
        added = [one for one in self.model.seats if one.by and (one.live or self.chance())]
        if not added:
            self.carry_on()
            return
        signer = self.pick(added)
        seat = self.pick([one for one in self.model.seats if one.visit is signer.visit])
        actor = signer.by if not self.chance() else self.somebody(seat)
        user, version = signer.holder, self.version()
        self.both(
            lambda: self.model.remove_signer(actor, seat, version, user),
            lambda: self.driver.seat(
                "remove_signer", self.task(seat), actor, version, user=self.driver.who(user).pk
            ),
        )

    @rule(data=data, name=st.sampled_from(("transfer", "delegate")))
    def hand_on(self, data: Any, name: str) -> None:
        self.draw = data
        seat = self.some_seat()
        actor, version, task = self.somebody(seat), self.version(), self.task(seat)
        (to,) = self.colleagues(seat)
        service = {"transfer": "transfer_seat", "delegate": "delegate_seat"}[name]
        self.both(
            lambda: getattr(self.model, name)(actor, seat, version, to),
            lambda: self.driver.seat(service, task, actor, version, to=self.driver.who(to).pk),
        )

    @rule(data=data)
    def recall(self, data: Any) -> None:
        self.draw = data
        waiting = [one for one in self.model.seats if one.waits_for == "delegate"]
        if not waiting and not self.chance(4):
            self.carry_on()
            return
        seat = self.pick(waiting or self.model.seats)
        actor, version = self.somebody(seat), self.version()
        self.both(
            lambda: self.model.recall(actor, seat, version),
            lambda: self.driver.seat("recall_seat", self.task(seat), actor, version),
        )

    @rule(data=data)
    def copy(self, data: Any) -> None:
        self.draw = data
        seat = self.some_seat(lambda one: True)
        actor, version, user = self.somebody(seat), self.version(), self.pick(PEOPLE)
        self.both(
            lambda: self.model.copy_case(actor, seat, version, user),
            lambda: self.driver.seat(
                "copy_case", self.task(seat), actor, version, users=[self.driver.who(user).pk]
            ),
        )

    @precondition(lambda self: len(self.model.agencies) < 2)
    @rule(pair=st.sampled_from(AGENTS))
    def agent(self, pair: tuple[str, str]) -> None:
        if pair not in self.model.agencies:
            self.both(
                lambda: self.model.name_agent(*pair),
                lambda: self.driver.name_agent(*pair),
                keyed=False,
            )
