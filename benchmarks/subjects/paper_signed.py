"""Our original: PDF/A-3b with the decision attached, signed with the visible mark."""

from __future__ import annotations

import clock
from benchmarks import notice
from benchmarks.printer import Printer
from benchmarks.subjects.django_world import awake


class Subject(Printer):
    """Content document to a signed original, by the demo's keys."""

    def __init__(self) -> None:
        super().__init__()
        awake()

    def page(self, number: int) -> bytes:
        from documents import signing
        from documents.rendering.pipeline import render

        record = {"kind": "D09", "holder": "示例**孵化器"}
        made = render({**notice.content(number), "record": record, "mark": signing.BOX})
        request = signing.Request(
            pdf=made.pdf,
            level=signing.BOX,
            specimen=True,
            number=notice.NUMBER.format(number),
            signers=[signing.Organ(notice.ORGAN, "bench.bureau")],
            places=made.marks,
            at=clock.now(),
        )
        return signing.sign(request).pdf
