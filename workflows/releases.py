"""Loading diagrams as immutable versions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction

import clock
import journal.services
from workflows import beginnings
from workflows.bpmn import Bindings, Checked, check
from workflows.bpmn.model import Issue, ProcessModel
from workflows.bpmn.source import text_of
from workflows.compiler import class_name, compile_flow
from workflows.models import FlowVersion

if TYPE_CHECKING:
    from organizations.models import User

Source = Path | tuple[str, bytes]


class ReleaseRefused(ValueError):
    """Nothing was loaded; `issues` says everything at once, warnings too, sorted by line."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__("\n".join(issue.as_text() for issue in issues))
        self.issues = list(issues)


def load(
    files: Sequence[Source], *, city: str, bindings: Bindings, by: User | None
) -> list[FlowVersion]:
    """Checks all files and registers all or none; raises ReleaseRefused with every issue."""
    sources = [(file.name, file.read_bytes()) if isinstance(file, Path) else file for file in files]
    return register(check(sources, bindings), sources, city=city, by=by)


@transaction.atomic
def register(
    checked: Checked, sources: Sequence[tuple[str, bytes]], *, city: str, by: User | None
) -> list[FlowVersion]:
    """The same key and version with the same bytes is left as it is; with other bytes it is
    refused: running cases stay on the version they began with."""
    if checked.has_errors:
        raise ReleaseRefused(checked.issues)
    pairs = _paired(checked, sources)
    known = _known([model for model, _ in pairs])
    changed = [_changed_issue(model) for model, content in pairs if _differs(model, content, known)]
    if changed:
        raise ReleaseRefused(changed)
    loaded = [
        known.get((model.key, model.version)) or _release(model, content, city, by)
        for model, content in pairs
    ]
    fresh = [row for row in loaded if (row.key, row.version) not in known]
    if fresh:
        data = {"city": city, "flows": [f"{row.key} v{row.version}" for row in fresh]}
        journal.services.record("system", "load_flows", actor=by, data=data)
    for row in fresh:
        beginnings.arm(row)
    return loaded


def _paired(
    checked: Checked, sources: Sequence[tuple[str, bytes]]
) -> list[tuple[ProcessModel, bytes]]:
    """Every model with its own bytes: models come in the order of the files, whose names may be
    equal (uploads, folders of two cities)."""
    pairs = list(zip(checked.models.values(), sources, strict=True))
    if any(model.file != name for model, (name, _) in pairs):
        message = "the sources are not those that were checked"
        raise ValueError(message)
    return [(model, content) for model, (_, content) in pairs]


def _known(models: Sequence[ProcessModel]) -> dict[tuple[str, int], FlowVersion]:
    rows = FlowVersion.objects.filter(key__in=[model.key for model in models])
    return {(row.key, row.version): row for row in rows}


def _differs(
    model: ProcessModel, content: bytes, known: dict[tuple[str, int], FlowVersion]
) -> bool:
    row = known.get((model.key, model.version))
    return row is not None and row.sha256 != hashlib.sha256(content).hexdigest()


def _changed_issue(model: ProcessModel) -> Issue:
    return Issue(
        code="V001",
        severity="error",
        file=model.file,
        line=model.line,
        element=model.id,
        name=model.title,
        message=f"version {model.version} of {model.key!r} is loaded with other contents",
        hint="a version never changes; raise approval:version",
    )


def _release(model: ProcessModel, content: bytes, city: str, by: User | None) -> FlowVersion:
    compile_flow(model)  # what cannot be compiled is not released
    return FlowVersion.objects.create(
        city=city,
        key=model.key,
        version=model.version,
        class_name=class_name(model.key, model.version),
        process_id=model.id,
        title=model.title or model.key,
        sha256=hashlib.sha256(content).hexdigest(),
        file=model.file,
        source=text_of(content),
        valid_from=date.fromisoformat(model.valid_from) if model.valid_from else None,
        loaded_at=clock.now(),
        loaded_by=by,
    )
