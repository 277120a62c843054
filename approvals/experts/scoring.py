"""Weighted totals and their dispersion: exact decimals, no floating point, no database."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from approvals.experts.policy import Criterion

CENT = Decimal("0.01")


class SheetFault(ValueError):
    """The marks do not fit the sheet; the text says which."""


def total(sheet: Sequence[Criterion], marks: Mapping[str, Decimal]) -> Decimal:
    """0 to 100: the sum of weight · mark / max over the sum of the weights, half up at 0.01.

    Raises SheetFault for a mark that is missing, unknown, or outside 0 … max.
    """
    if set(marks) != {line.key for line in sheet}:
        raise SheetFault(_("评分表各项均须评分。"))
    sum_, weights = Fraction(0), Fraction(0)
    for line in sheet:
        mark = marks[line.key]
        if not mark.is_finite() or not 0 <= mark <= line.most:
            raise SheetFault(
                _("“%(label)s”的得分应在 0 至 %(most)s 之间。")
                % {"label": line.label, "most": line.most}
            )
        sum_ += Fraction(line.weight) * Fraction(mark) / Fraction(line.most)
        weights += Fraction(line.weight)
    return _rounded(100 * sum_ / weights)


def _rounded(value: Fraction) -> Decimal:
    """Half up at the second decimal, from the exact fraction."""
    cents = (value * 100 + Fraction(1, 2)).__floor__()
    return (Decimal(cents) / 100).quantize(CENT)


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Of a panel's totals, in points of 100."""

    mean: Decimal
    median: Decimal
    range: Decimal
    deviation: Decimal | None
    """Sample standard deviation (n - 1); None for a single sheet."""
    outliers: frozenset[int]
    """Places of totals farther from the median than the program's limit."""


def dispersion(totals: Sequence[Decimal], limit: Decimal) -> Dispersion | None:
    """None without totals."""
    if not totals:
        return None
    median = statistics.median(totals)
    mean = _rounded(sum((Fraction(value) for value in totals), Fraction(0)) / len(totals))
    spread = statistics.stdev(totals) if len(totals) > 1 else None
    return Dispersion(
        mean=mean,
        median=_rounded(Fraction(median)),
        range=max(totals) - min(totals),
        deviation=spread.quantize(CENT, ROUND_HALF_UP) if spread is not None else None,
        outliers=frozenset(
            place for place, value in enumerate(totals) if abs(value - median) > limit
        ),
    )
