"""Reads a city's policy folder into plain data that remembers its lines, and resolves programs.

A program's content is its own file with the task forms and notices it names put in, so that one
stored row holds everything a case is decided by.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from organizations.pack_schema import ERROR, Issue
from organizations.yaml_lines import Place, YamlError, load_with_lines


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One YAML file: its name relative to the folder, its data, the line of every value."""

    name: str
    data: Any
    lines: Mapping[Place, int]


@dataclass(slots=True)
class PackSource:
    """Everything a folder holds, by kind; `issues` says which files could not be read."""

    folder: Path
    city: str
    organs: SourceFile | None = None
    programs: list[SourceFile] = field(default_factory=list)
    task_forms: dict[str, SourceFile] = field(default_factory=dict)
    notices: dict[str, SourceFile] = field(default_factory=dict)
    samples: SourceFile | None = None
    """`samples/notices.yaml`: what the notices are shown with in the editor and the gallery."""
    flows: list[Path] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def read_pack(folder: Path) -> PackSource:
    """Reads every file of a city's folder; unreadable ones become issues."""
    pack = PackSource(folder, folder.resolve().name)
    pack.organs = _read(pack, folder / "organs.yaml", quiet=True)
    if pack.organs is not None and isinstance(pack.organs.data, dict):
        pack.city = str(pack.organs.data.get("city", pack.city))
    for path in sorted((folder / "programs").glob("*.yaml")):
        source = _read(pack, path)
        if source is not None:
            pack.programs.append(source)
    for kind, sources in (("task_forms", pack.task_forms), ("notices", pack.notices)):
        for path in sorted((folder / kind).glob("*.yaml")):
            source = _read(pack, path)
            if source is not None:
                sources[path.stem] = source
    if (folder / "samples" / "notices.yaml").is_file():
        pack.samples = _read(pack, folder / "samples" / "notices.yaml")
    pack.flows = sorted((folder / "flows").glob("*.bpmn"))
    return pack


def _read(pack: PackSource, path: Path, *, quiet: bool = False) -> SourceFile | None:
    """The file, or None with an issue (`quiet`: organizations.packs tells of the organs' own)."""
    name = path.relative_to(pack.folder).as_posix()
    try:
        data, lines = load_with_lines(path)
    except (OSError, YamlError) as error:
        if not quiet:
            line = error.line if isinstance(error, YamlError) else 0
            pack.issues.append(Issue(ERROR, name, line, "", f"not readable as YAML: {error}"))
        return None
    return SourceFile(name, data, lines)


def content_of(pack: PackSource, source: SourceFile) -> dict[str, Any]:
    """The whole content of a program as JSON data; call it for a pack without errors."""
    content = dict(plain(source.data))
    content["city"] = pack.city
    forms: dict[str, Any] = {}
    for key in content["task_forms"]:
        forms |= plain(pack.task_forms[key].data["forms"])
    content["task_forms"] = forms
    content["notices"] = {
        verdict: plain(pack.notices[key].data) for verdict, key in content["notices"].items()
    }
    return content


def plain(value: Any) -> Any:
    """YAML data as JSON data: days become ISO text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def content_sha256(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a content (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def pack_sha256(folder: Path) -> str:
    """SHA-256 over the names and bytes of a folder's policy files."""
    digest = hashlib.sha256()
    names = ["organs.yaml", "programs/*.yaml", "task_forms/*.yaml", "notices/*.yaml"]
    names += ["samples/notices.yaml", "flows/*.bpmn"]
    paths = sorted(path for name in names for path in folder.glob(name))
    for path in paths:
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
