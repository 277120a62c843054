"""Steps with people on them, for the tests of seats: a single step, a panel, and the hands for them."""

from __future__ import annotations

from itertools import count
from typing import Any

import clock
from tests.workflows.diagrams import diagram
from tests.workflows.playing import Played, released
from workflows import operations
from workflows.models import Process, Task
from workflows.nodes.signers import SignersActivation

_keys = count(1)

SINGLE = diagram(
    {
        "start": {},
        "review": {"role": "reviewer", "outcomes": "approve return reject", "result": "said", "due": "P5D"},
        "late": {"kind": "boundaryEvent", "attached_to": "review", "timer": "P9D"},
        "decide": {"kind": "exclusiveGateway"},
        "sign": {"role": "bureau_leader", "outcomes": "sign", "exclude": "review"},
        "again": {"role": "reviewer", "assign": "last:review"},
        "no": {"role": "reviewer"},
        "chase": {"role": "reviewer"},
        "end": {},
    },
    [
        ("start", "review"), ("review", "decide"), ("decide", "sign", {"outcome": "approve"}),
        ("decide", "again", {"outcome": "return"}), ("decide", "no", {"default": True}),
        ("sign", "end"), ("again", "end"), ("no", "end"), ("late", "chase"), ("chase", "end"),
    ],
    key="single",
)  # fmt: skip


def panel(**multi: Any) -> str:
    """experts → yes or no, with a rule."""
    return diagram(
        {
            "start": {},
            "opinion": {"role": "reviewer", "outcomes": "approve reject abstain", "holder": "=item",
                        "multi": {"collection": "experts", **multi}},
            "decide": {"kind": "exclusiveGateway"},
            "yes": {"role": "reviewer"},
            "no": {"role": "reviewer"},
            "end": {},
        },
        [
            ("start", "opinion"), ("opinion", "decide"), ("decide", "yes", {"outcome": "approve"}),
            ("decide", "no", {"default": True}), ("yes", "end"), ("no", "end"),
        ],
        key="panel",
    )  # fmt: skip


class Seated(Played):
    """A played case with the operations on seats; people are named by letters."""

    def __init__(self, source: str, members: str = "", **data: Any) -> None:
        flow = released(source)
        self.people: dict[str, Any] = {}
        super().__init__(flow.key, experts=list(members), **data)
        for letter in members:
            self.people[letter] = self.directory.person(letter)

    def who(self, letter: str, role: str = "reviewer") -> Any:
        if letter not in self.people:
            self.people[letter] = self.directory.fresh(role)
        return self.people[letter]

    def seat(self, letter: str) -> Task:
        """The newest seat of this person."""
        rows = [row for row in self.rows if row.owner_id == self.who(letter).pk]
        return rows[-1]

    def op(self, name: str, task: Task, letter: str, **more: Any) -> operations.Step:
        key = more.pop("key", f"op-{next(_keys)}")
        with clock.at(self.now):
            version = Process.objects.get(pk=self.process.pk).material_version
            return getattr(operations, name)(
                task.pk,
                actor=self.who(letter),
                key=key,
                expected_version=more.pop("version", version),
                reason=more.pop("reason", "请协助核实"),
                world=self.world,
                **more,
            )

    def add(
        self, letter: str, kind: str, *others: str, task: Task | None = None, **more: Any
    ) -> Any:
        users = [self.who(other).pk for other in others]
        return self.op(
            "add_signer", task or self.seat(letter), letter, kind=kind, users=users, **more
        )

    def vote(
        self, letter: str, outcome: str, task: Task | None = None, **data: Any
    ) -> operations.Step:
        row = task or self.seat(letter)
        with clock.at(self.now):
            act = operations.begin(
                row.pk, actor=self.who(letter), key=f"vote-{next(_keys)}",
                expected_version=Process.objects.get(pk=self.process.pk).material_version,
                payload={"outcome": outcome, **data}, world=self.world,
            )  # fmt: skip
            return operations.finish(act, outcome, data)

    def take(self, letter: str, element: str = "review") -> Task:
        """The person takes the open task of the step."""
        task = next(
            row for row in self.rows if row.is_open and row.element == element and not row.owner_id
        )
        self.who(letter)
        return operations.claim(task.pk, actor=self.people[letter], world=self.world)

    @property
    def at_work(self) -> set[str]:
        """Letters of those who hold an open seat, else the element."""
        names = {person.pk: letter for letter, person in self.people.items()}
        return {names.get(row.owner_id, row.element) for row in self.rows if row.is_open}

    def side_step(self) -> Task:
        return next(row for row in reversed(self.rows) if row.flow_task_type == "SIGNERS")


__all__ = ["SINGLE", "Seated", "SignersActivation", "panel"]
