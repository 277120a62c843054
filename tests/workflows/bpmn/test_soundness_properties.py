"""Random diagrams: well-nested ones are sound, and moving one token at a time hides no deadlock."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.bpmn.checking import BINDINGS
from tests.workflows.diagrams import diagram
from workflows.bpmn import check, read
from workflows.bpmn.model import ProcessModel
from workflows.bpmn.soundness import Search, is_local, ranks
from workflows.bpmn.tokens import Net

BLOCKS = st.recursive(
    st.just("task"),
    lambda inner: st.tuples(
        st.sampled_from(["row", "exclusive", "parallel", "inclusive", "loop"]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=7,
)


class Drawing:
    """Draws blocks into nodes and arrows; every block has one way in and one way out."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {"start": {}}
        self.flows: list[tuple[Any, ...]] = []

    def node(self, **node: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes[name] = node
        return name

    def block(self, block: Any) -> tuple[str, str]:
        if block == "task":
            task = self.node(role="county")
            return task, task
        kind, inner = block
        if kind == "row":
            ends = [self.block(part) for part in inner]
            self.flows += [(a[1], b[0]) for a, b in pairwise(ends)]
            return ends[0][0], ends[-1][1]
        if kind == "loop":
            return self.loop(inner[0])
        split, join = self.node(kind=f"{kind}Gateway"), self.node(kind=f"{kind}Gateway")
        for number, part in enumerate(inner):
            first, last = self.block(part)
            condition = (
                ()
                if kind == "parallel"
                else ({"default": True} if number == 0 else f"=n = {number}",)
            )
            self.flows += [(split, first, *condition), (last, join)]
        return split, join

    def loop(self, part: Any) -> tuple[str, str]:
        merge, split = self.node(kind="exclusiveGateway"), self.node(kind="exclusiveGateway")
        first, last = self.block(part)
        out = self.node(role="county")
        self.flows += [
            (merge, first),
            (last, split),
            (split, merge, "=n = 1"),
            (split, out, {"default": True}),
        ]
        return merge, out


def drawn(block: Any) -> Drawing:
    drawing = Drawing()
    first, last = drawing.block(block)
    drawing.nodes["end"] = {"verdict": "approved"}
    drawing.flows += [("start", first), (last, "end")]
    return drawing


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_a_well_nested_diagram_is_sound(block: Any) -> None:
    drawing = drawn(block)
    text = diagram(drawing.nodes, drawing.flows, drawn=False)
    found = {issue.code for issue in check([("x", text.encode())], BINDINGS).issues}
    assert found <= {"B041", "B081", "B082"}


def mutant(drawing: Drawing, data: st.DataObject) -> ProcessModel:
    """The diagram with some of its gateways turned into another kind."""
    gateways = [name for name, node in drawing.nodes.items() if "Gateway" in node.get("kind", "")]
    for name in gateways:
        if data.draw(st.booleans()):
            drawing.nodes[name] = {
                "kind": data.draw(st.sampled_from(["exclusiveGateway", "parallelGateway"]))
            }
    model = read(diagram(drawing.nodes, drawing.flows, drawn=False).encode(), "x").model
    assert model is not None
    return model


@settings(max_examples=150, deadline=None)
@given(BLOCKS, st.data())
def test_one_token_at_a_time_finds_the_deadlocks_that_every_order_finds(
    block: Any, data: st.DataObject
) -> None:
    model = mutant(drawn(block), data)
    if not is_local(model):
        return
    searches = []
    for local in (True, False):
        search = Search(Net(model), ranks(model), local)
        search.run()
        searches.append(search)
    quick, full = searches
    if full.exceeded or full.net.overflow or quick.net.overflow:
        return
    assert set(quick.deadlocks) == set(full.deadlocks)
    if not full.deadlocks:
        assert quick.fired == full.fired
    assert len(quick.came) <= len(full.came)


@settings(max_examples=60, deadline=None)
@given(BLOCKS)
def test_one_wrong_join_is_a_deadlock(block: Any) -> None:
    """An exclusive split in front of a parallel join, anywhere in a sound diagram."""
    drawing = Drawing()
    first, last = drawing.block(("row", [block, ("exclusive", ["task", block])]))
    drawing.nodes["end"] = {}
    drawing.flows += [("start", first), (last, "end")]
    drawing.nodes[last] = {"kind": "parallelGateway"}
    text = diagram(drawing.nodes, drawing.flows, drawn=False)
    errors = [i for i in check([("x", text.encode())], BINDINGS).issues if i.severity == "error"]
    assert {i.code for i in errors} == {"B070"}
    assert last in {i.element for i in errors}
