"""Soundness by state-space search: deadlocks, multiplied tokens, nodes no run ever reaches.

Where no move can take another's tokens away (no inclusive join, no terminate, nothing that leaves a
sub-process early) one token is moved at a time, in a fixed order: this keeps every deadlock and
makes parallel branches add up instead of multiply. Otherwise every order is tried. Beyond
MAX_STATES states, or MAX_TOKENS tokens on one arrow, the search says that no more is proved.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.bpmn.issues import Findings
from workflows.bpmn.model import Node, ProcessModel
from workflows.bpmn.places import at
from workflows.bpmn.tokens import MAX_TOKENS, Move, Net, State, catches

MAX_STATES = 20_000
MAX_WORK = 500_000
"""Tokens of all states looked at, for flows with very many branches."""
SHOWN_STEPS = 30
JOINS = frozenset({"parallelGateway", "inclusiveGateway"})


@dataclass(slots=True)
class Search:
    """The states seen, how each was come to first, and what was found on the way."""

    net: Net
    rank: dict[str, int]
    local: bool
    came: dict[State, tuple[State, str] | None] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)
    deadlocks: dict[str, State] = field(default_factory=dict)
    multiplied: dict[str, State] = field(default_factory=dict)
    exceeded: bool = False
    starts: dict[State, str] = field(default_factory=dict)
    before: dict[State, list[State]] = field(default_factory=dict)

    def run(self) -> None:
        """Breadth first, so that the first path to a fault is a shortest one."""
        self.starts = self.net.initials()
        self.came.update(dict.fromkeys(self.starts))
        waiting = deque(self.starts)
        work = 0
        while waiting:
            state = waiting.popleft()
            self._look_at(state)
            moves = self._moves(state)
            if state and all(move.rescues for move in moves):
                self._stuck(state)
            for move in moves:
                self.fired.add(move.node)
                self.before.setdefault(move.after, []).append(state)
                if move.after not in self.came:
                    self.came[move.after] = (state, move.node)
                    waiting.append(move.after)
            work += (len(state) + 1) * (len(moves) + 1)
            if len(self.came) > MAX_STATES or work > MAX_WORK:
                self.exceeded = True
                return

    def _moves(self, state: State) -> list[Move]:
        found: list[Move] = []
        for node in sorted(self.net.fireable(state), key=lambda n: self.rank.get(n, 0)):
            found.extend(self.net.moves(node, state))
            if found and self.local:
                return found
        return found

    def _look_at(self, state: State) -> None:
        """Two tokens before one node that takes them one by one: it runs twice."""
        before: dict[str, int] = {}
        for (kind, identity), count in state:
            if kind == "arrow":
                target = self.net.model.flows[identity].target
                before[target] = before.get(target, 0) + count
        for target, count in before.items():
            node = self.net.nodes[target]
            if count > 1 and node.kind not in JOINS | {"endEvent"}:
                self.multiplied.setdefault(target, state)

    def _stuck(self, state: State) -> None:
        for (kind, identity), _ in state:
            if kind == "arrow":
                self.deadlocks.setdefault(self.net.model.flows[identity].target, state)

    def endless(self) -> State | None:
        """The first state from which no run comes to an end, deadlocks not counted."""
        ending: set[State] = set()
        waiting = [frozenset(), *self.deadlocks.values()]
        while waiting:
            state = waiting.pop()
            if state not in ending:
                ending.add(state)
                waiting.extend(self.before.get(state, ()))
        return next((state for state in self.came if state not in ending), None)

    def path(self, state: State) -> str:
        """The nodes that fired on the way to a state, the start event first."""
        steps: list[str] = []
        came = self.came[state]
        while came is not None:
            state, node = came
            steps.append(node)
            came = self.came[state]
        steps.append(self.starts[state])
        steps.reverse()
        if len(steps) > SHOWN_STEPS:
            steps = [*steps[: SHOWN_STEPS // 2], "…", *steps[-SHOWN_STEPS // 2 :]]
        return " → ".join(steps)


def prove(model: ProcessModel, findings: Findings) -> None:
    """Reports what the search finds; the model must be free of errors so far."""
    net = Net(model)
    search = Search(net, ranks(model), is_local(model))
    search.run()
    for target, state in search.deadlocks.items():
        _deadlock(model.nodes[target], state, search, findings)
    if search.exceeded and not search.deadlocks and not search.local:
        _second_look(model, findings)
    for target, state in _first_merges(search).items():
        message = f"multiplied token: the step runs once per token; path: {search.path(state)}"
        hint = "join the branches with a parallel gateway, unless this is meant"
        findings.add("B072", at(model.nodes[target]), message, hint)
    if search.exceeded or net.overflow:
        states = f"{MAX_STATES:,} states or {MAX_WORK:,} moves"
        bound = states if search.exceeded else f"{MAX_TOKENS} tokens on an arrow"
        first = next(iter(model.nodes.values()))
        message = f"soundness is not proved: the flow has more than {bound}"
        hint = "split the flow into called processes; what was reported was found within the bound"
        findings.add("B073", at(first), message, hint)
        _trapped(model, findings)
    elif not search.deadlocks:
        _never(model, search, findings)
        _endless(model, search, findings)


def _second_look(model: ProcessModel, findings: Findings) -> None:
    """Beyond the bound: one token at a time. Its runs are runs of the flow, only not all of them,
    so a deadlock that it finds is one."""
    search = Search(Net(model), ranks(model), local=True)
    search.run()
    for target, state in search.deadlocks.items():
        _deadlock(model.nodes[target], state, search, findings)


def _trapped(model: ProcessModel, findings: Findings) -> None:
    """Beyond the bound: the first node from which no arrow leads to an end, by the drawing alone.
    Where something else could end the scope around it, nothing is said."""
    net, left_early = Net(model), _left_early(model)
    for node in model.nodes.values():
        if left_early & set(_around(node, model)):
            continue
        if all(model.nodes[other].outgoing for other in net.reached_from(node.id)):
            message = "never ends: from here no arrow leads to an end event"
            findings.add("B074", at(node), message, "draw a way out of the loop to an end event")
            return


def _left_early(model: ProcessModel) -> set[str]:
    """Scopes that something may end while tokens are in them."""
    left: set[str] = set()
    for node in model.nodes.values():
        kind = node.event.kind if node.event else "none"
        host = model.nodes.get(node.attached_to or "")
        if node.triggered or (node.kind == "endEvent" and kind == "terminate"):
            left.add(node.scope)
        elif node.kind == "endEvent" and kind in {"error", "escalation"}:
            left.update(_around(node, model))
        elif host is not None and node.interrupting:
            left.add(host.id)
    return left


def _around(node: Node, model: ProcessModel) -> Iterator[str]:
    """The scopes around a node, from the inside out; an error caught at an edge goes no further."""
    scope = node.scope
    while scope != model.id:
        yield scope
        host = model.nodes[scope]
        if node.kind == "endEvent" and any(catches(b, node) for b in model.boundaries(scope)):
            return
        scope = host.scope
    yield scope


def _first_merges(search: Search) -> dict[str, State]:
    """Where tokens multiply, without the nodes behind that the same tokens come to later."""
    kept: dict[str, State] = {}
    for target in sorted(search.multiplied, key=lambda node: search.rank[node]):
        if not any(target in search.net.reached_from(earlier) for earlier in kept):
            kept[target] = search.multiplied[target]
    return kept


def _deadlock(node: Node, state: State, search: Search, findings: Findings) -> None:
    empty = [f for f in node.incoming if (("arrow", f)) not in {place for place, _ in state}]
    waits = f" for {', '.join(empty)}" if empty else ""
    message = f"deadlock: {node.kind} waits in vain{waits}; path: {search.path(state)}"
    hint = "merge with an exclusive gateway what an exclusive gateway has split"
    findings.add("B070", at(node), message, hint)


def _endless(model: ProcessModel, search: Search, findings: Findings) -> None:
    state = search.endless()
    if state is None:
        return
    waiting = sorted(identity for (kind, identity), _ in state if kind == "arrow")
    node = (
        model.nodes[model.flows[waiting[0]].target] if waiting else next(iter(model.nodes.values()))
    )
    message = f"never ends: from here no run comes to an end; path: {search.path(state)}"
    findings.add("B074", at(node), message, "draw a way out of the loop to an end event")


def _never(model: ProcessModel, search: Search, findings: Findings) -> None:
    """A boundary event counts as reached with its host: an error may come from any handler."""
    for node in model.nodes.values():
        if node.kind in {"startEvent", "boundaryEvent"} or node.id in search.fired:
            continue
        before = {model.flows[flow].source for flow in node.incoming}
        if any(s in search.fired or _is_begun(model.nodes[s], model) for s in before):
            message = "never reached: no run of the flow comes to this element"
            if any(_always_thrown(model.nodes[source]) for source in before):
                hint = "draw a way on which nothing is thrown, or remove the arrow"
                findings.add("B075", at(node), message, hint)
            else:
                findings.add("B071", at(node), message, "check the joins and ends before it")


def _always_thrown(node: Node) -> bool:
    """A normal exit that no run takes because an error or escalation always goes before it."""
    kind = node.event.kind if node.event else "none"
    return node.kind == "subProcess" or (
        node.kind == "intermediateThrowEvent" and kind == "escalation"
    )


def _is_begun(node: Node, model: ProcessModel) -> bool:
    """The start of a scope; that of an event sub-process may wait for ever, as a boundary may."""
    outer = model.nodes.get(node.scope)
    return node.kind == "startEvent" and not (outer is not None and outer.triggered)


def is_local(model: ProcessModel) -> bool:
    """Whether no node can hinder or undo what another does, so that their order does not matter."""
    for node in model.nodes.values():
        if node.kind == "inclusiveGateway" and len(node.incoming) > 1:
            return False
        throws = node.kind in {"endEvent", "intermediateThrowEvent"}
        if throws and node.event and node.event.kind in {"terminate", "error", "escalation"}:
            return False
        if node.triggered:
            return False
        host = model.nodes.get(node.attached_to or "")
        if host is not None and host.kind == "subProcess":
            return False
    return True


def ranks(model: ProcessModel) -> dict[str, int]:
    """A topological order (loops cut): branches advance together and meet before a merge fires."""
    after: list[str] = []
    seen: set[str] = set()
    for start in model.nodes.values():
        waiting = [(start.id, False)] if start.kind == "startEvent" else []
        while waiting:
            node_id, done = waiting.pop()
            if done:
                after.append(node_id)
                continue
            if node_id in seen:
                continue
            seen.add(node_id)
            waiting.append((node_id, True))
            node = model.nodes[node_id]
            following = [model.flows[flow].target for flow in node.outgoing]
            following += [b.id for b in model.boundaries(node_id)]
            waiting.extend((target, False) for target in following if target not in seen)
    return {node_id: rank for rank, node_id in enumerate(reversed(after))}
