"""The app-owned fontconfig file: the fonts of one set and no others."""

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


def write(folder: Path) -> Path:
    """Write fonts.conf into a set's folder; returns its absolute path (fontconfig wants that)."""
    folder = folder.resolve()
    path = folder / FILE_NAME
    text = _TEMPLATE.format(
        faces=escape(str(folder / "faces")), cache=escape(str(folder / "cache"))
    )
    if not path.is_file() or path.read_text() != text:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return path


def pin(folder: Path) -> None:
    """Make this process, and those it starts, see one set only. Call before WeasyPrint loads."""
    os.environ["FONTCONFIG_FILE"] = str(folder.resolve() / FILE_NAME)
