"""Compiles locale/*/LC_MESSAGES/*.po whose .mo is missing or older; needs gettext's msgfmt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def main() -> int:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        subprocess.run(["msgfmt", "--check", "-o", str(target), str(source)], check=True)  # noqa: S603, S607 - fixed command, our own files
    return 0


if __name__ == "__main__":
    sys.exit(main())
