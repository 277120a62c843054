"""The state machine: every operation, tried on the model and on the product, compared after each.

The rules stand in `rules_seats`, `rules_undoing`, `rules_around`; here the keys are used again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.operations.machine.driver import DONE, said
from tests.operations.machine.rules_around import AroundRules
from tests.operations.machine.table import data


class Operations(AroundRules):
    """All rules together."""

    # Keys (I11)

    @precondition(lambda self: self.driver.said)
    @rule(data=data, same=st.booleans())
    def again(self, data: Any, same: bool) -> None:
        """The same key: the same answer and nothing done; with other words 409."""
        self.draw = data
        number = self.pick(range(len(self.driver.said)))
        who, _act, call = self.driver.said[number]
        changed = {} if same else self.other_words(call)
        same = not changed
        before = len(self.driver.said)
        answer = self.driver.again(number, **changed)
        hidden = answer == (404, "not_found") and who in self.model.recused
        assert hidden or answer == (DONE if same else (409, "key_reused")), f"key again: {answer}"
        assert len(self.driver.said) == before

    @staticmethod
    def other_words(call: dict[str, Any]) -> dict[str, Any]:
        if "statement" in call:
            return {"statement": replace(said("abstain"), text="另外的意见")}
        if "answers" in call:
            return {"answers": {"name": "别的"}}
        if "demand" in call:
            return {"demand": "其他要求"}
        return {"reason": "其他事由"} if "reason" in call else {}
