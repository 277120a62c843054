"""Chromium, started once and driven over its protocol, on the HTML that our renderer sets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks import notice
from benchmarks.printer import Printer
from benchmarks.subjects.django_world import awake

_ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic"]
_ARGUMENTS += ["--disable-background-networking"]


class Subject(Printer):
    """Sees our faces only, like our own renderer."""

    def __init__(self) -> None:
        super().__init__()
        awake()
        from documents.rendering import pipeline

        self.html = pipeline.html
        styles = Path(pipeline.__file__).parent / "styles"
        css = "".join((styles / f"{name}.css").read_text() for name in ("page", "document"))
        self.css = css
        self._player: Any = sync_playwright().start()
        self._browser = self._player.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell"),
            args=_ARGUMENTS,
        )
        self._page = self._browser.new_page()

    def page(self, number: int) -> bytes:
        self._page.set_content(self.html(notice.content(number)))
        self._page.add_style_tag(content=self.css)
        made: bytes = self._page.pdf(prefer_css_page_size=True)
        return made
