"""The app-owned fontconfig file: the fonts of one folder and no others."""

from __future__ import annotations

import os
from pathlib import Path
from xml.sax.saxutils import escape

FILE_NAME = "fonts.conf"

_TEMPLATE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{faces}</dir>
  <cachedir>{cache}</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


def faces_folder(folder: Path) -> Path:
    """Where the faces with our metric lie."""
    return folder / "faces"


def write(folder: Path) -> Path:
    """Write fonts.conf into the fonts folder; returns its absolute path."""
    folder = folder.resolve()
    path = folder / FILE_NAME
    text = _TEMPLATE.format(
        faces=escape(str(faces_folder(folder))), cache=escape(str(folder / "cache"))
    )
    if not path.is_file() or path.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path


def pin(folder: Path) -> None:
    """Make this process, and those it starts, see our faces only. Call before WeasyPrint loads."""
    os.environ["FONTCONFIG_FILE"] = str(folder.resolve() / FILE_NAME)
