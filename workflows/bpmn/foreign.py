"""Extensions of other tools: drawing and documentation pass, what would execute is refused."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.source import Element
from workflows.bpmn.vocabulary import BPMN, BPMNDI, DC, DI, OURS, XSI

ENGINES = (
    "camunda.org/schema/1.0/bpmn",
    "camunda.org/schema/zeebe",
    "flowable.org/bpmn",
    "activiti.org/bpmn",
    "jboss.org/drools",
    "spiffworkflow.org",
    "jeesite.com",
)
"""Parts of engines' namespace names; others (colours, modelers, Signavio) are documentation."""

EXECUTES = frozenset(
    {
        "class",
        "expression",
        "delegateExpression",
        "type",
        "topic",
        "resultVariable",
        "resultVariableName",
        "collection",
        "elementVariable",
        "decisionRef",
        "decisionRefBinding",
        "mapDecisionResult",
        "calledElementBinding",
        "calledElementVersion",
        "calledElementTenantId",
        "caseRef",
        "skipExpression",
        "assignee",
        "candidateUsers",
        "candidateGroups",
        "dueDate",
        "followUpDate",
        "resource",
        "variableMappingClass",
        "variableMappingDelegateExpression",
        "errorCodeVariable",
        "errorMessageVariable",
        "variableName",
        "variableEvents",
        "inheritVariables",
        "ruleFlowGroup",
        "taskListener",
        "executionListener",
        "inputOutput",
        "connector",
        "in",
        "out",
        "field",
        "formData",
        "formProperty",
        "taskDefinition",
        "assignmentDefinition",
        "ioMapping",
        "calledElement",
        "calledDecision",
        "script",
        "loopCharacteristics",
        "subscription",
        "taskSchedule",
        "executionListeners",
        "taskListeners",
        "errorEventDefinition",
        "preScript",
        "postScript",
        "serviceTaskOperator",
        "serviceTaskExtensions",
        "onEntry-script",
        "onExit-script",
        "adHoc",
        "import",
        "global",
    }
)
"""Local names that would change who acts, when, or where the case goes."""

REPLACED = {
    "assignee": "approval:role, approval:assign or approval:holder",
    "candidateUsers": "approval:role",
    "candidateGroups": "approval:role",
    "assignmentDefinition": "approval:role",
    "class": "approval:handler",
    "expression": "approval:handler",
    "delegateExpression": "approval:handler",
    "type": "approval:handler",
    "topic": "approval:handler",
    "taskDefinition": "approval:handler",
    "connector": "approval:handler",
    "script": "approval:handler",
    "resultVariable": "approval:result",
    "decisionRef": "approval:decision",
    "calledDecision": "approval:decision",
    "collection": "approval:collection",
    "elementVariable": "approval:item",
    "loopCharacteristics": "approval:collection and approval:item",
    "dueDate": "approval:due",
    "taskSchedule": "approval:due",
    "calledElement": "the attribute calledElement",
    "taskListener": "serviceTasks with approval:handler",
    "executionListener": "serviceTasks with approval:handler",
}


def look_at(element: Element, place: Place, findings: Findings) -> None:
    """Reports the other tools' attributes and extension elements of one BPMN element."""
    refused: list[tuple[str, str]] = []
    unused: list[tuple[str, str]] = []
    for namespace, name in _attributes(element):
        (refused if name in EXECUTES else unused).append((namespace, name))
    for extension in element.named(BPMN, "extensionElements"):
        for child in extension.children:
            if child.namespace == OURS:
                findings.add(
                    "B014",
                    place,
                    f"unknown element {child.name} of {OURS} in extensionElements",
                    "our namespace has attributes only, written on the element itself",
                )
            elif is_engine(child.namespace):
                (refused if child.name in EXECUTES else unused).append(
                    (child.namespace, child.name)
                )
    _refuse(refused, place, findings)
    if unused:
        names = ", ".join(sorted({name for _, name in unused}))
        findings.add(
            "B018", place, f"not used: {names} ({unused[0][0]})", "remove it, or leave it as a note"
        )


def _attributes(element: Element) -> Iterable[tuple[str, str]]:
    """A switch that is off changes nothing; an ad-hoc process that is on has no order of steps."""
    found = [(ns, name) for ns, name in element.attributes if is_engine(ns)]
    return [(ns, name) for ns, name in found if (name, element.get(name, ns)) != ("adHoc", "false")]


def is_engine(namespace: str) -> bool:
    """Whether another workflow engine reads this namespace."""
    known = {"", BPMN, BPMNDI, DC, DI, XSI, OURS}
    return namespace not in known and any(engine in namespace for engine in ENGINES)


def _refuse(names: list[tuple[str, str]], place: Place, findings: Findings) -> None:
    for namespace, name in names:
        replacement = REPLACED.get(name)
        findings.add(
            "B017",
            place,
            f"{name} of another engine ({namespace}) would change the run and is not supported",
            f"use {replacement}" if replacement else "remove it",
        )
