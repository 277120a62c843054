"""Small diagrams for the tests of the checks, and their issues."""

from __future__ import annotations

from typing import Any

from tests.workflows.diagrams import diagram
from workflows.bpmn import SHORT_ROLES, Bindings, Checked, check
from workflows.bpmn.model import Issue

BINDINGS = Bindings(roles=SHORT_ROLES, handlers=frozenset({"record"}))
PERSON = {"role": "county"}
ROBOT = {"kind": "serviceTask", "handler": "record"}
XOR, AND, OR = ({"kind": f"{kind}Gateway"} for kind in ("exclusive", "parallel", "inclusive"))
CATCH = {"kind": "intermediateCatchEvent", "timer": "P1D"}
WISHES = {"B041", "B080", "B081", "B082", "B067"}
"""Warnings that small diagrams need not care about."""


def checked(nodes: dict[str, Any], flows: list[tuple[Any, ...]], **more: Any) -> Checked:
    return check([("small.bpmn", diagram(nodes, flows, **more).encode())], BINDINGS)


def issues(nodes: dict[str, Any], flows: list[tuple[Any, ...]], **more: Any) -> list[Issue]:
    found = checked(nodes, flows, **more).issues
    return [issue for issue in found if issue.code not in WISHES]


def one_step(**node: Any) -> list[Issue]:
    """A flow of one user task with these properties."""
    return issues(
        {"start": {}, "step": {**PERSON, **node}, "end": {}}, [("start", "step"), ("step", "end")]
    )


def found(all_issues: list[Issue]) -> list[tuple[str, str | None]]:
    return [(issue.code, issue.element) for issue in all_issues]
