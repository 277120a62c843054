"""How tokens move through a diagram: the successors of a state, for the soundness search.

A state is a multiset of places: ("arrow", flow id) is a token waiting at the arrow's target,
("active", sub-process id) a running sub-process, ("armed", boundary id) a non-interrupting boundary
event that has not fired, ("listening", event sub-process id) one that may still start. Data are not
looked at: every condition may be true or false. An activity that is no sub-process is left in one
move, with any of its boundary events fired or not; a repeated activity counts as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from workflows.bpmn import rounds
from workflows.bpmn.model import Node, ProcessModel
from workflows.bpmn.vocabulary import ACTIVITIES, AUTOMATIC_TASKS

Place = tuple[str, str]
State = frozenset[tuple[Place, int]]
MAX_TOKENS = 3
"""Tokens on one arrow; more are not counted (and the search says so)."""
THROWERS = {
    "error": AUTOMATIC_TASKS | {"callActivity"},
    "escalation": frozenset({"callActivity"}),
}
"""What may throw without its being drawn."""
MAX_SUBSETS, MAX_PAIRS = 6, 40
"""Arrows of an inclusive split of which every subset is tried; beyond, singles, pairs and all; with
very many arrows singles and all."""


@dataclass(frozen=True, slots=True)
class Move:
    """One step: the node that fires and the state after it.

    `rescues` marks an event at the edge of a scope: it can end a wait, but does not serve it. A
    state that only such moves leave is a deadlock all the same.
    """

    node: str
    after: State
    rescues: bool = False


def frozen(tokens: Counter[Place]) -> State:
    """A state that can be a key of a dict."""
    return frozenset((place, count) for place, count in tokens.items() if count > 0)


class Net:
    """The token game of one process."""

    def __init__(self, model: ProcessModel) -> None:
        self.model = model
        self.nodes = model.nodes
        self.boundaries: dict[str, tuple[Node, ...]] = {
            n.id: model.boundaries(n.id) for n in model.nodes.values() if n.kind in ACTIVITIES
        }
        self.handlers = {scope: model.event_subprocesses(scope) for scope in model.scopes()}
        self.inside = self._places_by_scope()
        self.overflow = False
        self._reaches: dict[str, frozenset[str]] = {}
        self._origins: dict[str, frozenset[str]] = {}

    def initials(self) -> dict[State, str]:
        """The first state by the start event that leads to it: the none start, else any."""
        starts = self.model.starts(self.model.id)
        plain = [s for s in starts if s.event is None or s.event.kind == "none"]
        return {frozen(Counter(self._begun(start))): start.id for start in plain or starts}

    def fireable(self, state: State) -> Iterator[str]:
        """Ids of the nodes that can fire, tokens on their arrows or activity inside."""
        seen: set[str] = set()
        for (kind, identity), _ in state:
            node = self.model.flows[identity].target if kind == "arrow" else identity
            if kind != "armed" and node not in seen:
                seen.add(node)
                yield node

    def moves(self, node_id: str, state: State) -> list[Move]:
        """Every way `node_id` can fire in `state`; none when it has to wait."""
        tokens = Counter(dict(state))
        node = self.nodes[node_id]
        arrived = [f for f in node.incoming if tokens[("arrow", f)]]
        afters: list[Counter[Place]] = []
        rescues = list(self._rescues(node, tokens))
        if tokens[("active", node_id)]:
            if not self._holds(node.id, tokens):
                afters.append(self._closed(node, tokens, node.outgoing))
        elif node.kind in {"parallelGateway", "inclusiveGateway"} and len(node.incoming) > 1:
            if self._joins(node, arrived, tokens):
                afters.append(self._moved(tokens, arrived, node.outgoing))
        else:
            for flow in arrived:
                afters.extend(self._single(node, flow, tokens))
        served = [Move(node_id, frozen(self._settled(after))) for after in afters]
        return served + [Move(node_id, frozen(self._settled(t)), rescues=True) for t in rescues]

    def _single(self, node: Node, flow: str, tokens: Counter[Place]) -> Iterator[Counter[Place]]:
        """Nodes that take one token at a time."""
        if node.kind == "endEvent":
            yield self._ended(node, flow, tokens)
        elif node.kind == "subProcess":
            after = self._moved(tokens, [flow], ())
            after[("active", node.id)] = 1
            for start in self.model.starts(node.id):
                after.update(self._begun(start))
            for boundary in self.boundaries[node.id]:
                if not boundary.interrupting:
                    after[("armed", boundary.id)] = 1
            yield after
        elif node.event is not None and node.event.kind == "escalation":
            yield self._thrown(node, self._moved(tokens, [flow], node.outgoing))
        else:
            for leaving in self._choices(node):
                yield self._moved(tokens, [flow], leaving)

    def _choices(self, node: Node) -> Iterator[tuple[str, ...]]:
        """The sets of arrows a node may put tokens on."""
        if node.kind in {"exclusiveGateway", "eventBasedGateway"}:
            yield from ((flow,) for flow in node.outgoing)
        elif node.kind == "inclusiveGateway" and len(node.outgoing) > 1:
            yield from _subsets([f for f in node.outgoing if f != node.default])
            if node.default:
                yield (node.default,)
        elif node.kind in ACTIVITIES:
            yield from self._left(node)
        else:
            yield node.outgoing

    def _left(self, node: Node) -> Iterator[tuple[str, ...]]:
        boundaries = self.boundaries[node.id]
        ways = [*self._normal(node), *(b.outgoing for b in boundaries if b.interrupting)]
        extra = [b.outgoing for b in boundaries if not b.interrupting]
        for way in ways:
            for size in range(len(extra) + 1):
                for fired in combinations(extra, size):
                    yield way + tuple(flow for flows in fired for flow in flows)

    def _normal(self, node: Node) -> Iterator[tuple[str, ...]]:
        """Arrows without a condition, with those whose condition holds, else with the default."""
        asked = [f for f in node.outgoing if self.model.flows[f].condition is not None]
        asked = [f for f in asked if f != node.default]
        always = tuple(f for f in node.outgoing if f not in asked and f != node.default)
        if not asked:
            yield node.outgoing
            return
        for held in _subsets(asked):
            yield always + held
        if always or node.default:
            yield always or (node.default or "",)

    def _holds(self, scope: str, tokens: Counter[Place]) -> bool:
        """Whether anything goes on in a sub-process; what only listens does not count."""
        return any(tokens[place] for place in self.inside[scope] if place[0] != "listening")

    def _rescues(self, node: Node, tokens: Counter[Place]) -> Iterator[Counter[Place]]:
        """What events from outside do: an event sub-process begins, a sub-process is left by its
        edge (or something begins beside it)."""
        waits = tokens[("listening", node.id)]
        if waits and self._may_fire(self._start_of(node), node.scope, tokens):
            yield self._triggered(node, tokens)
        if not tokens[("active", node.id)] or not self._holds(node.id, tokens):
            return
        for boundary in self.boundaries[node.id]:
            if not self._may_fire(boundary, node.id, tokens):
                continue
            if boundary.interrupting:
                yield self._closed(node, tokens, boundary.outgoing)
            elif tokens[("armed", boundary.id)]:
                after = self._moved(tokens, (), boundary.outgoing)
                after[("armed", boundary.id)] = 0
                yield after

    def _may_fire(self, event: Node, scope: str, tokens: Counter[Place]) -> bool:
        """Timers, messages, signals and conditions always may. An error of unknown code comes only
        from a handler or called flow that has a token now, an escalation only from a called flow.
        What is drawn as thrown is followed exactly, when it is thrown."""
        kind = event.event.kind if event.event else "none"
        if kind not in THROWERS:
            return True
        present = {
            self.model.flows[flow].target
            for (what, flow), n in tokens.items()
            if n and what == "arrow"
        }
        return any(
            self._leaves(self.nodes[node], scope, kind)
            for node in present
            if self.nodes[node].kind in THROWERS[kind]
        )

    def _leaves(self, thrower: Node, scope: str, kind: str) -> bool:
        """Whether something of unknown code, raised at a node, comes out to a scope: the node lies
        in it, and nothing in between catches whatever comes."""
        node, inner = thrower, thrower.id
        while True:
            if inner in self.boundaries and any(
                _catches_all(b, kind) for b in self.boundaries[inner]
            ):
                return False
            if node.scope == scope:
                return True
            if node.scope not in self.nodes:
                return False
            within_handler = inner != thrower.id and node.triggered
            starts = () if within_handler else map(self._start_of, self.handlers[node.scope])
            if any(_catches_all(start, kind) for start in starts):
                return False
            node = self.nodes[node.scope]
            inner = node.id

    def _start_of(self, handler: Node) -> Node:
        return self.model.starts(handler.id)[0]

    def _triggered(self, handler: Node, tokens: Counter[Place]) -> Counter[Place]:
        """An event sub-process begins; an interrupting one clears its scope first."""
        start, after = self._start_of(handler), Counter(tokens)
        if start.interrupting:
            if handler.scope == self.model.id:
                after.clear()
            for place in self.inside.get(handler.scope, ()):
                after[place] = 0
        after[("listening", handler.id)] = 0
        after[("active", handler.id)] = 1
        for place, count in self._begun(start).items():
            after[place] = min(after[place] + count, MAX_TOKENS)
        return after

    def _settled(self, tokens: Counter[Place]) -> Counter[Place]:
        """A case in which only event sub-processes listen is over."""
        if any(count > 0 and place[0] != "listening" for place, count in tokens.items()):
            return tokens
        return Counter()

    def _closed(self, node: Node, tokens: Counter[Place], leaving: Iterable[str]) -> Counter[Place]:
        after = self._moved(tokens, (), leaving)
        for place in self.inside[node.id]:
            after[place] = 0
        after[("active", node.id)] = 0
        for boundary in self.boundaries[node.id]:
            after[("armed", boundary.id)] = 0
        return after

    def _ended(self, node: Node, flow: str, tokens: Counter[Place]) -> Counter[Place]:
        after = self._moved(tokens, [flow], ())
        kind = node.event.kind if node.event else "none"
        if kind == "terminate":
            if node.scope == self.model.id:
                return Counter()
            for place in self.inside[node.scope]:
                after[place] = 0
        return self._thrown(node, after) if kind in THROWERS else after

    def _thrown(self, node: Node, tokens: Counter[Place]) -> Counter[Place]:
        """The innermost event sub-process or boundary event that catches it; an error that none
        catches fails the case, an escalation changes nothing."""
        scope, from_handler = node.scope, False
        while True:
            for handler in () if from_handler else self.handlers[scope]:
                if catches(self._start_of(handler), node):
                    return self._triggered(handler, tokens)
            if scope == self.model.id:
                break
            host = self.nodes[scope]
            for boundary in sorted(self.boundaries[scope], key=_names_no_code):
                if catches(boundary, node) and boundary.interrupting:
                    return self._closed(host, tokens, boundary.outgoing)
                if catches(boundary, node):
                    return self._moved(tokens, (), boundary.outgoing)
            scope, from_handler = host.scope, host.triggered
        return Counter() if node.event and node.event.kind == "error" else tokens

    def _joins(self, node: Node, arrived: list[str], tokens: Counter[Place]) -> bool:
        if node.kind == "parallelGateway":
            return len(arrived) == len(node.incoming)
        if not arrived:
            return False
        for (kind, identity), count in tokens.items():
            if not count or (kind == "arrow" and identity in node.incoming):
                continue
            source = self.model.flows[identity].target if kind == "arrow" else identity
            if source in self.origins_of(node.id):
                return False
        return True

    def origins_of(self, join: str) -> frozenset[str]:
        """Where a token is that an inclusive join still waits for."""
        if join not in self._origins:
            self._origins[join] = rounds.origins(self.model, join)
        return self._origins[join]

    def reached_from(self, node_id: str) -> frozenset[str]:
        """Nodes of the same or an outer scope that a token at `node_id` can still come to."""
        if node_id not in self._reaches:
            seen: set[str] = set()
            waiting = [node_id]
            while waiting:
                current = waiting.pop()
                if current in seen:
                    continue
                seen.add(current)
                waiting.extend(self._next(self.nodes[current]))
            self._reaches[node_id] = frozenset(seen)
        return self._reaches[node_id]

    def _next(self, node: Node) -> Iterator[str]:
        for flow in node.outgoing:
            yield self.model.flows[flow].target
        for boundary in self.boundaries.get(node.id, ()):
            yield boundary.id

    def _begun(self, start: Node) -> dict[Place, int]:
        """A token on every arrow out of the start; the scope's event sub-processes listen."""
        listening = {("listening", handler.id): 1 for handler in self.handlers[start.scope]}
        return {("arrow", flow): 1 for flow in start.outgoing} | listening

    def _moved(
        self, tokens: Counter[Place], taken: Iterable[str], put: Iterable[str]
    ) -> Counter[Place]:
        after = Counter(tokens)
        for flow in taken:
            after[("arrow", flow)] -= 1
        for flow in put:
            if after[("arrow", flow)] >= MAX_TOKENS:
                self.overflow = True
            else:
                after[("arrow", flow)] += 1
        return after

    def _places_by_scope(self) -> dict[str, set[Place]]:
        """Every place inside a sub-process, at any depth."""
        inside: dict[str, set[Place]] = {}
        for node in self.nodes.values():
            places = {("arrow", flow) for flow in node.incoming}
            places |= {("active", node.id), ("armed", node.id), ("listening", node.id)}
            scope = node.scope
            while scope in self.nodes:
                inside.setdefault(scope, set()).update(places)
                scope = self.nodes[scope].scope
        return inside


def catches(catcher: Node, thrown: Node) -> bool:
    """An error or escalation event catches what is thrown with its code, or any without one."""
    if catcher.event is None or thrown.event is None or catcher.event.kind != thrown.event.kind:
        return False
    return catcher.event.code in {None, thrown.event.code}


def _catches_all(catcher: Node, kind: str) -> bool:
    event = catcher.event
    return event is not None and event.kind == kind and not event.code


def _names_no_code(catcher: Node) -> bool:
    return catcher.event is None or catcher.event.code is None


def _subsets(flows: list[str]) -> Iterator[tuple[str, ...]]:
    if not flows:
        return
    count = len(flows)
    some = (1, 2, count) if count <= MAX_PAIRS else (1, count)
    for size in range(1, count + 1) if count <= MAX_SUBSETS else some:
        yield from combinations(flows, size)
