"""Renders frozen documents again and compares: the same content must give the same bytes.

Only the unsigned bytes can be the same; a signature holds its time. Where fonts, layouts or the
renderer are others than those a document was made with, that is the answer, not "different".
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from documents import files, rendering
from documents.fonts import sets
from documents.models import Document
from documents.record import content_digest
from documents.rendering.errors import RenderingError


class Outcome(StrEnum):
    """What came of rendering a document again."""

    SAME = "same"
    DIFFERENT = "different"
    """Same fonts, layouts and renderer, other bytes: somebody changed something."""
    OTHER_CONTENT = "other content"
    """The frozen content no longer has its own digest."""
    OTHER_FONTS = "other fonts"
    OTHER_LAYOUT = "other layout"
    OTHER_RENDERER = "other renderer"
    NOT_MADE = "not made yet"
    FAILED = "failed"


BAD = frozenset({Outcome.DIFFERENT, Outcome.OTHER_CONTENT, Outcome.FAILED})
"""Outcomes that somebody must look into."""


@dataclass(frozen=True)
class Reproduction:
    """One document rendered again."""

    document: Document
    outcome: Outcome
    expected: str
    found: str = ""
    remark: str = ""


def rerender(document: Document) -> Reproduction:
    """Renders the document from its frozen content; nothing is written."""
    expected = document.unsigned_sha256
    if not expected:
        return Reproduction(document, Outcome.NOT_MADE, expected)
    if content_digest(document.content) != document.content_sha256:
        return Reproduction(document, Outcome.OTHER_CONTENT, expected)
    try:
        made = rendering.render(document.content)
    except RenderingError as error:
        return Reproduction(document, Outcome.FAILED, expected, remark=str(error))
    found = files.digest(made.pdf)
    if found == expected:
        return Reproduction(document, Outcome.SAME, expected, found)
    outcome, remark = _why(document, made.renderer)
    return Reproduction(document, outcome, expected, found, remark)


def _why(document: Document, renderer: str) -> tuple[Outcome, str]:
    """The first circumstance that differs between then and now."""
    fonts, layout = sets.current_version(settings.FONTS_DIR), rendering.template_version()
    for outcome, then, now in (
        (Outcome.OTHER_FONTS, document.font_set, fonts),
        (Outcome.OTHER_RENDERER, document.renderer, renderer),
        (Outcome.OTHER_LAYOUT, document.template_version, layout),
    ):
        if then != now:
            return outcome, f"{then or '?'} -> {now}"
    return Outcome.DIFFERENT, ""


def rerender_documents(sample: int | None = None) -> Iterator[Reproduction]:
    """All made documents in the order of issue, or `sample` of them drawn by chance."""
    made = Document.objects.exclude(unsigned_sha256="").order_by("pk")
    if sample is not None:
        numbers = list(made.values_list("pk", flat=True))
        drawn = random.sample(numbers, min(sample, len(numbers)))
        made = made.filter(pk__in=drawn)
    for document in made.iterator(chunk_size=50):
        yield rerender(document)
