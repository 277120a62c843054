"""Random sound diagrams, made of blocks with one way in and one way out; the same seed draws the same.

Every block is sound by itself and so is every composition of them: what a random walk through them
does wrong is the engine's fault, what the checks say against them is the checks'.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.workflows.diagrams import diagram

Ends = tuple[str, str]
"""The node at which a block is entered and the one by which it is left."""
Flow = tuple[Any, ...]

PEOPLE = ["li", "wang", "zhao"]
START: dict[str, Any] = {"n": 0, "acts": 0, "people": PEOPLE}
"""The variables of every case: `n` is any digit of the last act, `acts` counts the acts."""
ROUNDS = 14
"""No correction is asked for after this many acts, so every loop ends."""
HANDLERS = frozenset({"work", "risky", "deadly"})
"""Never raises; raises what its edge catches; raises what nobody catches (and ends the case)."""
CODE, RETURNED = "E1", "E9"
XOR, AND, OR = ({"kind": f"{kind}Gateway"} for kind in ("exclusive", "parallel", "inclusive"))
HEAVY = f'=if item = "{PEOPLE[0]}" then 2 else 1'
PANELS: tuple[dict[str, Any], ...] = (
    {"collection": "people", "outputItem": "n", "output": "marks"},
    {"collection": "people", "sequential": True},
    {"cardinality": 2},
    {"cardinality": "=n + 1", "completion": "=nrOfCompletedInstances >= 2"},
    {"collection": "people", "mode": "ALL"},
    {"collection": "people", "mode": "ANY", "onReject": "all"},
    {"collection": "people", "mode": "QUORUM", "need": "2/3", "minQuorum": 3},
    {"collection": "people", "mode": "QUORUM", "need": ">1/2", "weight": HEAVY},
    {"collection": "people", "mode": "SEQUENCE", "sequential": True},
)


@dataclass
class Scope:
    """A process or the inside of a sub-process while it is drawn."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)


@dataclass
class Gate:
    """A split with its join and their kind: what a mutant may break."""

    scope: Scope
    split: str
    join: str
    kind: str


@dataclass
class Sketch:
    """One drawn diagram, with what it calls."""

    seed: str
    top: Scope = field(default_factory=Scope)
    called: Scope | None = None
    scopes: list[Scope] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"random_{self.seed}"

    def sources(self) -> list[tuple[str, str]]:
        """File names and BPMN texts; the first one is started."""
        files = [(f"{self.key}.bpmn", _text(self.top, self.key))]
        if self.called is not None:
            files.append((f"{self.key}_called.bpmn", _text(self.called, f"{self.key}_called")))
        return files


def _text(scope: Scope, key: str) -> str:
    return diagram(scope.nodes, scope.flows, key=key, drawn=False)


class Drawing:
    """Draws one sketch; `size` is how many blocks are still to be drawn, at most."""

    def __init__(self, seed: str, size: int) -> None:
        self.dice = random.Random(seed)
        self.sketch = Sketch(seed)
        self.scope = self.sketch.top
        self.sketch.scopes.append(self.scope)
        self.size = size
        self.names = 0
        self.calling = False

    def node(self, prefix: str, /, **node: Any) -> str:
        """A new node of the present scope; the name says what it is."""
        self.names += 1
        name = f"{prefix}{self.names}"
        self.scope.nodes[name] = node
        return name

    def arrow(self, source: str, target: str, *more: Any) -> None:
        self.scope.flows.append((source, target, *more))

    def new_scope(self) -> Scope:
        self.sketch.scopes.append(Scope())
        return self.sketch.scopes[-1]

    # Leaves

    def person(self, **more: Any) -> str:
        return self.node("person", role="county", **more)

    def step(self) -> Ends:
        """A step without structure: a person, a robot, a wait."""
        kind = self.dice.choice(["person", "person", "person", "robot", "deadly", "wait", "manual"])
        if kind in {"robot", "deadly"}:
            handler = "work" if kind == "robot" else "deadly"
            name = self.node(kind, kind="serviceTask", handler=handler)
        elif kind == "wait":
            name = self.node("wait", kind="intermediateCatchEvent", timer=self.duration())
        elif kind == "manual":
            name = self.node("manual", kind="manualTask", role="county", result="passed")
        else:
            name = self.person(outcomes="approve reject")
        return name, name

    def duration(self) -> str:
        return self.dice.choice(["PT6H", "P1D", "P2D", "P3D"])

    # Blocks

    def block(self, depth: int) -> Ends:
        """Any block; steps only when the diagram is large or deep enough."""
        self.size -= 1
        if depth <= 0 or self.size <= 0:
            return self.step()
        blocks: list[Callable[[int], Ends]] = [
            self.row, self.exclusive, self.choice, self.parallel, self.inclusive, self.loop, self.panel,
            self.deadline, self.deadline, self.reminder, self.risk, self.inside, self.call,
        ]  # fmt: skip
        return self.dice.choice(blocks)(depth - 1)

    def row(self, depth: int) -> Ends:
        parts = [self.block(depth) for _part in range(2)]
        for before, behind in pairwise(parts):
            self.arrow(before[1], behind[0])
        return parts[0][0], parts[-1][1]

    def gateways(self, kind: dict[str, Any], branches: int, depth: int, arrows: list[Flow]) -> Ends:
        """Split, branches, join; `arrows` are what the arrows out of the split carry."""
        split, join = self.node("split", **kind), self.node("join", **kind)
        self.sketch.gates.append(Gate(self.scope, split, join, kind["kind"]))
        for number in range(branches):
            first, last = self.block(depth)
            self.arrow(split, first, *arrows[number])
            self.arrow(last, join)
        return split, join

    def exclusive(self, depth: int) -> Ends:
        """By the data; the first true condition counts."""
        return self.gateways(XOR, 3, depth, [("=n > 6",), ("=n > 3",), ({"default": True},)])

    def choice(self, depth: int) -> Ends:
        """By a person's outcome."""
        asked = self.person(outcomes="approve reject return")
        arrows: list[Flow] = [({"outcome": "approve"},), ({"default": True},)]
        split, join = self.gateways(XOR, 2, depth, arrows)
        self.arrow(asked, split)
        return asked, join

    def parallel(self, depth: int) -> Ends:
        return self.gateways(AND, self.dice.choice([2, 3]), depth, [(), (), ()])

    def inclusive(self, depth: int) -> Ends:
        return self.gateways(OR, 3, depth, [("=n > 2",), ("=n > 5",), ({"default": True},)])

    def loop(self, depth: int) -> Ends:
        """A correction: back while a person returns it and the data allow another round."""
        merge, decide = self.node("merge", **XOR), self.node("decide", **XOR)
        first, last = self.block(depth)
        asked, out = self.person(outcomes="approve return"), self.person()
        self.arrow(merge, first)
        self.arrow(last, asked)
        self.arrow(asked, decide)
        self.arrow(decide, merge, f'=outcome = "return" and acts < {ROUNDS}')
        self.arrow(decide, out, {"default": True})
        return merge, out

    def panel(self, _depth: int) -> Ends:
        """Several people on one step, with a decision rule, a condition or neither."""
        multi = self.dice.choice(PANELS)
        voting = {"outcomes": "approve reject abstain"} if "mode" in multi else {}
        name = self.node("panel", role="expert", multi=multi, **voting)
        if not voting or self.dice.random() < 0.5:
            return name, name
        split, join = self.gateways(XOR, 2, 0, [({"outcome": "approve"},), ({"default": True},)])
        self.arrow(name, split)
        return name, join

    def host(self, depth: int) -> str:
        """A step that lasts, for an event at its edge."""
        kind = self.dice.choice(["person", "panel", "sub"])
        if kind == "panel":
            return self.node("panel", role="expert", multi=self.dice.choice(PANELS[:4]))
        return self.sub(depth) if kind == "sub" else self.person()

    def beside(self, host: str, depth: int, **event: Any) -> Ends:
        """What happens at the edge of a host leads round it."""
        edge = self.node("edge", kind="boundaryEvent", attached_to=host, **event)
        merge = self.node("merge", **XOR)
        first, last = self.block(depth)
        self.scope.flows += [(host, merge), (edge, first), (last, merge)]
        return host, merge

    def deadline(self, depth: int) -> Ends:
        return self.beside(self.host(depth), depth, timer=self.duration())

    def reminder(self, depth: int) -> Ends:
        """A timer that does not interrupt starts a path of its own, with an end of its own."""
        host = self.host(depth)
        edge = self.node(
            "remind", kind="boundaryEvent", attached_to=host, timer=self.duration(), interrupting=False
        )  # fmt: skip
        first, last = self.block(0)
        end = self.node("reminded", kind="endEvent")
        self.scope.flows += [(edge, first), (last, end)]
        return host, host

    def risk(self, depth: int) -> Ends:
        """A handler that raises an error now and then, caught by its code or by any."""
        robot = self.node("risky", kind="serviceTask", handler="risky")
        return self.beside(robot, depth, error=self.dice.choice([CODE, ""]))

    def sub(self, depth: int, *, fails: bool = False) -> str:
        """A sub-process."""
        outer, self.scope = self.scope, self.new_scope()
        self.course(depth, fails=fails)
        inner, self.scope = self.scope, outer
        return self.node("sub", kind="subProcess", nodes=inner.nodes, flows=inner.flows)

    def inside(self, depth: int) -> Ends:
        """A sub-process; now and then one of its ways ends in an error that its edge catches."""
        if self.dice.random() < 0.4:
            return self.beside(self.sub(depth, fails=True), 0, error=RETURNED)
        name = self.sub(depth)
        return name, name

    def call(self, depth: int) -> Ends:
        """Calls the one other diagram of the release, which calls nothing."""
        if self.calling:
            return self.step()
        if self.sketch.called is None:
            outer, self.scope = self.scope, self.new_scope()
            self.calling, self.sketch.called = True, self.scope
            self.course(min(depth, 1))
            self.calling, self.scope = False, outer
        name = self.node("call", kind="callActivity", called=f"{self.sketch.key}_called")
        return name, name

    def course(self, depth: int, *, fails: bool = False) -> None:
        """A whole scope: start, a block (at the top two in a row), end."""
        start, end = self.node("start", kind="startEvent"), self.node("end", kind="endEvent")
        first, last = (self.row if self.scope is self.sketch.top else self.block)(depth)
        self.arrow(start, first)
        if not fails:
            self.arrow(last, end)
            return
        asked, split = self.person(outcomes="approve return"), self.node("split", **XOR)
        failed = self.node("failed", kind="endEvent", error=RETURNED)
        self.scope.flows += [
            (last, asked), (asked, split), (split, failed, {"outcome": "return"}), (split, end, {"default": True}),
        ]  # fmt: skip


def drawn(seed: int | str, size: int = 9) -> Sketch:
    """The random sound diagram of this seed."""
    drawing = Drawing(str(seed), size)
    drawing.course(3)
    return drawing.sketch
