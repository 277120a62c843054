"""The table at which both sides play: the same operation, the same answer, the same state.

A rule draws who acts on which seat: mostly somebody who may, often somebody who may not. The model
says what the law answers; the driver says what the product answered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

import clock
from tests.operations.machine.comparing import Comparison
from tests.operations.machine.driver import DONE, Answer, Driver
from tests.operations.machine.model.case import Case
from tests.operations.machine.model.law import MODES
from tests.operations.machine.model.people import PEOPLE, acts_as
from tests.operations.machine.model.state import Refused, Seat

STARTS = (
    datetime(2025, 3, 3, 9, 0, tzinfo=clock.BEIJING),
    datetime(2025, 4, 21, 9, 0, tzinfo=clock.BEIJING),
)
ITEMS = (("name",), ("plan",), ("name", "plan"))
AGENTS = (("r1", "i1"), ("d1", "d2"), ("d2", "d4"), ("c1", "c2"), ("i1", "r2"), ("bl", "r1"))
data = st.data()


class Table(RuleBasedStateMachine):
    """`city` is set by the test; each run rolls back to it."""

    city: SimpleNamespace
    answers: Counter[int] = Counter()
    runs = 0
    log: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.draw: Any = None
        self.moved = False

    def teardown(self) -> None:
        kind = type(self)
        kind.runs += 1
        if kind.log is not None:
            kind.log.write_text(
                f"{kind.runs} cases, {sum(kind.answers.values())} operations, {kind.answers[200]} done\n"
            )
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(
        mode=st.sampled_from(sorted(MODES)),
        start=st.sampled_from(STARTS),
        promised=st.sampled_from((False, False, True)),
    )
    def file(self, mode: str, start: datetime, promised: bool) -> None:
        self.model = Case(mode, start.date(), promised=promised)
        self.driver = Driver(self.city, mode, start, promised=promised)
        self.compared = Comparison(self.model, self.driver)
        self.uploaded = False
        self.moved = True
        self.compared.check()

    # Both sides

    def both(
        self, ours: Callable[[], Any], theirs: Callable[[], Answer], *, keyed: bool = True
    ) -> Answer:
        """The same operation on both sides: the same answer, the same state."""
        before = len(self.driver.said)
        told, self.moved = DONE, True
        self.model.now += 1
        try:
            ours()
        except Refused as refusal:
            told = refusal.status, refusal.code
        answer = theirs()
        assert self._alike(told, answer), f"the law says {told}, the product {answer}"
        self.answers[answer[0]] += 1
        self.model.settle()
        assert len(self.driver.said) - before == (keyed and answer == DONE)
        return answer

    @staticmethod
    def _alike(told: Answer, answer: Answer) -> bool:
        if {told[1], answer[1]} == {"next_has_acted", "time_has_passed"}:
            return True  # both came after it: which is named first the law does not say
        generic = answer[1] in ("not_allowed", "wrong_state") or told[1] in ("not_allowed",)
        return told == answer or (generic and told[0] == answer[0])

    @invariant()
    def same(self) -> None:
        """After every step: seats, steps, case, clock, journal; and the invariants of C16."""
        if not self.moved:
            return
        self.moved = False
        self.compared.check()
        model = self.model
        assert model.ended or model.alive, "I4: nobody and nothing moves the case"
        for visit in model.live_visits:
            people = [
                seat.holder
                for seat in visit.every_seat()
                if seat.live and seat.holder and seat.signer != "delegate"
            ]
            assert len(people) == len(set(people)), "I5: somebody holds two seats in one step"

    # Drawing

    def pick(self, choices: Any) -> Any:
        return self.draw.draw(st.sampled_from(list(choices)))

    def chance(self, of: int = 8) -> bool:
        return self.draw.draw(st.integers(1, of)) == of

    def some_seat(self, fits: Callable[[Seat], bool] | None = None) -> Seat:
        """Mostly one that fits, sometimes any."""
        model = self.model
        fitting = [seat for seat in model.seats if (fits or (lambda one: one.open))(seat)]
        return self.pick(fitting if fitting and not self.chance() else model.seats)

    def somebody(self, seat: Seat) -> str:
        """Mostly who may act on the seat, sometimes anybody."""
        if self.chance():
            return self.pick(PEOPLE)
        if seat.holder:
            return self.pick(
                [
                    seat.holder,
                    seat.holder,
                    *[
                        agent
                        for principal, agent in self.model.agencies
                        if principal == seat.holder
                    ],
                ]
            )
        return self.pick(
            [p for p in PEOPLE if acts_as(p, seat.role, seat.organ) and p not in self.model.recused]
            or PEOPLE
        )

    def version(self) -> int:
        return self.model.version - (1 if self.chance(16) else 0)

    def task(self, seat: Seat) -> int:
        return self.compared.task_of(seat)
