"""FEEL text to syntax tree: precedence climbing, bounded nesting, errors with a column."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from workflows.feel import nodes
from workflows.feel.errors import FeelError
from workflows.feel.functions import FUNCTIONS
from workflows.feel.tokens import Token, tokens

MAX_NESTING = 60
"""Brackets, calls and ifs inside each other."""
MAX_LEVELS = 180
"""Operands inside operands; keeps the stack bounded where brackets alone would not."""

OR, AND, COMPARISON, SUM, PRODUCT, POWER = range(1, 7)
LEVELS = {"or": OR, "and": AND, "in": COMPARISON, "between": COMPARISON} | {
    operator: level
    for level, operators in {
        COMPARISON: "= != < <= > >=",
        SUM: "+ -",
        PRODUCT: "* /",
        POWER: "**",
    }.items()
    for operator in operators.split()
}
CONSTANTS = {"true": True, "false": False, "null": None}


class Parser:
    """One pass over the tokens of one expression; `names` collects the variables it reads."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.position = 0
        self.nesting = 0
        self.levels = 0
        self.names: set[str] = set()

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def whole(self) -> nodes.Node:
        """The only expression of the text; anything after it is an error."""
        if self.token.kind == "end":
            raise FeelError("the expression is empty", 1)
        root = self.operation(OR)
        if self.token.kind != "end":
            raise self.unexpected("an operator or the end")
        return root

    def operation(self, least: int) -> nodes.Node:
        """An operand and all operators at or above the level `least` that follow it."""
        self.levels += 1
        if self.levels > MAX_LEVELS:
            raise FeelError("the expression is nested too deeply", self.token.column)
        left = self.operand()
        while (level := self.level()) >= least:
            left = self.comparison(left) if level == COMPARISON else self.row(left, level)
        self.levels -= 1
        return left

    def level(self) -> int:
        if self.token.kind in {"operator", "word"}:
            return LEVELS.get(self.token.text, 0)
        return 0

    def row(self, left: nodes.Node, level: int) -> nodes.Node:
        rest = []
        while self.level() == level:
            operator = self.advance().text
            rest.append((operator, self.operation(level + 1)))
        if level in {OR, AND}:
            return nodes.Logic(level == OR, (left, *(operand for _, operand in rest)))
        return nodes.Arithmetic(left, tuple(rest))

    def comparison(self, left: nodes.Node) -> nodes.Node:
        operator = self.advance()
        right = self.operation(SUM)
        result: nodes.Node
        if operator.text == "in":
            result = nodes.Membership(left, right)
        elif operator.text == "between":
            self.expect("and")
            result = nodes.Between(left, right, self.operation(SUM))
        else:
            result = nodes.Comparison(operator.text, left, right)
        if self.level() == COMPARISON:
            raise FeelError(
                "comparisons do not follow each other; join them with and", self.token.column
            )
        return result

    def operand(self) -> nodes.Node:
        signs = 0
        while self.token.kind == "operator" and self.token.text == "-":
            self.advance()
            signs += 1
        value = self.primary()
        for _ in range(min(signs, 2 - signs % 2)):  # two signs check the kind, more add nothing
            value = nodes.Negation(value)
        return value

    def primary(self) -> nodes.Node:
        token = self.advance()
        if token.kind == "number":
            return nodes.Literal(Decimal(token.text))
        if token.kind == "string":
            return nodes.Literal(token.text)
        if token.kind == "name":
            return self.named(token)
        if token.text in CONSTANTS and token.kind == "word":
            return nodes.Literal(CONSTANTS[token.text])
        if token.text == "if":
            return self.choice(token)
        if token.kind == "operator" and token.text in {"(", "[", "]"}:
            return self.bracket(token)
        self.position -= 1
        raise self.unexpected("a value")

    def named(self, token: Token) -> nodes.Node:
        name = token.text
        if name == "list" and self.token.kind == "name" and self.token.text == "contains":
            self.advance()
            name = "list contains"
        if not self.take("("):
            if name in {"not", "list contains"}:
                raise self.unexpected(f"'(' after {name}")
            self.names.add(name)
            return nodes.Name(name)
        if name not in FUNCTIONS:
            near = difflib.get_close_matches(name, FUNCTIONS, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise FeelError(f"unknown function {name}{hint}", token.column)
        return self.call(name, token)

    def call(self, name: str, token: Token) -> nodes.Node:
        with self.nested(token):
            arguments = self.listed(")")
        function = FUNCTIONS[name]
        if name == "date" and len(arguments) == 2:
            raise FeelError("date takes one text or year, month, day", token.column)
        if len(arguments) < function.least or (
            function.most is not None and len(arguments) > function.most
        ):
            most = "more" if function.most is None else str(function.most)
            wanted = most if most == str(function.least) else f"{function.least} to {most}"
            raise FeelError(f"{name} takes {wanted} arguments, not {len(arguments)}", token.column)
        return nodes.Call(function, tuple(arguments))

    def listed(self, closing: str) -> list[nodes.Node]:
        members: list[nodes.Node] = []
        if self.take(closing):
            return members
        while True:
            members.append(self.operation(OR))
            if self.take(closing):
                return members
            self.expect(",")

    def choice(self, token: Token) -> nodes.Node:
        with self.nested(token):
            condition = self.operation(OR)
            self.expect("then")
            then = self.operation(OR)
            self.expect("else")
            return nodes.Choice(condition, then, self.operation(OR))

    def bracket(self, token: Token) -> nodes.Node:
        """`(a)`, `[a, b]`, or a range: `[1..2]` closed, `(1..2)` or `]1..2[` open."""
        with self.nested(token):
            if token.text == "[" and self.take("]"):
                return nodes.ListOf(())
            first = self.operation(OR)
            if self.take(".."):
                return self.range(token, first)
            if token.text == "(":
                self.expect(")")
                return first
            if token.text == "]":
                raise self.unexpected("'..' of a range")
            return self.list(first)

    def range(self, opening: Token, low: nodes.Node) -> nodes.Node:
        high = self.operation(OR)
        for closing in ("]", ")", "["):
            if self.take(closing):
                return nodes.RangeOf(low, high, opening.text == "[", closing == "]")
        raise self.unexpected("']' or ')' at the end of the range")

    def list(self, first: nodes.Node) -> nodes.Node:
        if self.take("]"):
            return nodes.ListOf((first,))
        self.expect(",")
        return nodes.ListOf((first, *self.listed("]")))

    @contextmanager
    def nested(self, token: Token) -> Iterator[None]:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise FeelError(f"nested more than {MAX_NESTING} deep", token.column)
        yield
        self.nesting -= 1

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.position += 1
        else:
            raise self.unexpected("a value")
        return token

    def take(self, text: str) -> bool:
        if self.token.text == text and self.token.kind in {"operator", "word"}:
            self.position += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.unexpected(repr(text))

    def unexpected(self, wanted: str) -> FeelError:
        if self.token.kind == "end":
            return FeelError(f"the expression ends where {wanted} is wanted", self.token.column)
        return FeelError(f"{self.token.text!r} where {wanted} is wanted", self.token.column)
