"""Brings the fonts folder to the state that documents.fonts.faces describes."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from documents.fonts import building, configuration, coverage, packages, sets
from documents.fonts.faces import FACES


def _sources(folder: Path, say: Callable[[str], None]) -> dict[str, Path]:
    """The source file of every face: of the system, or unpacked from its package."""
    grouped: dict[str, set[str]] = defaultdict(set)
    for face in FACES:
        grouped[face.package].add(face.path)
    found: dict[str, Path] = {}
    packages.download_missing(grouped, folder)
    for package, paths in grouped.items():
        say(f"{package}: {len(paths)} file(s)")
        found |= packages.locate(package, paths, folder)
    return found


def write_set(sources: dict[str, Path], folder: Path) -> str:
    """Build the faces into ``folder/faces`` and write what is known of them; the set's version."""
    faces = folder / "faces"
    faces.mkdir(parents=True)
    building.build(FACES, sources, faces)
    coverage.write(folder, [faces / face.file_name for face in FACES if face.covers])
    digests = {face.file_name: sets.digest(faces / face.file_name) for face in FACES}
    state = {
        "sha256": digests,
        "sizes": {face.file_name: (faces / face.file_name).stat().st_size for face in FACES},
        "sources": {path: sets.digest(file) for path, file in sorted(sources.items())},
    }
    (folder / sets.STATE).write_text(json.dumps(state, indent=1))
    return sets.version_of(digests)


def _install(fonts: Path, sources: dict[str, Path]) -> str:
    """Build beside the place and move there, so that nobody sees half a set."""
    place = sets.folder_of(fonts, "")
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="new-") as made:
        name = write_set(sources, Path(made) / "set")
        target = sets.folder_of(fonts, name)
        if not sets.is_whole(target):
            shutil.rmtree(target, ignore_errors=True)
            (Path(made) / "set").rename(target)
    configuration.write(target)
    return name


def fetch(fonts: Path, say: Callable[[str], None]) -> bool:
    """Download, unpack and build the set; False when it was there already.

    Raises packages.FontsUnavailableError with a way out.
    """
    pointer = sets.pointer(fonts)
    if pointer.is_file() and sets.is_whole(sets.current(fonts)):
        configuration.write(sets.current(fonts))
        return False
    archives = fonts / "packages"
    sources = _sources(archives, say)
    name = _install(fonts, sources)
    packages.discard_unpacked(archives)
    pointer.parent.mkdir(parents=True, exist_ok=True)
    partial = pointer.with_name(f"{pointer.name}.{os.getpid()}")
    partial.write_text(name)
    partial.replace(pointer)
    return True
