"""The one-page notice that every contestant prints: the same words, head, rule, code and sizes."""

from __future__ import annotations

import io
from typing import Any

import segno

ORGAN = "示例市科学技术局"
TITLE = "示例市科学技术局关于认定2026年第一批示例市科技企业孵化器的通知"
TITLE_LINES = ("示例市科学技术局关于认定2026年", "第一批示例市科技企业孵化器的通知")
ADDRESSEES = ("各县（市、区）科技局", "各有关单位")
PARAGRAPHS = (
    "根据《示例市科技企业孵化器管理示例办法》，经审核推荐、专家评审和公示，现认定示例创业园等3家单位为示例市科技"
    "企业孵化器，补助77.4万元。",
    "负责人（喆堃、昇玥、珺赟）自认定之日起按规定享受相应的扶持政策，专款专用，不得截留、挪用。",
)
DATE = "2026年11月21日"
NUMBER = "示科〔2026〕{}号"
CODE = "0123456789ABCDEFGHJK"
ADDRESS = f"https://example.invalid/verify/{CODE}"


def content(number: int) -> dict[str, Any]:
    """As our renderer takes it; the record and the mark make it a PDF/A-3b original to sign."""
    return {
        "format": "document",
        "organs": [ORGAN],
        "number": NUMBER.format(number),
        "title": TITLE,
        "addressees": list(ADDRESSEES),
        "body": [{"kind": "paragraph", "text": text} for text in PARAGRAPHS],
        "annexes": [],
        "date": "2026-11-21",
        "seal": "none",
        "imprint": None,
        "verify_code": CODE,
        "specimen": True,
    }


def qr_png() -> bytes:
    """The same picture for everybody."""
    picture = io.BytesIO()
    segno.make(ADDRESS, error="m", micro=False).save(picture, kind="png", scale=6, border=2)
    return picture.getvalue()
