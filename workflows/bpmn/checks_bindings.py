"""The stage "bindings": roles, handlers, forms, documents and decisions exist."""

from __future__ import annotations

from workflows.bpmn.bindings import SHORT_ROLES, Bindings
from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Node, ProcessModel
from workflows.bpmn.places import at
from workflows.bpmn.supported import close
from workflows.bpmn.vocabulary import AUTOMATIC_TASKS, HUMAN_TASKS


def look_at(model: ProcessModel, bindings: Bindings, findings: Findings) -> None:
    """Reports names that nothing is bound to; each unknown role of a lane once, at the lane."""
    for lane in model.lanes.values():
        if lane.role:
            _role(lane.role, Place(lane.line, lane.id, lane.name), bindings, findings)
    for node in model.nodes.values():
        if node.id in findings.silent:
            continue
        _known("organ", "B068", node, bindings.organs, findings)
        _known("phase", "B069", node, bindings.phases, findings)
        if node.kind in HUMAN_TASKS:
            _human(node, model, bindings, findings)
        elif node.kind in AUTOMATIC_TASKS:
            _automatic(node, bindings, findings)


def _role(role: str, place: Place, bindings: Bindings, findings: Findings) -> None:
    if bindings.roles is None or role in bindings.roles:
        return
    near = close(role, bindings.roles)
    short = ", ".join(sorted(SHORT_ROLES & bindings.roles))
    hint = f"did you mean {near}?" if near else f"known roles are, among others: {short}"
    findings.add("B061", place, f'unknown role "{role}"', hint)


def _human(node: Node, model: ProcessModel, bindings: Bindings, findings: Findings) -> None:
    role = node.attributes.get("role")
    if role:
        _role(role, at(node), bindings, findings)
    elif not model.role_of(node) and not _replaces(node, findings):
        message = f"{node.kind} {node.id} has no role, and its lane has none"
        findings.add("B060", at(node), message, "add approval:role to the task or to its lane")
    for attribute, known in (("form", bindings.forms), ("document", bindings.documents)):
        if known is None and attribute in node.attributes:
            message = (
                f'approval:{attribute}="{node.attributes[attribute]}" cannot be looked up here'
            )
            findings.add("B067", at(node), message, "check it together with its policy pack")
    _known("form", "B064", node, bindings.forms, findings)
    _known("document", "B065", node, bindings.documents, findings)


def _replaces(node: Node, findings: Findings) -> bool:
    """Another engine's attribute is there instead and was reported with ours as the way out."""
    ways_out = ("use approval:", "name a registered handler")
    return any(
        i.element == node.id
        and (i.code == "B017" or (i.code == "B013" and i.hint.startswith(ways_out)))
        for i in findings.issues
    )


def _known(
    attribute: str, code: str, node: Node, known: frozenset[str] | None, findings: Findings
) -> None:
    name = node.attributes.get(attribute)
    if name is None or known is None or name in known:
        return
    near = close(name, known)
    hint = f"did you mean {near}?" if near else f"known: {', '.join(sorted(known)[:20])}"
    findings.add(code, at(node), f'unknown {attribute} "{name}"', hint)


def _automatic(node: Node, bindings: Bindings, findings: Findings) -> None:
    handler, decision = node.attributes.get("handler"), node.attributes.get("decision")
    if not handler and not decision and not _replaces(node, findings):
        message = f"{node.kind} {node.id} has neither approval:handler nor approval:decision"
        findings.add("B062", at(node), message, "name a registered handler")
    if handler and decision:
        message = f"{node.kind} {node.id} has both approval:handler and approval:decision"
        findings.add("B016", at(node), message, "keep one of them")
    if handler and bindings.handlers is not None and handler not in bindings.handlers:
        near = close(handler, bindings.handlers)
        hint = f"did you mean {near}?" if near else "register it, or correct the name"
        findings.add("B063", at(node), f'unknown handler "{handler}"', hint)
    if decision and decision not in (bindings.decisions or frozenset()):
        near = close(decision, bindings.decisions or frozenset())
        hint = f"did you mean {near}?" if near else "name a registered handler instead"
        findings.add("B066", at(node), f'unknown decision "{decision}"', hint)
