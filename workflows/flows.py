"""`workflows.flows.<key>_v<n>`: the compiled class of a released diagram, made at first use.

viewflow stores a flow as the text `workflows/flows.<name>`; the module's `__getattr__` (PEP 562)
answers from the FlowVersion rows, so every worker finds every version without a restart.
"""

from __future__ import annotations

import re
from typing import Any

from viewflow.workflow.fields import (
    get_flow_ref,
    get_task_ref,
    import_flow_by_ref,
    import_task_by_ref,
)

from workflows.compiler import compile_flow
from workflows.flow import ApprovalFlow
from workflows.models import FlowVersion
from workflows.reading import model_of

_compiled: dict[str, type[ApprovalFlow]] = {}
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
    if name not in _compiled and not _VERSION.search(name):
        raise AttributeError(name)
    try:
        return compiled(name)
    except LookupError as error:
        raise AttributeError(name) from error
