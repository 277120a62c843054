"""What the diagram says about a human task: its form, its outcomes, its paper."""

from __future__ import annotations

from approvals.applications.models import Application
from approvals.programs.form_schema import TaskForm, task_form_of
from workflows.models import Task


def outcomes_of(task: Task) -> tuple[str, ...]:
    """What may be answered, in the order of the diagram."""
    found: tuple[str, ...] = task.flow_task.outcomes
    return found


def form_of(application: Application, task: Task) -> TaskForm:
    """The step's form as the case's pinned program has it; the diagram names its key."""
    attributes = task.flow_task.element.attributes
    return task_form_of(
        application.program.content, attributes.get("form", task.element), task.element
    )


def shows_draft(task: Task) -> bool:
    """Does the diagram put the 送审稿 before this step (attribute `document`)?"""
    return "document" in task.flow_task.element.attributes


def is_vote(task: Task) -> bool:
    """One seat among several: its holder sees the others' opinions only when all is decided."""
    return bool(task.item) and task.role == "expert"
