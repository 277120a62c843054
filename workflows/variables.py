"""The case's variables during one pass, and FEEL over them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from workflows.bpmn.model import SequenceFlow
from workflows.errors import FlowFault
from workflows.feel import Expression, FeelError, parse
from workflows.values import plain


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Expression:
    return parse(text)


class Variables:
    """Names and JSON values; the last writer wins."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Copies the mapping: what is stored changes only when the pass is written."""
        self.variables: dict[str, Any] = dict(values)

    def merge(self, changes: Mapping[str, Any]) -> None:
        """Takes over what a person or a handler gave."""
        for name, value in changes.items():
            self.variables[name] = plain(value)

    def evaluate(self, expression: Expression, more: Mapping[str, Any] | None = None) -> Any:
        """A FEEL value; what FEEL cannot evaluate is null."""
        return expression.evaluate({**self.variables, **more} if more else self.variables)

    def is_true(self, condition: Expression, more: Mapping[str, Any] | None = None) -> bool:
        """Null is not true; anything but true, false and null is a fault of the flow."""
        answer = self.evaluate(condition, more)
        if answer is None or isinstance(answer, bool):
            return bool(answer)
        raise FlowFault(f"not_boolean: {condition.source}")

    def holds(self, flow: SequenceFlow) -> bool:
        """Whether an arrow may be taken; one without a condition always."""
        return flow.condition is None or self.is_true(flow.condition)

    def value(self, text: str) -> Any:
        """A text from the diagram: FEEL when it begins with `=`, else as written."""
        if not text.startswith("="):
            return text
        try:
            return self.evaluate(_parsed(text[1:]))
        except FeelError as error:
            raise FlowFault(f"feel: {text}: {error}") from error
