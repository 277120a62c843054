"""Checks across the files of a release: keys, versions and called processes."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.bpmn.issues import Findings, Place
from workflows.bpmn.model import Node, ProcessModel
from workflows.bpmn.places import at, local
from workflows.bpmn.supported import close

Files = Sequence[tuple[ProcessModel, Findings]]


def look_at(files: Files) -> None:
    """Reports clashes between files and called processes that are not there."""
    for at_index, (model, findings) in enumerate(files):
        for other, _ in files[:at_index]:
            _clash(model, other, findings)
    for model, findings in files:
        for node in model.nodes.values():
            if node.kind == "callActivity":
                _called(node, files, findings)
        if _calls_itself(model, files):
            message = f'process "{model.id}" calls itself, directly or through another'
            hint = "a loop inside the process is easier to follow"
            findings.add("B035", Place(model.line, model.id, model.title), message, hint)


def called_model(node: Node, models: Sequence[ProcessModel]) -> ProcessModel | None:
    """The process a callActivity names by id or key; of several versions the newest."""
    name = local(node.called or "")
    by_id = [m for m in models if m.id == name]
    found = by_id or [m for m in models if m.key == name]
    return max(found, key=lambda m: m.version, default=None)


def _clash(model: ProcessModel, other: ProcessModel, findings: Findings) -> None:
    place = Place(model.line, model.id, model.title)
    if model.id == other.id and model.key != other.key:
        message = f'process id "{model.id}" is used in {other.file} too'
        findings.add("B034", place, message, "give one of them another id")
    elif (model.key, model.version) == (other.key, other.version):
        message = f'key "{model.key}" version {model.version} is used in {other.file} too'
        findings.add("B034", place, message, "raise approval:version, or use another key")


def _called(node: Node, files: Files, findings: Findings) -> None:
    if not node.called:
        findings.add("B009", at(node), "call activity without calledElement", "name a process")
        return
    models = [model for model, _ in files]
    called = called_model(node, models)
    if called is not None:
        starts = called.starts(called.id)
        if starts and all(start.event and start.event.kind != "none" for start in starts):
            message = f'calledElement="{node.called}" has no none start event'
            findings.add("B031", at(node), message, "a call begins at a none start event")
    else:
        near = close(local(node.called), [name for m in models for name in (m.id, m.key)])
        message = f'calledElement="{node.called}" is neither a process id nor a key of the release'
        hint = f"did you mean {near}?" if near else "check the called file together with this one"
        findings.add("B033", at(node), message, hint)


def _calls_itself(model: ProcessModel, files: Files) -> bool:
    models = [m for m, _ in files]
    seen: set[str] = set()
    waiting = [model]
    while waiting:
        for node in waiting.pop().nodes.values():
            called = called_model(node, models) if node.kind == "callActivity" else None
            if called is None or called.id in seen:
                continue
            if called.id == model.id:
                return True
            seen.add(called.id)
            waiting.append(called)
    return False
