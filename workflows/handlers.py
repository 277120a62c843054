"""Registry of what automatic tasks do: upper packages fill it in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.models import Process, Task


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is given: the locked process, its own task row, a copy of the variables."""

    process: Process
    task: Task
    variables: dict[str, Any]
    at: datetime


Handler = Callable[[Call], Mapping[str, Any] | None]
"""Answers the variables to change, or None. Runs in a savepoint of the act's transaction."""


class BusinessError(Exception):
    """An error the diagram may catch: its code leads to the matching boundary event."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message


_handlers: dict[str, Handler] = {}


def register(name: str, handler: Handler) -> None:
    """Publishes a handler under the name a diagram uses; one name has one handler."""
    known = _handlers.get(name)
    if known is not None and known is not handler:
        message = f"the flow handler {name!r} is registered twice"
        raise ValueError(message)
    _handlers[name] = handler


def registered() -> frozenset[str]:
    """Names a diagram may use."""
    return frozenset(_handlers)


def registry() -> Mapping[str, Handler]:
    """The handlers by name, for a run of the engine."""
    return _handlers
