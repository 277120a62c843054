"""Every check of a release, all errors at once: what `check_flow` and the loader call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workflows.bpmn import (
    checks_bindings,
    checks_events,
    checks_expressions,
    checks_graph,
    checks_loops,
    checks_outcomes,
    checks_references,
    checks_release,
    soundness,
)
from workflows.bpmn.bindings import Bindings
from workflows.bpmn.issues import Findings, in_order
from workflows.bpmn.model import Issue, ProcessModel
from workflows.bpmn.reader import Reading, read


@dataclass(frozen=True, slots=True)
class Checked:
    """The models (none if any file has an error) in the order of the files, and every issue.

    A model's name is its process id; a second version of the same process is `<id>_v<version>`.
    """

    models: dict[str, ProcessModel]
    issues: list[Issue]

    @property
    def has_errors(self) -> bool:
        """Nothing of the release may be registered."""
        return any(issue.severity == "error" for issue in self.issues)


def check(files: Sequence[Path | tuple[str, bytes]], bindings: Bindings) -> Checked:
    """Reads and checks the files of one release, which may call each other's processes."""
    readings: list[tuple[Reading, Findings]] = []
    for file in files:
        name, content = (file.name, file) if isinstance(file, Path) else file
        reading = read(content, name)
        readings.append((reading, Findings(name, list(reading.issues), set(reading.silent))))
    checks_release.look_at(
        [(reading.model, findings) for reading, findings in readings if reading.model]
    )
    for reading, findings in readings:
        if reading.model is not None:
            _file(reading.model, bindings, findings)
    issues = in_order([issue for _, findings in readings for issue in findings.issues])
    models: dict[str, ProcessModel] = {}
    for reading, _ in readings:
        if (model := reading.model) is not None:
            models[f"{model.id}_v{model.version}" if model.id in models else model.id] = model
    if any(issue.severity == "error" for issue in issues):
        models = {}
    return Checked(models, issues)


def _file(model: ProcessModel, bindings: Bindings, findings: Findings) -> None:
    checks_references.look_at(model, findings)
    checks_expressions.look_at(model, bindings, findings)
    checks_outcomes.look_at(model, findings)
    checks_loops.look_at(model, findings)
    checks_events.look_at(model, findings)
    checks_graph.look_at(model, findings)
    checks_bindings.look_at(model, bindings, findings)
    if not findings.has_errors:
        soundness.prove(model, findings)
