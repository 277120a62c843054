"""The syntax tree of an expression: each node evaluates itself on the case's variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from workflows.feel import values
from workflows.feel.functions import Function

Variables = Mapping[str, Any]


class Node(Protocol):
    """Anything that has a value for given variables."""

    def evaluate(self, variables: Variables) -> Any: ...


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, true, false or null."""

    value: Any

    def evaluate(self, variables: Variables) -> Any:
        return self.value


@dataclass(frozen=True, slots=True)
class Name:
    """A variable; one that does not exist is null."""

    name: str

    def evaluate(self, variables: Variables) -> Any:
        return values.from_data(variables.get(self.name))


@dataclass(frozen=True, slots=True)
class ListOf:
    """`[a, b]`."""

    members: tuple[Node, ...]

    def evaluate(self, variables: Variables) -> Any:
        return [member.evaluate(variables) for member in self.members]


@dataclass(frozen=True, slots=True)
class RangeOf:
    """`[a..b]`, `(a..b]` …"""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool

    def evaluate(self, variables: Variables) -> Any:
        low, high = self.low.evaluate(variables), self.high.evaluate(variables)
        return values.Range(low, high, self.low_closed, self.high_closed)


@dataclass(frozen=True, slots=True)
class Negation:
    """Unary minus."""

    operand: Node

    def evaluate(self, variables: Variables) -> Any:
        return values.negate(self.operand.evaluate(variables))


OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": values.add,
    "-": values.subtract,
    "*": values.multiply,
    "/": values.divide,
    "**": values.power,
}


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Operators of one level from left to right: a flat row, so long sums need no deep stack."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    def evaluate(self, variables: Variables) -> Any:
        result = self.first.evaluate(variables)
        for operator, operand in self.rest:
            result = OPERATIONS[operator](result, operand.evaluate(variables))
        return result


@dataclass(frozen=True, slots=True)
class Comparison:
    """`= != < <= > >=`."""

    operator: str
    left: Node
    right: Node

    def evaluate(self, variables: Variables) -> Any:
        left, right = self.left.evaluate(variables), self.right.evaluate(variables)
        return values.compare(self.operator, left, right)


@dataclass(frozen=True, slots=True)
class Membership:
    """`x in list` or `x in range`."""

    value: Node
    container: Node

    def evaluate(self, variables: Variables) -> Any:
        value, container = self.value.evaluate(variables), self.container.evaluate(variables)
        return values.contained(value, container)


@dataclass(frozen=True, slots=True)
class Between:
    """`x between low and high`, both ends included."""

    value: Node
    low: Node
    high: Node

    def evaluate(self, variables: Variables) -> Any:
        value = self.value.evaluate(variables)
        low, high = self.low.evaluate(variables), self.high.evaluate(variables)
        return values.Range(low, high, True, True).includes(value)


@dataclass(frozen=True, slots=True)
class Logic:
    """A row of `and` or of `or`; three-valued, and what is not a boolean counts as null."""

    decisive: bool
    """False for `and`, True for `or`: one such operand settles the answer."""
    operands: tuple[Node, ...]

    def evaluate(self, variables: Variables) -> Any:
        answer: bool | None = not self.decisive
        for operand in self.operands:
            value = operand.evaluate(variables)
            if value is self.decisive:
                return self.decisive
            if value is not (not self.decisive):
                answer = None
        return answer


@dataclass(frozen=True, slots=True)
class Choice:
    """`if … then … else …`; a condition that is not true takes the else branch."""

    condition: Node
    then: Node
    otherwise: Node

    def evaluate(self, variables: Variables) -> Any:
        chosen = self.then if self.condition.evaluate(variables) is True else self.otherwise
        return chosen.evaluate(variables)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the subset with its arguments."""

    function: Function
    arguments: tuple[Node, ...]

    def evaluate(self, variables: Variables) -> Any:
        return self.function.call([argument.evaluate(variables) for argument in self.arguments])
