"""Multi-instance activities: what contradicts itself, and quorums nobody can reach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from workflows.bpmn.issues import Findings
from workflows.bpmn.model import MultiInstance, Node, ProcessModel
from workflows.bpmn.places import at
from workflows.bpmn.vocabulary import HUMAN_TASKS
from workflows.feel import Expression
from workflows.voting import MAXIMUM_WEIGHT, whole_weight

MAXIMUM_MEMBERS = 1000
"""More items the engine refuses anyway."""


def look_at(model: ProcessModel, findings: Findings) -> None:
    """Reports on every multi-instance activity that is not refused already."""
    for node in model.nodes.values():
        if node.loop is None or node.id in findings.silent:
            continue
        if node.kind not in HUMAN_TASKS and node.loop.mode is not None:
            message = f'approval:mode="{node.loop.mode}" on a {node.kind}: nobody votes there'
            findings.add("B020", at(node), message, "use a completionCondition")
            continue
        _counted(node, node.loop, findings)
        _decided(node, node.loop, findings)
        _weighed(node, node.loop, findings)
        _quorum(node, node.loop, findings)


def _counted(node: Node, loop: MultiInstance, findings: Findings) -> None:
    if loop.collection and loop.cardinality:
        message = "multi-instance with both approval:collection and loopCardinality"
        findings.add("B020", at(node), message, "keep one of them")
    elif not loop.collection and not loop.cardinality:
        message = "multi-instance without approval:collection and without loopCardinality"
        findings.add("B020", at(node), message, "name a case variable, or how many there are")
    if bool(loop.output) != bool(loop.output_item):
        message = "approval:output and approval:outputItem belong together"
        findings.add("B020", at(node), message, "name both: the key, and the variable for the list")


def _decided(node: Node, loop: MultiInstance, findings: Findings) -> None:
    place = at(node)
    if loop.mode is None:
        if loop.need or loop.min_quorum > 1 or loop.on_reject != "first":
            message = "approval:need, minQuorum and onReject have no meaning without approval:mode"
            findings.add("B020", place, message, 'add approval:mode="QUORUM", or remove them')
        return
    if loop.completion:
        message = "approval:mode together with completionCondition"
        findings.add("B020", place, message, "the mode says when the step is done: keep one")
    if loop.mode == "SEQUENCE" and not loop.sequential:
        message = 'approval:mode="SEQUENCE" needs isSequential="true"'
        findings.add("B020", place, message, "one seat is open at a time")
    if loop.mode != "QUORUM" and loop.need:
        message = f'approval:need has no meaning with approval:mode="{loop.mode}"'
        findings.add("B020", place, message, 'use approval:mode="QUORUM"')


def _weighed(node: Node, loop: MultiInstance, findings: Findings) -> None:
    if loop.weight is not None and loop.mode != "QUORUM":
        message = 'approval:weight has no meaning without approval:mode="QUORUM"'
        hint = 'add approval:mode="QUORUM" and approval:need, or remove it'
        findings.add("B020", at(node), message, hint)
    elif loop.weight is not None and not loop.weight.names:
        _fits(loop.weight, {}, "any seat", node, findings)


def constant_of(loop: MultiInstance) -> int | None:
    """How many instances there are when the diagram alone says so."""
    if loop.cardinality is None or loop.cardinality.names:
        return None
    value = loop.cardinality.evaluate({})
    return int(value) if isinstance(value, Decimal) and value == int(value) else -1


def _quorum(node: Node, loop: MultiInstance, findings: Findings) -> None:
    place = at(node)
    seats = constant_of(loop)
    if seats is not None and seats < 0:
        message = "loopCardinality is not a whole number"
        findings.add("B020", place, message, "write a number from 0 on")
        return
    if loop.mode is None or seats is None:
        return
    if loop.min_quorum > seats:
        message = f"impossible quorum: minQuorum {loop.min_quorum} of {seats} seats"
        findings.add("B021", place, message, f"at most {seats}")
    if loop.weight is not None:
        _attainable_weight(node, loop, seats, findings)
        return
    wanted = _wanted(loop, seats)
    if wanted > seats:
        message = f"impossible quorum: {wanted} approvals needed of {seats} seats"
        findings.add("B021", place, message, f"need at most {seats}")


def _attainable_weight(node: Node, loop: MultiInstance, seats: int, findings: Findings) -> None:
    """When the diagram alone says who sits there and what each weighs."""
    if loop.weight is None or loop.weight.names - {loop.item} or seats > MAXIMUM_MEMBERS:
        return
    total = 0
    for number in range(1, seats + 1):
        who = f"{loop.item} = {number}" if loop.weight.names else "any seat"
        weight = _fits(loop.weight, {loop.item: number}, who, node, findings)
        if weight is None:
            return
        total += weight
    wanted = _wanted(loop, total)
    if wanted > total:
        message = f"impossible quorum: a weight of {wanted} needed, all {seats} seats weigh {total}"
        findings.add("B021", at(node), message, f"need at most {total}")


def _fits(
    weight: Expression, known: Mapping[str, Any], who: str, node: Node, findings: Findings
) -> int | None:
    found = whole_weight(weight.evaluate(known))
    if found is None:
        message = f'approval:weight="={weight.source}" is no weight for {who}'
        hint = f"a weight is a whole number from 1 to {MAXIMUM_WEIGHT}"
        findings.add("B016", at(node), message, hint)
    return found


def _wanted(loop: MultiInstance, n: int) -> int:
    """Of n seats, or of the weight n of all of them."""
    if loop.need is None:
        return 0
    if loop.need.count is not None:
        return loop.need.count
    share = (loop.need.fraction or 0) * n
    return math.floor(share) + 1 if loop.need.more_than else math.ceil(share)
