"""Makes a sound sketch unsound, in one place and one way; None where the sketch has no such place."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy

from tests.workflows.properties.generating import AND, XOR, Flow, Gate, Scope, Sketch

Mutation = Callable[[Sketch, random.Random], Sketch | None]
PERSON = {"role": "county"}


def _gate(sketch: Sketch, kind: str, dice: random.Random) -> Gate | None:
    gates = [gate for gate in sketch.gates if gate.kind == kind]
    return dice.choice(gates) if gates else None


def _arrows(scope: Scope, *, source: str = "", target: str = "") -> list[Flow]:
    """Arrows with this source or target; all without either."""
    return [flow for flow in scope.flows if source in ("", flow[0]) and target in ("", flow[1])]


def _detour(scope: Scope, arrow: Flow, elsewhere: str) -> None:
    """An exclusive split on the arrow, which may now lead elsewhere."""
    scope.nodes["fork"] = dict(XOR)
    source, target, *more = arrow
    scope.flows[scope.flows.index(arrow)] = (source, "fork", *more)
    scope.flows += [("fork", elsewhere, "=n = 9"), ("fork", target, {"default": True})]


def wrong_join(sound: Sketch, dice: random.Random) -> Sketch | None:
    """A parallel join behind an exclusive split waits for a token that was never made."""
    sketch = deepcopy(sound)
    gate = _gate(sketch, "exclusiveGateway", dice)
    if gate is None:
        return None
    gate.scope.nodes[gate.join] = dict(AND)
    return sketch


def lost_branch(sound: Sketch, dice: random.Random) -> Sketch | None:
    """One branch may end before the parallel join."""
    sketch = deepcopy(sound)
    gate = _gate(sketch, "parallelGateway", dice)
    if gate is None:
        return None
    gate.scope.nodes["lost"] = {"kind": "endEvent"}
    _detour(gate.scope, dice.choice(_arrows(gate.scope, target=gate.join)), "lost")
    return sketch


def dropped_branch(sound: Sketch, dice: random.Random) -> Sketch | None:
    """One branch of a parallel split is not entered any more."""
    sketch = deepcopy(sound)
    gate = _gate(sketch, "parallelGateway", dice)
    if gate is None:
        return None
    gate.scope.flows.remove(dice.choice(_arrows(gate.scope, source=gate.split)))
    return sketch


def no_way_on(sound: Sketch, dice: random.Random) -> Sketch | None:
    """Any arrow is taken away, but a loop's way back: without it the diagram is still sound."""
    sketch = deepcopy(sound)
    scope = dice.choice(sketch.scopes)
    ways = [flow for flow in scope.flows if not _is_way_back(flow)]
    scope.flows.remove(dice.choice(ways))
    return sketch


def _is_way_back(flow: Flow) -> bool:
    return flow[0].startswith("decide") and flow[1].startswith("merge")


def no_way_out(sound: Sketch, dice: random.Random) -> Sketch | None:
    """A loop that a token may enter and never leaves, where no timer around it could end it."""
    sketch = deepcopy(sound)
    scope = dice.choice([sketch.top, sketch.called or sketch.top])
    arrow = dice.choice(scope.flows)
    scope.nodes |= {"again": dict(XOR), "forever": dict(PERSON)}
    scope.flows += [("again", "forever"), ("forever", "again")]
    _detour(scope, arrow, "again")
    return sketch


MUTATIONS: dict[Mutation, set[str]] = {
    wrong_join: {"B070", "B071"},
    lost_branch: {"B070"},
    dropped_branch: {"B051", "B070"},
    no_way_on: {"B051", "B052"},
    no_way_out: {"B074"},
}
"""With the codes of which at least one is told, whatever event at an edge could end the wait."""
