"""Django system check of the flows that policies ship: `manage.py check --deploy --tag flows`.

Reading and proving every diagram takes a while, so it is a deployment check: Django runs these only
with `--deploy`, never while a server or another command starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from workflows import handlers
from workflows.bpmn import Bindings, check
from workflows.bpmn.model import Issue
from workflows.directory import known_roles

TAG = "flows"
LEFT_TO_THE_PACK = frozenset({"B067"})
"""Forms and documents are looked up by `check_policy`."""


def shipped_flows(*, app_configs: Sequence[Any] | None = None, **_more: Any) -> list[CheckMessage]:
    """Every issue of every city's flows; the files of one city are one release."""
    bindings = Bindings(roles=known_roles(), handlers=handlers.registered())
    found: list[CheckMessage] = []
    for folder in sorted(Path(settings.POLICIES_DIR).glob("*/flows")):
        files = sorted(folder.glob("*.bpmn"))
        issues = check(files, bindings).issues
        found.extend(_message(i, folder) for i in issues if i.code not in LEFT_TO_THE_PACK)
    return found


def _message(issue: Issue, folder: Path) -> CheckMessage:
    kind = Error if issue.severity == "error" else Warning
    where = f"{folder.parent.name}/{replace(issue, hint='').as_text()}"
    return kind(where, hint=issue.hint or None, id=f"flows.{issue.code}")
