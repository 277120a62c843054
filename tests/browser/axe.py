"""axe-core, the accessibility checker, fetched once by npm into var/ (never shipped)."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.chromium import absent

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "npm"
VERSION = "4.14.1"
SOURCE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = ("color-contrast", "link-in-text-block")
"""What another colour scheme can change of a page that was looked at in one."""
SIZES = (*COLOURS, "target-size", "scrollable-region-focusable", "avoid-inline-spacing")
"""What larger text and larger targets can change of a page that was looked at in the usual ones."""
RUN = "rules => axe.run({runOnly: rules, resultTypes: ['violations'], selectors: false})"
"""Of what is in order nothing is told: to describe it takes longer than to find it."""


@cache
def source() -> str:
    """The script itself; installed at the first call of a machine."""
    if not SOURCE.exists():
        npm = shutil.which("npm")
        if not npm:
            absent("npm (for axe-core)", "apt-get install --no-install-recommends npm")
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text('{"private": true}\n')
        command = [str(npm), "install", "--no-audit", "--no-fund", f"axe-core@{VERSION}"]
        done = subprocess.run(
            command, cwd=FOLDER, capture_output=True, text=True, timeout=180, check=False
        )
        if done.returncode:
            absent("axe-core", f"npm could not fetch it: {done.stderr[-300:]}")
    return SOURCE.read_text("utf-8")


def violations(
    page: Page,
    impacts: tuple[str, ...] = ("moderate", "serious", "critical"),
    rules: tuple[str, ...] = RULES,
) -> list[str]:
    """What axe objects to on the page as it stands, one line a rule with the first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(source())
    found: list[dict[str, Any]] = page.evaluate(RUN, list(rules))["violations"]
    return [
        f"{one['id']} ({one['impact']}): "
        + " | ".join(node["html"][:160] for node in one["nodes"][:3])
        for one in found
        if one["impact"] in impacts
    ]
