"""Debian's Chromium, driven by Playwright without its own browser download."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
PLACES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
"""Chromium without its window takes a third less time than the whole browser in headless mode."""


def absent(what: str, way_out: str) -> None:
    """A missing tool fails loudly where everything must run (CI=true) and skips on a desk."""
    message = f"{what} is missing: {way_out}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def executable() -> str:
    """The browser CHROMIUM names, else the first of PLACES."""
    places = (os.environ["CHROMIUM"],) if "CHROMIUM" in os.environ else PLACES
    found = next((place for place in places if Path(place).exists()), None)
    if not found:
        absent("Chromium", "make setup-dev installs it (apt-get install chromium-headless-shell)")
    return str(found)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
