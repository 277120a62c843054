"""One scenario of `simulate_flow` written in a line or two: nodes, arrows, steps, what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.workflows.diagrams import diagram
from workflows.simulation import report

PERSON = {"role": "county"}
XOR, AND, OR, EVENTS = (
    {"kind": f"{kind}Gateway"} for kind in ("exclusive", "parallel", "inclusive", "eventBased")
)
BEGIN, STOP = {"kind": "startEvent"}, {"kind": "endEvent"}


def robot(handler: str = "work", **more: Any) -> dict[str, Any]:
    return {"kind": "serviceTask", "handler": handler, **more}


def catch(**event: Any) -> dict[str, Any]:
    return {"kind": "intermediateCatchEvent", **event}


def throw(**event: Any) -> dict[str, Any]:
    return {"kind": "intermediateThrowEvent", **event}


def edge(host: str, **event: Any) -> dict[str, Any]:
    return {"kind": "boundaryEvent", "attached_to": host, **event}


def sub(nodes: Mapping[str, Any], flows: Sequence[tuple[Any, ...]], **more: Any) -> dict[str, Any]:
    return {"kind": "subProcess", "nodes": nodes, "flows": flows, **more}


def handler(
    event: Mapping[str, Any], *path: str, nodes: Mapping[str, Any], **more: Any
) -> dict[str, Any]:
    """An event sub-process: its start `<first>_in`, then the path in a row."""
    begin = f"{path[0]}_in"
    inside = {begin: {"kind": "startEvent", **event}, **nodes}
    return sub(inside, row(begin, *path), triggeredByEvent=True, **more)


def row(*names: str) -> list[tuple[str, str]]:
    return list(pairwise(names))


def done(task: str, **data: Any) -> dict[str, Any]:
    return {"do": "complete", "task": task, "data": data}


def after(by: str) -> dict[str, str]:
    return {"do": "advance", "by": by}


def message(name: str, **data: Any) -> dict[str, Any]:
    return {"do": "message", "name": name, "data": data}


def played(
    nodes: Mapping[str, Any],
    flows: Sequence[tuple[Any, ...]],
    *steps: Mapping[str, Any],
    library: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
    **scenario: Any,
) -> dict[str, Any]:
    """The answer of the one scenario; a file that is rejected shows its issues in the failure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in {"a.bpmn": diagram(nodes, flows), **(library or {})}.items():
            (folder / file).write_text(text, "utf-8")
        given = {
            "id": 1,
            "file": "a.bpmn",
            "library": sorted(library or {}),
            "steps": steps,
            **scenario,
        }
        given["start"] = {"data": dict(data or {})}
        found: dict[str, Any] = report.simulate({"scenarios": [given]}, folder)["scenarios"][0]
    assert found["load"] == "ok", [(i["code"], i["element"], i["message"]) for i in found["issues"]]
    return found
