"""What a letter speaks of, by hash: the answers of each section that went along, as of now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from approvals.applications.models import Application
from approvals.programs.form_schema import form_of


def pins(case: Application, sections: Iterable[str]) -> dict[str, str]:
    """Section → SHA-256 over its answers, in the order of the form; no query."""
    wanted = frozenset(sections)
    return {
        section.key: _digest([[field.key, case.data.get(field.key)] for field in section.fields])
        for section in form_of(case.program.content).sections
        if section.key in wanted
    }


def seal_of(pinned: Mapping[str, str]) -> str:
    """One text for all sections: what a reply slip was opened on."""
    return _digest(sorted(pinned.items()))


def _digest(told: Any) -> str:
    return sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
