"""Where font sets lie: one folder a version, and which one this code prints with.

``FONTS_DIR/sets/<version>/`` holds the faces, the ranges they cover and fonts.conf. The version is
a digest of the faces. ``FONTS_DIR/recipes/<recipe>`` names the version that a state of the builder
made, so that two states of the code can share one folder, and a change that moves no outline gives
no new version. Older sets stay: documents name the set they were made with, and only with it come
out in the same bytes again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from documents.fonts import configuration, coverage
from documents.fonts.faces import FACES

STATE = "faces.json"
_BUILDER = ("building", "copying", "faces", "outlines", "repertoire", "tables")


class FontsMissingError(Exception):
    """The fonts were never built: run `manage.py fetch_fonts` (or `make setup`)."""


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=1)
def recipe() -> str:
    """Changes with the table of faces, the code that builds them and the libraries it uses:
    then the faces are built anew."""
    here = Path(__file__).parent
    parts = [digest(here / f"{name}.py") for name in _BUILDER]
    parts += [digest(here / "characters.txt"), version("fonttools"), version("uharfbuzz")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def version_of(faces: Mapping[str, str]) -> str:
    """The version of a set: a digest of its faces' digests, whoever built them."""
    return hashlib.sha256(json.dumps(faces, sort_keys=True).encode()).hexdigest()[:16]


def folder_of(fonts: Path, name: str) -> Path:
    """The folder of one version."""
    return fonts / "sets" / name


def pointer(fonts: Path) -> Path:
    """The file that names the version this code has built."""
    return fonts / "recipes" / recipe()


def is_whole(folder: Path) -> bool:
    """Whether every face is there in the size it was written."""
    if not (folder / STATE).is_file() or not (folder / coverage.FILE_NAME).is_file():
        return False
    sizes = json.loads((folder / STATE).read_text())["sizes"]
    return set(sizes) == {face.file_name for face in FACES} and all(
        (folder / "faces" / name).is_file() and (folder / "faces" / name).stat().st_size == size
        for name, size in sizes.items()
    )


def current_version(fonts: Path) -> str:
    """The version of the set in use, stored with every rendered notice; FontsMissingError."""
    try:
        return pointer(fonts).read_text().strip()
    except FileNotFoundError as error:
        message = f"No fonts in {fonts}. Way out: run `python manage.py fetch_fonts`."
        raise FontsMissingError(message) from error


def current(fonts: Path) -> Path:
    """The folder of the set in use; FontsMissingError when it was never built."""
    return folder_of(fonts, current_version(fonts))


def faces_folder(fonts: Path) -> Path:
    """The font files of the set in use; FontsMissingError."""
    return current(fonts) / "faces"


def pin(fonts: Path) -> None:
    """Let this process print with the set in use; without one, printing is refused later."""
    with suppress(FontsMissingError):
        configuration.pin(current(fonts))
