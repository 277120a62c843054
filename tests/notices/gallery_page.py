"""Draws every shipped notice with its sample facts for docs/gallery.md: `make gallery`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import django
import pypdfium2
from django.apps import apps
from PIL import Image

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not apps.ready:
    django.setup()

from approvals.notices.kinds import Kind, all_kinds
from documents.rendering.pipeline import render
from tests.notices.shipped import CITIES, city, pack, sample_content, template

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, PICTURES = DOCS / "gallery.md", DOCS / "gallery"

SCALE = 0.72
"""Of 72 dots an inch: a page of 428 × 606, to be read on a page of the docs."""
MOST_PAGES = 4
GAP = 8


def _palette() -> Image.Image:
    """Black to white, and the red of a head: a picture stays under 60 KB."""
    greys = [(level, level, level) for level in range(0, 256, 17)]
    reds = [(215 + 40 * n // 8, 255 * n // 8, 15 + 240 * n // 8) for n in range(8)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in (*greys, *reds, (154, 154, 154)) for part in colour])
    return palette


def draw(pdf: bytes, path: Path) -> int:
    """The pages side by side as one small PNG; answers its bytes."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    pages = [
        document[at].render(scale=SCALE).to_pil().convert("RGB")
        for at in range(min(len(document), MOST_PAGES))
    ]
    width = sum(page.width for page in pages) + GAP * (len(pages) - 1)
    sheet = Image.new("RGB", (width, max(page.height for page in pages)), "#9a9a9a")
    left = 0
    for page in pages:
        sheet.paste(page, (left, 0))
        left += page.width + GAP
    sheet.quantize(palette=_palette(), dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def papers(town: str) -> Iterator[tuple[Kind, str]]:
    """Every template of a city in the order of the codes."""
    keys = pack(town).notices
    kinds = {key: all_kinds()[source.data["kind"]] for key, source in keys.items()}
    for key in sorted(keys, key=lambda key: (kinds[key].code, key)):
        yield kinds[key], key


def numbered(town: str, key: str) -> dict[str, Any]:
    """The sample content under an invented first number."""
    series = series_of(template(town, key), city(town))
    return {**sample_content(town, key), "number": f"{series}〔2026〕1号"}


def series_of(found: Mapping[str, Any], town: Mapping[str, Any]) -> str:
    lead = found["organs"][0]
    series = found.get("series")
    if isinstance(series, Mapping):
        return str(series[lead])
    codes = {organ["key"]: organ.get("document_code", "") for organ in town["organs"]}
    return str(series or codes[lead])


def page() -> str:
    """docs/gallery.md."""
    lines = [HEAD]
    for town in CITIES:
        lines.append(f"\n## {city(town)['name']}\n")
        for kind, key in papers(town):
            name = picture(town, kind, key)
            title = f"{kind.code} {kind.name}"
            lines.append(f"\n### {title} (`{key}`)\n\n![{title}](gallery/{name})\n")
    return "".join(lines)


HEAD = """# Gallery: every paper, with invented facts

Made by `make gallery` from the packs' templates and sample facts (`policies/<city>/samples/notices.yaml`); a page is drawn at 52 dots
an inch, at most four of a paper. All persons, firms, sums and numbers are invented, and every page says 样张. The kinds and
their fields: [kinds.md](kinds.md).
"""


def picture(town: str, kind: Kind, key: str) -> str:
    """Name of a paper's picture."""
    return f"{town}-{kind.code}-{key}.png"


def main(towns: list[str]) -> None:
    """Pictures of these cities (default: all), and the page."""
    PICTURES.mkdir(exist_ok=True)
    for town in towns or CITIES:
        for kind, key in papers(town):
            name = picture(town, kind, key)
            size = draw(render(numbered(town, key)).pdf, PICTURES / name)
            sys.stdout.write(f"{name}: {size // 1024} KB\n")
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
