"""Takes document numbers: 1, 2, 3 … for each organ code and Beijing year, without gap or double."""

from __future__ import annotations

from datetime import datetime

import clock
from documents.models import NumberSeries, RegisterEntry


def register_stream(entry: RegisterEntry) -> str:
    """The journal stream that tells of this entry's series."""
    return f"register:{entry.series.organ_code}/{entry.series.year}"


def _locked_series(organ_code: str, year: int) -> NumberSeries:
    """The series' row, locked until the caller's transaction ends."""
    rows = NumberSeries.objects.select_for_update()
    series = rows.filter(organ_code=organ_code, year=year).first()
    if series is not None:
        return series
    NumberSeries.objects.get_or_create(organ_code=organ_code, year=year)
    return rows.get(organ_code=organ_code, year=year)


def take(organ_code: str, at: datetime) -> RegisterEntry:
    """The next number of this organ code in the Beijing year of `at`, the act's one clock reading.

    Runs in the caller's transaction: when it rolls back, the number was never taken. An act that
    read the clock before midnight and got the lock after it stays in the old year, with its date
    (domain.md §7, 23). Callers that lock other rows lock the case first and the series last.
    """
    series = _locked_series(organ_code, at.astimezone(clock.BEIJING).year)
    series.last += 1
    series.save(update_fields=["last"])
    return RegisterEntry.objects.create(series=series, n=series.last, taken_at=at)


def written(organ_code: str, year: int, n: int) -> str:
    """``示科〔2026〕1号``: full year, hexagonal brackets, no leading zero (GB/T 9704, 7.2.5)."""
    return f"{organ_code}〔{year}〕{n}号"


def text_of(entry: RegisterEntry) -> str:
    """The entry's number as it is printed."""
    return written(entry.series.organ_code, entry.series.year, entry.n)
