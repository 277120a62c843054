"""A BPMN file to a ProcessModel, with every fault of the stages "file" and "supported set"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from workflows.bpmn import supported, texts
from workflows.bpmn.definitions import Declared
from workflows.bpmn.drawing import annotations_of, artifacts_of, diagram_of
from workflows.bpmn.elements import flow_of, node_of
from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.lanes import lanes_of
from workflows.bpmn.model import Issue, Node, ProcessModel, SequenceFlow
from workflows.bpmn.places import place_of
from workflows.bpmn.source import Element, SourceError, content_of, ours, tree
from workflows.bpmn.vocabulary import BPMN, LATER, NEVER, NODES

FLOW_NODES = NODES | {
    name
    for name in (LATER.keys() | NEVER.keys())
    if name.endswith(("Task", "Gateway", "Event", "SubProcess")) or name == "transaction"
}
"""What takes arrows, refused kinds included: an arrow to a refused node is not a second fault."""
NEEDS_ID = FLOW_NODES | {"process", "sequenceFlow"}
LINK = " → "
"""In the id of the arrow that a link stands for; no id of a file contains a blank."""
XPATH = ("http://www.w3.org/1999/XPath", "http://www.w3.org/TR/XPath")
"""What tools write when nobody chose a language: BPMN's default, and how one of them spells it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read. With errors among the issues the model is incomplete and must not be run."""

    model: ProcessModel | None
    issues: list[Issue]
    silent: frozenset[str] = frozenset()
    """Ids that are reported already: later stages add no knock-on errors about them."""


@dataclass(slots=True)
class _Content:
    """Nodes and flows while the process is walked."""

    process: str
    """Its id: a node that has it too (reported as a duplicate) would be its own scope."""
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, SequenceFlow] = field(default_factory=dict)


def read(file: Path | bytes, file_name: str) -> Reading:
    """Reads one file; never raises for whatever the file contains."""
    findings = Findings(file_name)
    try:
        root = tree(content_of(file))
        if (root.namespace, root.name) != (BPMN, "definitions"):
            raise SourceError(
                "B005",
                root.line,
                f"not a BPMN 2.0 file: the root is {root.name} of {root.namespace or 'nothing'}",
                f"the root must be definitions of {BPMN}",
            )
    except SourceError as error:
        findings.add(error.code, Place(error.line), error.message, error.hint)
        return Reading(None, findings.issues)
    process = _executable(root, findings)
    if process is None:
        return Reading(None, findings.issues)
    _ids(root, findings)
    _languages(root, findings)
    for element in (process, *(c for c in root.children if c.name != "process")):
        supported.look_at(element, findings)
    model = _model(root, process, findings)
    return Reading(model, findings.issues, frozenset(findings.silent))


def _executable(root: Element, findings: Findings) -> Element | None:
    """The process to run; when it is not clear which, the first is read all the same, so that
    every reason against the file is told at once."""
    processes = root.named(BPMN, "process")
    executable = [p for p in processes if texts.is_true(p.get("isExecutable"))]
    if len(executable) > 1:
        names = ", ".join(p.get("id") or "?" for p in executable)
        hint = "put each into its own file; other pools may stay as a drawing"
        message = f"exactly one executable process is wanted, the file has {names}"
        findings.add("B006", Place(executable[1].line), message, hint)
    elif not executable:
        line = processes[0].line if processes else root.line
        hint = 'set isExecutable="true" on the process to run'
        findings.add("B006", Place(line), "no executable process", hint)
    return next(iter([*executable, *processes]), None)


def _ids(root: Element, findings: Findings) -> None:
    """Ids are unique over the whole file, drawing included, and well-formed."""
    seen: dict[str, Element] = {}
    for element in root.iterate():
        identity = element.get("id")
        if identity is None:
            if element.namespace == BPMN and element.name in NEEDS_ID:
                message = f"{element.name} without an id"
                findings.add("B007", Place(element.line), message, "give it an id")
            continue
        if identity in seen:
            first = seen[identity]
            message = f'duplicate id "{identity}": {element.name}, first used by {first.name}'
            place = Place(element.line, identity, element.get("name") or "")
            findings.add("B008", place, f"{message} in line {first.line}", "rename one of them")
            findings.silent.add(identity)
        elif element.namespace == BPMN and not texts.ID.fullmatch(identity):
            message = f'malformed id "{identity}"'
            hint = "an id begins with a letter or _, then letters, digits, _ . -"
            findings.add("B007", place_of(element), message, hint)
        seen.setdefault(identity, element)


def _languages(root: Element, findings: Findings) -> None:
    language = root.get("expressionLanguage")
    if language and language not in XPATH and "feel" not in language.casefold():
        message = f'expressionLanguage="{language}" is a foreign expression language'
        findings.add("B042", place_of(root), message, "write FEEL that begins with =")


def _model(root: Element, process: Element, findings: Findings) -> ProcessModel:
    declared = _declared(root)
    content = _Content(process.get("id") or "")
    process_id = process.get("id") or ""
    _walk(process, process_id, content, declared, findings)
    _link(content)
    lanes, lane_of = lanes_of(process, findings)
    nodes = _connected(content, lane_of)
    own = ours(process)
    place = place_of(process)
    return ProcessModel(
        id=process_id,
        key=_key(own.get("key"), process_id, place, findings),
        version=_version(own.get("version"), place, findings),
        title=own.get("title") or process.get("name") or process_id,
        valid_from=_day(own.get("validFrom"), place, findings),
        line=process.line,
        file=findings.file,
        nodes=nodes,
        flows=content.flows,
        lanes=lanes,
        diagram=diagram_of(root),
        messages=declared.messages,
        annotations=annotations_of(root),
        artifacts=artifacts_of(root),
        start_events=_grouped((n.scope, n.id) for n in nodes.values() if n.kind == "startEvent"),
        attached=_grouped((n.attached_to, n.id) for n in nodes.values() if n.attached_to),
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for owner, member in pairs:
        groups.setdefault(owner, []).append(member)
    return {owner: tuple(members) for owner, members in groups.items()}


def _declared(root: Element) -> Declared:
    return Declared(
        errors={
            e.get("id") or "": e.get("errorCode") or e.get("name") or ""
            for e in root.named(BPMN, "error")
        },
        messages=_names(root, "message", "name"),
        signals=_names(root, "signal", "name"),
        escalations=_names(root, "escalation", "escalationCode"),
    )


def _names(root: Element, kind: str, attribute: str) -> dict[str, str]:
    """What is declared at the top: the attribute, else the name, else the id itself."""
    declared = [(e.get("id") or "", e) for e in root.named(BPMN, kind)]
    return {identity: e.get(attribute) or e.get("name") or identity for identity, e in declared}


def _walk(
    container: Element, scope: str, content: _Content, declared: Declared, findings: Findings
) -> None:
    """The nodes and flows of a process or sub-process and of what is nested in it."""
    for child in container.children:
        identity = child.get("id") or ""
        known = identity in content.nodes or identity in content.flows
        if child.namespace != BPMN or known or identity == content.process:
            continue
        if child.name == "sequenceFlow":
            content.flows[identity] = flow_of(child, findings)
        elif child.name in FLOW_NODES:
            content.nodes[identity] = node_of(child, scope, declared, findings)
            if child.name == "subProcess":
                _walk(child, identity, content, declared, findings)


def _link(content: _Content) -> None:
    """A link is an arrow that is not drawn: from each throw to the catch of its name and scope."""
    ends = [n for n in content.nodes.values() if n.event and n.event.kind == "link"]
    for throw in ends:
        for catch in ends:
            here = (catch.scope, catch.event and catch.event.code)
            is_pair = here == (throw.scope, throw.event and throw.event.code)
            if is_pair and throw.kind.endswith("ThrowEvent") and catch.kind.endswith("CatchEvent"):
                flow = SequenceFlow(
                    f"{throw.id}{LINK}{catch.id}", throw.id, catch.id, "", throw.line
                )
                content.flows[flow.id] = flow


def _connected(content: _Content, lane_of: dict[str, str]) -> dict[str, Node]:
    """The nodes with their arrows in document order, and their lane or that of what holds them."""
    incoming: dict[str, list[str]] = {}
    outgoing: dict[str, list[str]] = {}
    for flow in content.flows.values():
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    nodes: dict[str, Node] = {}
    for node in content.nodes.values():
        outer = nodes.get(node.scope)
        host = content.nodes.get(node.attached_to or "")
        lane = lane_of.get(node.id) or (outer.lane if outer else None)
        nodes[node.id] = replace(
            node,
            incoming=tuple(incoming.get(node.id, ())),
            outgoing=tuple(outgoing.get(node.id, ())),
            lane=lane or (lane_of.get(host.id) if host else None),
        )
    return nodes


def _key(text: str | None, process_id: str, place: Place, findings: Findings) -> str:
    if text is not None and not texts.ID.fullmatch(text):
        message = f'approval:key="{text}" is not a name'
        findings.add("B016", place, message, "letters, digits and _, beginning with a letter")
    return text or process_id


def _version(text: str | None, place: Place, findings: Findings) -> int:
    if text is None:
        return 1
    return texts.whole(text, 1, "approval:version", place, findings) or 1


def _day(text: str | None, place: Place, findings: Findings) -> str | None:
    if text is None:
        return None
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    message = f'approval:validFrom="{text}" is not a day'
    findings.add("B016", place, message, "write e.g. 2026-01-01")
    return None
