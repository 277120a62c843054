"""What a program's content says about its panel (`panel:` of the program file; docs/experts.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from approvals.applications.models import Application

FEWEST, MOST = 3, 9
"""Experts on a panel when the program names no numbers (示例办法: at least three)."""
OUTLIER_POINTS = 15
"""A total this far from the panel's median is marked, when the program names no number."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the scoring sheet: `most` points are worth `weight` of the total."""

    key: str
    label: str
    weight: Decimal
    most: Decimal
    clause: str = ""


@dataclass(frozen=True, slots=True)
class PanelPolicy:
    """The program's rules of the panel, with their defaults."""

    size: int
    required: bool
    one_per_employer: bool
    region: str
    """`any`, `outside` (not of the applicant's county) or `inside`."""
    declaration: bool
    """Every expert declares; a drawn one does in any case."""
    sheet: tuple[Criterion, ...]
    outlier: Decimal


def panel_of(application: Application) -> PanelPolicy:
    """Of the program version the case is pinned to."""
    content: Mapping[str, Any] = application.program.content
    panel: Mapping[str, Any] = content.get("panel", {})
    draw: Mapping[str, Any] = panel.get("draw", {})
    least = int(content.get("route", {}).get("experts_min", FEWEST))
    return PanelPolicy(
        size=int(draw.get("size", max(least, FEWEST))),
        required=bool(draw.get("required", False)),
        one_per_employer=bool(draw.get("one_per_employer", True)),
        region=str(draw.get("region", "any")),
        declaration=bool(panel.get("declaration", False)),
        sheet=tuple(_criterion(row) for row in panel.get("sheet", ())),
        outlier=Decimal(str(panel.get("outlier", OUTLIER_POINTS))),
    )


def _criterion(row: Mapping[str, Any]) -> Criterion:
    return Criterion(
        key=row["key"],
        label=row["label"],
        weight=Decimal(str(row["weight"])),
        most=Decimal(str(row["max"])),
        clause=row.get("clause", ""),
    )
