"""Activities that run several times: one body row for the whole, one member row for each run.

The body carries the boundary events and counts as one completion. Its state is in its row's data,
so that a fault parks it, and a retry goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from viewflow.workflow.status import STATUS

from workflows.bpmn.model import MultiInstance, StandardLoop
from workflows.errors import FlowFault
from workflows.nodes.base import FlowNode, StepActivation
from workflows.values import plain
from workflows.voting import whole_weight

if TYPE_CHECKING:
    from workflows.bpmn.model import Node as Element
    from workflows.execution import Execution
    from workflows.models import Task

MAXIMUM_MEMBERS = 1000


class BodyActivation(StepActivation):
    """What multi-instance and the standard loop have in common."""

    @StepActivation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    def activate(self) -> None:
        """Fixes what is to be run; `progress` runs it."""
        self.convene()

    @StepActivation.status.transition(source=STATUS.ERROR, target=STATUS.STARTED)
    def resume(self) -> None:
        """After a fault: what was fixed is fixed again if nothing has been run yet."""
        self.task.data.pop("fault", None)
        self.run.touch(self.task)
        if not self.task.data.get("opened"):
            self.convene()

    def convene(self) -> None:
        """Sets the state before the first member."""

    def is_over(self) -> bool:
        """Whether the whole is done."""
        raise NotImplementedError

    def may_open(self) -> bool:
        """Whether another member begins now."""
        raise NotImplementedError

    def next_member(self) -> Task:
        """The row of the next member, not begun."""
        raise NotImplementedError

    def progress(self) -> None:
        """Opens the members that are due, or ends the whole."""
        while not self.is_over():
            if not self.may_open():
                return
            member = self.next_member()
            self.run.open_member(member)
            self.task.data["opened"] += 1
            self.run.touch(self.task)
            if member.status == STATUS.DONE:
                self.count(member, {})
        self.finish()

    def member_done(self, member: Task, given: dict[str, Any]) -> None:
        """A member has come to its end; a fault parks the body, never the member."""
        try:
            if self.task.status == STATUS.ERROR:
                self.resume()
            self.count(member, given)
            self.progress()
        except FlowFault as fault:
            self.park(fault.reason)

    def count(self, member: Task, given: dict[str, Any]) -> None:
        """Notes one completion."""
        self.run.count_step(self.task)
        self.task.data["completed"] += 1
        self.run.touch(self.task)

    def taken(self, member: Task, changes: dict[str, Any]) -> dict[str, Any]:
        """What a handler or a message gave a member, without what the body keeps of it."""
        return changes

    def open_members(self) -> list[Task]:
        """Members at work."""
        return [row for row in self.run.children(self.task) if row.item]

    def finish(self) -> None:
        """The body's one completion."""
        self.complete()
        self.create_next()

    def create_next(self) -> None:
        """The body's token goes on; it is never a member itself."""
        self.run.follow(self)


class ManyActivation(BodyActivation):
    """Multi-instance: one member per item of a collection, or 1 … n."""

    @property
    def loop(self) -> MultiInstance:
        """The compiler makes bodies of nothing else."""
        return cast(MultiInstance, self.node.element.loop)

    def convene(self) -> None:
        """Reads collection or cardinality."""
        items = entries(self.loop, self.run, self.task)
        self.task.data |= {"items": items, "opened": 0, "completed": 0, "results": []}

    def is_over(self) -> bool:
        """The condition holds, or everybody has come to the end."""
        state = self.task.data
        all_done = state["opened"] >= len(state["items"]) and not self.open_members()
        return all_done or self.is_complete()

    def is_complete(self) -> bool:
        """The completionCondition, asked after each completion."""
        loop, state = self.loop, self.task.data
        if loop.completion is None or not state["completed"]:
            return False
        total, done = self.size(), state["completed"]
        counts = {
            "nrOfInstances": total,
            "nrOfActiveInstances": len(self.open_members()) if loop.sequential else total - done,
            "nrOfCompletedInstances": done,
            "nrOfTerminatedInstances": 0,
            "results": list(state["results"]),
        }
        return self.run.is_true(loop.completion, {**self.run.local_names(self.task), **counts})

    def size(self) -> int:
        """How many members there are in all."""
        return len(self.task.data["items"])

    def may_open(self) -> bool:
        """One at a time when sequential."""
        if self.loop.sequential and self.open_members():
            return False
        return bool(self.task.data["opened"] < len(self.task.data["items"]))

    def next_member(self) -> Task:
        """Named by its item, or by its number."""
        seat = self.task.data["opened"]
        entry = self.task.data["items"][seat]
        item = f"{entry}" if self.loop.cardinality is not None else label(entry)
        return self.run.member(self.task, item, {"item": entry, "seat": seat})

    def count(self, member: Task, given: dict[str, Any]) -> None:
        """Collects the value that `outputItem` names: of the completion's own data, else (a
        sub-process has none) the case variable's."""
        super().count(member, given)
        key = self.loop.output_item
        if key is None:
            return
        if "result" in member.data:
            self.task.data["results"].append(member.data.pop("result"))
        elif self.node.is_scope:
            self.task.data["results"].append(self.run.variables.get(key))
        else:
            self.task.data["results"].append(given.pop(key, None))

    def taken(self, member: Task, changes: dict[str, Any]) -> dict[str, Any]:
        """All but the result, which goes into the list."""
        key = self.loop.output_item
        if key is None:
            return changes
        member.data["result"] = plain(changes.get(key))
        return {name: value for name, value in changes.items() if name != key}

    def finish(self) -> None:
        """The list of results becomes a case variable."""
        if self.loop.output:
            self.merge({self.loop.output: list(self.task.data["results"])})
        super().finish()


class LoopActivation(BodyActivation):
    """The standard loop: run after run while the condition is true."""

    @property
    def loop(self) -> StandardLoop:
        """The compiler makes loops of nothing else."""
        return cast(StandardLoop, self.node.element.repeat)

    def convene(self) -> None:
        """Nothing has run."""
        self.task.data |= {"opened": 0, "completed": 0}

    def is_over(self) -> bool:
        """Asked between two runs, before the first only with testBefore."""
        if self.open_members():
            return False
        done = self.task.data["completed"]
        if self.loop.maximum is not None and done >= self.loop.maximum:
            return True
        if self.loop.condition is None or (done == 0 and not self.loop.test_before):
            return False
        known = {**self.run.local_names(self.task), "loopCounter": done}
        return not self.run.is_true(self.loop.condition, known)

    def may_open(self) -> bool:
        """One run at a time."""
        return not self.open_members()

    def next_member(self) -> Task:
        """Numbered from 1."""
        turn = self.task.data["opened"] + 1
        return self.run.member(self.task, str(turn), {"turn": turn})


class RepeatedNode(FlowNode):
    """Any activity but a panel, run several times: body and members are rows of this one node."""

    member_class: type[StepActivation]

    def __init__(self, element: Element, single: FlowNode) -> None:
        """`single` is the node the activity would be if it ran once."""
        super().__init__(element)
        self.member_class = single.activation_class
        self.task_type = single.task_type
        self.is_scope = single.is_scope
        self.waits = single.waits

    def activation(self, task: Task, run: Execution) -> StepActivation:
        """By what the row is."""
        if task.item:
            return self.member_class(task, run)
        return body_of(self.element, task, run)

    def awaits(self, kind: str, name: str) -> bool:
        """A receive task's members wait for its message."""
        event = self.element.event
        return event is not None and event.kind == kind and event.code == name


def body_of(element: Element, task: Task, run: Execution) -> BodyActivation:
    """The body of a multi-instance activity or of a loop."""
    return LoopActivation(task, run) if element.repeat is not None else ManyActivation(task, run)


def label(entry: Any) -> str:
    """How a collection's entry is written behind `id#`."""
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def entries(loop: MultiInstance, run: Execution, task: Task) -> list[Any]:
    """The collection's entries in order, or 1 … n; duplicates and odd values are faults."""
    known: Mapping[str, Any] = run.local_names(task)
    if loop.cardinality is not None:
        count = run.evaluate(loop.cardinality, known)
        number = isinstance(count, (int, Decimal)) and not isinstance(count, bool)
        if not number or count != int(count) or not 0 <= count <= MAXIMUM_MEMBERS:
            raise FlowFault(f"bad_cardinality: {count!r}")
        return list(range(1, int(count) + 1))
    name = (loop.collection or "").strip()
    found = run.value(name, task) if name.startswith("=") else run.variables.get(name)
    found = known.get(name, found)
    if not isinstance(found, list) or len(found) > MAXIMUM_MEMBERS:
        raise FlowFault(f"bad_collection: {name}")
    labels = [label(entry) for entry in found]
    if "" in labels or len(set(labels)) < len(labels):
        raise FlowFault(f"duplicate_item: {name}")
    return found


def weights(loop: MultiInstance, items: list[Any], run: Execution, task: Task) -> list[int]:
    """What each seat's vote weighs, in seat order; what is no positive whole number is a fault."""
    if loop.weight is None:
        return [1] * len(items)
    known: Mapping[str, Any] = run.local_names(task)
    found = []
    for entry in items:
        value = run.evaluate(loop.weight, {**known, loop.item: entry})
        weight = whole_weight(value)
        if weight is None:
            raise FlowFault(f"bad_weight: {label(entry)}: {plain(value)}")
        found.append(weight)
    return found
