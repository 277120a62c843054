"""Brings the fonts folder to the state that documents.fonts.faces describes."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from documents.fonts import configuration, coverage, metrics, packages
from documents.fonts.faces import FACES, Face

_STATE = "faces.json"


def _recipe() -> str:
    """Changes whenever the table of faces or the metric changes, so that old files are remade."""
    described = f"{FACES!r} {metrics.ASCENT} {metrics.DESCENT}"
    return hashlib.sha256(described.encode()).hexdigest()


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _is_current(folder: Path) -> bool:
    state = folder / _STATE
    if not state.is_file() or not (folder / coverage.FILE_NAME).is_file():
        return False
    kept = json.loads(state.read_text())
    if kept.get("recipe") != _recipe():
        return False
    faces = configuration.faces_folder(folder)
    return all(
        (faces / name).is_file() and (faces / name).stat().st_size == size
        for name, size in kept["sizes"].items()
    )


def _by_package() -> dict[str, list[Face]]:
    grouped: dict[str, list[Face]] = defaultdict(list)
    for face in FACES:
        grouped[face.package].append(face)
    return grouped


def fetch(folder: Path, say: Callable[[str], None]) -> bool:
    """Download, unpack and align the faces; False when everything was there already.

    Raises packages.FontsUnavailableError with a way out.
    """
    configuration.write(folder)
    if _is_current(folder):
        return False
    archives = folder / "packages"
    faces = configuration.faces_folder(folder)
    faces.mkdir(parents=True, exist_ok=True)
    for package, members in _by_package().items():
        say(f"{package}: {', '.join(face.family for face in members)}")
        found = packages.locate(package, {face.path for face in members}, archives)
        for face in members:
            metrics.align(face, found[face.path], faces / face.file_name)
    packages.discard_unpacked(archives)
    coverage.write(folder, [faces / face.file_name for face in FACES if face.covers])
    state = {
        "recipe": _recipe(),
        "sizes": {face.file_name: (faces / face.file_name).stat().st_size for face in FACES},
        "sha256": {face.file_name: digest(faces / face.file_name) for face in FACES},
    }
    (folder / _STATE).write_text(json.dumps(state, indent=1))
    return True


def font_set_version(folder: Path) -> str:
    """A short digest of the fonts in use, stored with every rendered notice."""
    state = folder / _STATE
    if not state.is_file():
        return ""
    kept = json.loads(state.read_text())["sha256"]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]
