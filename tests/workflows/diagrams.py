"""Writes small BPMN files for tests from a compact description, with layout, lanes and sub-processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:approvals:bpmn:1"
NAMESPACES = {
    "bpmn": BPMN,
    "bpmndi": BPMNDI,
    "dc": DC,
    "di": DI,
    "xsi": XSI,
    "approval": OURS,
}
PLAIN = {"isForCompensation", "isInterrupting", "triggeredByEvent", "instantiate"}
"""Node keys written without our prefix: attributes of BPMN itself."""
COUNTING = ("calendar", "countFrom")
TIMERS = {"timer": "timeDuration", "date": "timeDate", "cycle": "timeCycle"}
SHAPES = {"startEvent": (36, 36), "endEvent": (36, 36), "boundaryEvent": (36, 36)}


def diagram(
    nodes: Mapping[str, Mapping[str, Any]],
    flows: Sequence[tuple[Any, ...]],
    *,
    lanes: Mapping[str, Mapping[str, Any]] | None = None,
    key: str = "flow",
    version: int = 1,
    attributes: Mapping[str, str] | None = None,
    drawn: bool = True,
) -> str:
    """A BPMN 2.0 file as text, one process `key`, one element a line.

    nodes: id → description, in document order. Keys of a description:
      kind          BPMN element name (default: `startEvent` for "start", `endEvent` for ids that
                    start with "end", else `userTask`)
      name          label (default: the id)
      timer/date/cycle (and its calendar)   a timerEventDefinition (on boundaryEvent, intermediateCatchEvent …)
      error         error code of an errorEventDefinition ("" = any)
      event         "terminate", or any other definition without content ("cancel", "link" …)
      message/signal/escalation    name or code of such a definition
      condition     FEEL of a conditionalEventDefinition
      attached_to   host of a boundaryEvent; interrupting=False writes cancelActivity="false"
      multi         dict: sequential, cardinality, completion (FEEL text with "="), and any attribute of our
                    namespace (collection item output outputItem mode need minQuorum onReject)
      called        calledElement of a callActivity
      nodes, flows  the inside of a subProcess
      raw           XML text put into the element as it is (bpmn: and approval: prefixes are bound)
      plain         dict of attributes without our prefix (bpmn attributes)
      anything else is an attribute of our namespace: role, outcomes, form, handler, verdict, phase, due …
    flows: (source, target), (source, target, "=condition") or (source, target, dict) with keys
      condition, outcome, default (True), id, name. The id defaults to "<source>_to_<target>" (then _2, _3 …).
    lanes: id → {name, nodes: [ids], role, scope}.
    attributes: more attributes of our namespace on the process (title, validFrom).
    drawn: writes diagram interchange (a simple left-to-right layout) unless False.
    """
    root = etree.Element(f"{{{BPMN}}}definitions", nsmap=NAMESPACES)
    root.set("id", "definitions")
    root.set("targetNamespace", "urn:test")
    process = etree.SubElement(root, f"{{{BPMN}}}process", id=key, isExecutable="true")
    for name, value in {"key": key, "version": str(version), **(attributes or {})}.items():
        process.set(f"{{{OURS}}}{name}", value)
    _lanes(process, lanes or {})
    placed: dict[str, tuple[int, int, int, int]] = {}
    drawn_flows: dict[str, tuple[str, str]] = {}
    _inside(root, process, nodes, flows, placed, drawn_flows, top=80)
    if drawn:
        _drawing(root, key, lanes or {}, placed, drawn_flows)
    etree.cleanup_namespaces(root, keep_ns_prefixes=list(NAMESPACES))
    return etree.tostring(root, pretty_print=True, encoding="unicode")


def _lanes(process: Any, lanes: Mapping[str, Mapping[str, Any]]) -> None:
    if not lanes:
        return
    lane_set = etree.SubElement(process, f"{{{BPMN}}}laneSet", id="lanes")
    for lane_id, lane in lanes.items():
        element = etree.SubElement(
            lane_set, f"{{{BPMN}}}lane", id=lane_id, name=lane.get("name", lane_id)
        )
        for name in ("role", "scope"):
            if lane.get(name):
                element.set(f"{{{OURS}}}{name}", lane[name])
        for node in lane["nodes"]:
            etree.SubElement(element, f"{{{BPMN}}}flowNodeRef").text = node


def _inside(root, parent, nodes, flows, placed, drawn_flows, *, top: int) -> None:
    arrows = _named(flows)
    defaults = {a["source"]: a["id"] for a in arrows if a.get("default")}
    for column, (node_id, node) in enumerate(nodes.items()):
        kind = _kind(node_id, node)
        element = etree.SubElement(
            parent, f"{{{BPMN}}}{kind}", id=node_id, name=node.get("name", node_id)
        )
        if node_id in defaults:
            element.set("default", defaults[node_id])
        width, height = SHAPES.get(kind, (50, 50) if kind.endswith("Gateway") else (100, 80))
        placed[node_id] = (160 + column * 150, top + 40 - height // 2, width, height)
        if (host := placed.get(node.get("attached_to", ""))) is not None:
            placed[node_id] = (host[0] + host[2] - 28, host[1] + host[3] - 18, width, height)
        _ends(element, arrows, node_id)
        _content(root, element, node)
        if kind == "subProcess":
            _inside(
                root,
                element,
                node.get("nodes", {}),
                node.get("flows", []),
                placed,
                drawn_flows,
                top=top + 200,
            )
    for arrow in arrows:
        _arrow(parent, arrow)
        drawn_flows[arrow["id"]] = (arrow["source"], arrow["target"])


def _ends(element: Any, arrows: Sequence[Mapping[str, Any]], node_id: str) -> None:
    for name, end in (("incoming", "target"), ("outgoing", "source")):
        for arrow in arrows:
            if arrow[end] == node_id:
                etree.SubElement(element, f"{{{BPMN}}}{name}").text = arrow["id"]


def _kind(node_id: str, node: Mapping[str, Any]) -> str:
    if "kind" in node:
        return str(node["kind"])
    if node_id == "start":
        return "startEvent"
    return "endEvent" if node_id.startswith("end") else "userTask"


def _named(flows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    arrows: list[dict[str, Any]] = []
    used: set[str] = set()
    for source, target, *rest in flows:
        more = rest[0] if rest else {}
        arrow = {"condition": more} if isinstance(more, str) else dict(more)
        base = arrow.get("id") or f"{source}_to_{target}"
        flow_id, n = base, 1
        while flow_id in used and "id" not in arrow:
            n += 1
            flow_id = f"{base}_{n}"
        used.add(flow_id)
        arrows.append({**arrow, "id": flow_id, "source": source, "target": target})
    return arrows


def _arrow(parent: Any, arrow: Mapping[str, Any]) -> None:
    element = etree.SubElement(
        parent,
        f"{{{BPMN}}}sequenceFlow",
        id=arrow["id"],
        sourceRef=arrow["source"],
        targetRef=arrow["target"],
    )
    if arrow.get("name"):
        element.set("name", arrow["name"])
    if arrow.get("outcome"):
        element.set(f"{{{OURS}}}outcome", arrow["outcome"])
    if arrow.get("condition"):
        _expression(element, "conditionExpression", arrow["condition"])


def _expression(parent: Any, name: str, text: str) -> None:
    element = etree.SubElement(parent, f"{{{BPMN}}}{name}")
    element.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
    element.text = text


STRUCTURE = {
    "kind", "name", "timer", "date", "cycle", "error", "event", "message", "signal", "escalation",
    "condition", "attached_to", "interrupting", "multi", "called", "nodes", "flows", "raw", "plain",
}  # fmt: skip


def _content(root: Any, element: Any, node: Mapping[str, Any]) -> None:
    _attributes(element, node)
    if "multi" in node:
        _multi(element, node["multi"])
    _event(root, element, node)
    if "raw" in node:
        spaces = " ".join(f'xmlns:{p}="{u}"' for p, u in NAMESPACES.items())
        for child in etree.fromstring(f"<raw {spaces}>{node['raw']}</raw>"):
            element.append(child)


def _attributes(element: Any, node: Mapping[str, Any]) -> None:
    for name, value in node.items():
        if name in PLAIN:
            element.set(name, str(value).lower() if isinstance(value, bool) else value)
        elif name not in STRUCTURE and not (name in COUNTING and TIMERS.keys() & node.keys()):
            element.set(f"{{{OURS}}}{name}", str(value))
    for name, value in node.get("plain", {}).items():
        element.set(name, value)
    if "attached_to" in node:
        element.set("attachedToRef", node["attached_to"])
        if node.get("interrupting") is False:
            element.set("cancelActivity", "false")
    if "called" in node:
        element.set("calledElement", node["called"])


def _multi(element: Any, multi: Mapping[str, Any]) -> None:
    loop = etree.SubElement(element, f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if multi.get("sequential"):
        loop.set("isSequential", "true")
    for name, value in multi.items():
        if name not in {"sequential", "cardinality", "completion"}:
            loop.set(f"{{{OURS}}}{name}", str(value))
    if multi.get("cardinality") is not None:
        _expression(loop, "loopCardinality", str(multi["cardinality"]))
    if multi.get("completion"):
        _expression(loop, "completionCondition", multi["completion"])


CODES = (("error", "errorCode"), ("escalation", "escalationCode"), ("message", ""), ("signal", ""))


def _event(root: Any, element: Any, node: Mapping[str, Any]) -> None:
    for name, child in TIMERS.items():
        if name in node:
            timer = etree.SubElement(element, f"{{{BPMN}}}timerEventDefinition")
            if node.get("calendar"):
                timer.set(f"{{{OURS}}}calendar", node["calendar"])
            if node.get("countFrom"):
                timer.set(f"{{{OURS}}}countFrom", node["countFrom"])
            _expression(timer, child, node[name])
    _references(root, element, node)
    if "condition" in node:
        definition = etree.SubElement(element, f"{{{BPMN}}}conditionalEventDefinition")
        _expression(definition, "condition", node["condition"])
    if "event" in node:
        etree.SubElement(element, f"{{{BPMN}}}{node['event']}EventDefinition")


def _references(root: Any, element: Any, node: Mapping[str, Any]) -> None:
    for name, code in CODES:
        if name in node:
            definition = etree.SubElement(element, f"{{{BPMN}}}{name}EventDefinition")
            if node[name]:
                definition.set(f"{name}Ref", _declared(root, name, node[name], code))


def _declared(root: Any, kind: str, name: str, code_attribute: str) -> str:
    """The id of the error, message … declared at the top of the file; declares it at first use."""
    declared_id = f"{kind}_{''.join(c if c.isalnum() and c.isascii() else '_' for c in name)}"
    if not any(child.get("id") == declared_id for child in root):
        declared = etree.Element(f"{{{BPMN}}}{kind}", id=declared_id, name=name)
        if code_attribute:
            declared.set(code_attribute, name)
        root.insert(0, declared)
    return declared_id


def _drawing(root, key, lanes, placed, drawn_flows) -> None:
    drawing = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", id="diagram")
    plane = etree.SubElement(drawing, f"{{{BPMNDI}}}BPMNPlane", id="plane", bpmnElement=key)
    width = max([x + w for x, _, w, _ in placed.values()] or [0]) + 60
    for row, lane in enumerate(lanes):
        _shape(plane, lane, (30, 20 + row * 240, width, 240))
    row_of = {node: row for row, lane in enumerate(lanes.values()) for node in lane["nodes"]}
    at = {n: (x, y + 240 * row_of.get(n, 0), w, h) for n, (x, y, w, h) in placed.items()}
    for node, bounds in at.items():
        _shape(plane, node, bounds)
    for flow, (source, target) in drawn_flows.items():
        if source in at and target in at:
            edge = etree.SubElement(
                plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{flow}_di", bpmnElement=flow
            )
            (sx, sy, sw, sh), (tx, ty, _, th) = at[source], at[target]
            for x, y in ((sx + sw, sy + sh // 2), (tx, ty + th // 2)):
                etree.SubElement(edge, f"{{{DI}}}waypoint", x=str(x), y=str(y))


def _shape(plane: Any, element_id: str, bounds: tuple[int, int, int, int]) -> None:
    shape = etree.SubElement(
        plane, f"{{{BPMNDI}}}BPMNShape", id=f"{element_id}_di", bpmnElement=element_id
    )
    x, y, w, h = bounds
    etree.SubElement(shape, f"{{{DC}}}Bounds", x=str(x), y=str(y), width=str(w), height=str(h))
