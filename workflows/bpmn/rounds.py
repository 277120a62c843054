"""Loops and who comes to an inclusive join: another round of a loop is not waited for.

A join fires when no further token can reach it by a path that avoids it. Inside a loop every token
of the loop's body could come again in the next round, also one that waits behind or beside the join
for the join itself: read like this, a join inside a loop would wait for ever. So a path that goes
back to the beginning of a loop which contains the join does not count. The standard says the same
in other words (BPMN 2.0, 13.4.3: what can also reach an arrow where a token waits is not waited
for); inner loops, which do not contain the join, are gone through as often as they like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflows.bpmn.model import ProcessModel

Step = tuple[str, str]
"""From one node to the next: along an arrow, or from a host to an event at its edge."""
MOST_LOOPS = 200
"""Loops of a scope that are looked at; beyond, their arrows back count like any other."""


def next_rounds(model: ProcessModel, join: str) -> frozenset[Step]:
    """The steps back to the beginning of those loops that contain the join."""
    steps = _steps(model, model.nodes[join].scope)
    begins = frozenset(start.id for start in model.starts(model.nodes[join].scope))
    found = ((step, _body(step, steps)) for step in _backward(steps, begins))
    return frozenset(step for step, body in found if join in body)


def origins(model: ProcessModel, join: str) -> frozenset[str]:
    """Nodes of the join's scope from which a token can come to it, without passing it first."""
    again = next_rounds(model, join)
    before = _reversed(_steps(model, model.nodes[join].scope), again)
    return _walk(before, before.get(join, ()), frozenset({join}))


def _steps(model: ProcessModel, scope: str) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = {}
    for node in model.nodes.values():
        if node.scope == scope:
            targets = [model.flows[flow].target for flow in node.outgoing]
            steps[node.id] = targets + [edge.id for edge in model.boundaries(node.id)]
    return steps


def _reversed(steps: Mapping[str, list[str]], without: frozenset[Step]) -> dict[str, list[str]]:
    before: dict[str, list[str]] = {}
    for source, targets in steps.items():
        for target in targets:
            if (source, target) not in without:
                before.setdefault(target, []).append(source)
    return before


def _walk(
    steps: Mapping[str, Iterable[str]], begins: Iterable[str], never: frozenset[str]
) -> frozenset[str]:
    """Everything that can be come to without passing `never`."""
    seen: set[str] = set()
    waiting = list(begins)
    while waiting:
        node = waiting.pop()
        if node not in seen and node not in never:
            seen.add(node)
            waiting.extend(steps.get(node, ()))
    return frozenset(seen)


def _backward(steps: Mapping[str, list[str]], begins: frozenset[str]) -> list[Step]:
    """The steps by which a walk in depth comes back to where it came from, and by no other way in:
    every run to their source has passed their target."""
    found: list[Step] = []
    state: dict[str, bool] = {}
    for begin in sorted(begins):
        way = [(begin, iter(steps.get(begin, ())))] if begin not in state else []
        state.setdefault(begin, True)
        while way:
            node, targets = way[-1]
            target = next(targets, None)
            if target is None:
                state[node] = False
                way.pop()
            elif target not in state:
                state[target] = True
                way.append((target, iter(steps.get(target, ()))))
            elif state[target]:
                found.append((node, target))
    return [
        (source, target)
        for source, target in found[:MOST_LOOPS]
        if source == target or source not in _walk(steps, begins, frozenset({target}))
    ]


def _body(step: Step, steps: Mapping[str, list[str]]) -> frozenset[str]:
    """The nodes of the loop that a step back closes."""
    source, target = step
    before = _reversed(steps, frozenset())
    return _walk(before, [source], frozenset({target})) | {target}
