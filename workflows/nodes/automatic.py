"""Automatic tasks: a registered handler in a savepoint, and the task that only passes through."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from workflows.errors import FlowFault
from workflows.handlers import BusinessError, Call
from workflows.nodes.base import FlowNode, StepActivation

log = logging.getLogger(__name__)


class AutomaticActivation(StepActivation):
    """Runs the handler. A business error undoes the handler's rows and takes the error path."""

    def perform(self) -> None:
        """Merges what the handler changes before the outgoing arrows are chosen."""
        attributes = self.node.element.attributes
        name = attributes.get("handler") or attributes.get("decision") or ""
        handler = self.run.handlers.get(name)
        if handler is None:
            raise FlowFault(f"unknown_handler: {name}")
        known = {**self.run.variables, **self.run.local_names(self.task)}
        call = Call(self.process, self.task, known, self.run.at)
        self.process.data = dict(self.run.variables)
        try:
            with transaction.atomic():
                changes = handler(call)
        except (BusinessError, FlowFault):
            raise
        except Exception as error:  # whatever a handler does wrong, the case is kept and parked
            log.exception("handler %s failed at %s", name, self.task.element)
            raise FlowFault(f"handler_failed: {name}: {type(error).__name__}") from error
        self._merge(dict(changes or {}), attributes)

    def _merge(self, changes: dict[str, Any], attributes: Mapping[str, str]) -> None:
        result = attributes.get("result")
        if result and "result" in changes:
            changes[result] = changes.pop("result")
        if self.task.item:
            changes = self.body.taken(self.task, changes)
        self.merge(changes)


class AutomaticTask(FlowNode):
    """serviceTask, businessRuleTask, scriptTask and sendTask."""

    activation_class = AutomaticActivation
    task_type = "FUNCTION"


class PassThroughTask(FlowNode):
    """A plain `task`: recorded and passed."""

    task_type = "TASK"
