"""`workflows.flows.<key>_v<n>`: the compiled class of a released diagram, made at first use.

viewflow stores a flow as the text `workflows/flows.<name>`; the module's `__getattr__` (PEP 562)
answers from the FlowVersion rows, so every worker finds every version without a restart. Flows
written by hand in Python live here too, beside the compiled ones, once they are registered.
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from viewflow.workflow.fields import (
    get_flow_ref,
    get_task_ref,
    import_flow_by_ref,
    import_task_by_ref,
)
from viewflow.workflow.flow import Flow

from workflows.compiler import compile_flow
from workflows.flow import ApprovalFlow
from workflows.models import FlowVersion
from workflows.reading import model_of

_compiled: dict[str, type[ApprovalFlow]] = {}
_plain: dict[str, type[Flow]] = {}
"""Flows written in Python, by class name."""
F = TypeVar("F", bound=Flow)
_VERSION = re.compile(r"_v\d+$")


def compiled(name: str) -> type[ApprovalFlow]:
    """The class of a FlowVersion by its `class_name`; LookupError when there is none."""
    found = _compiled.get(name)
    if found is None:
        row = FlowVersion.objects.filter(class_name=name).first()
        if row is None:
            message = f"no flow version {name!r} is loaded"
            raise LookupError(message)
        found = _compiled[name] = compile_flow(model_of(row.source, row.file), row.class_name)
    return found


def register(flow_class: type[F]) -> type[F]:
    """Takes in a flow written in Python (a decorator; called when its package is imported).

    It is stored as `workflows/flows.<class name>` like the compiled ones and runs on viewflow's own
    nodes and on whatever process and task models it names. Our queue, checks and operations know
    compiled flows only. Raises ValueError for a name that another flow has or that is a version's.
    """
    name = flow_class.__name__
    if _VERSION.search(name) or _plain.setdefault(name, flow_class) is not flow_class:
        message = f"{name!r} cannot be registered: the name belongs to another flow"
        raise ValueError(message)
    flow_class.__module__ = __name__
    return flow_class


def forget() -> None:
    """Drops every compiled class and viewflow's references to them (tests, simulations)."""
    _compiled.clear()
    for cache in (import_flow_by_ref, import_task_by_ref, get_flow_ref, get_task_ref):
        cache.cache_clear()


def __getattr__(name: str) -> Any:
    """PEP 562: asked for by viewflow's reference fields.

    Only names of versions reach the database: tools that look through modules (pytest collecting
    tests) ask for all kinds of attributes, long before there is one.
    """
    if name in _plain:
        return _plain[name]
    if name not in _compiled and not _VERSION.search(name):
        raise AttributeError(name)
    try:
        return compiled(name)
    except LookupError as error:
        raise AttributeError(name) from error
