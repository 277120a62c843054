"""SpiffWorkflow 3.2 with its JSON in a row, read and written in every act.

A web worker has no workflow in memory when a reviewer's request comes: the row is locked, read,
moved and written. `spiff_kept` leaves out the reading.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks import diagram
from benchmarks.subjects.plain import Database


class Subject:
    """One row a case: its whole state as JSON."""

    keeps = False

    def __init__(self) -> None:
        """Parses the same diagram; the condition is in Python, Spiff's language."""
        parser = BpmnParser()
        source = diagram.source('outcome == "recommend"')
        parser.add_bpmn_xml(etree.fromstring(source.encode()))
        self.spec = parser.get_spec(diagram.KEY)
        self.serializer = BpmnWorkflowSerializer()
        self.database = Database()
        self.cases: list[int] = []
        self.kept: dict[int, Any] = {}

    def furnish(self) -> None:
        """One table."""
        self.database.run(f"CREATE TABLE workflow (id {self.database.number}, state TEXT)")

    def prepare(self, cases: int) -> None:
        """Started cases, saved."""
        self.cases, self.kept = [], {}
        for _case in range(cases):
            workflow = BpmnWorkflow(self.spec)
            workflow.do_engine_steps()
            state = self.serializer.serialize_json(workflow)
            insert = "INSERT INTO workflow (state) VALUES (%s) RETURNING id"
            case = self.database.run(insert, state).fetchall()[0][0]
            self.cases.append(case)
            if self.keeps:
                self.kept[case] = workflow

    def run(self) -> int:
        """Every case to its end."""
        for case in self.cases:
            for step, (_role, outcome) in diagram.STEPS.items():
                self.act(case, step, outcome)
        return len(self.cases) * len(diagram.STEPS)

    def act(self, case: int, step: str, outcome: str) -> None:
        """One transaction."""
        self.database.begin()
        workflow = self.kept.get(case) or self.read(case)
        task = next(
            found
            for found in workflow.get_tasks(state=TaskState.READY)
            if found.task_spec.bpmn_id == step
        )
        task.data["outcome"] = outcome
        task.run()
        workflow.do_engine_steps()
        state = self.serializer.serialize_json(workflow)
        self.database.run("UPDATE workflow SET state = %s WHERE id = %s", state, case)
        self.database.commit()

    def read(self, case: int) -> Any:
        """The workflow of a locked row."""
        lock = "" if self.database.sqlite else " FOR UPDATE"
        found = self.database.run(f"SELECT state FROM workflow WHERE id = %s{lock}", case)
        return self.serializer.deserialize_json(found.fetchall()[0][0])

    def statements(self) -> dict[str, int]:
        """As written: the row read and written."""
        return dict.fromkeys(diagram.STEPS, 1 if self.keeps else 2)
