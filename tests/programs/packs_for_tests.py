"""The shipped policies, and ways to look at them and to spoil a copy of them."""

from __future__ import annotations

import copy
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from approvals.programs import packs

POLICIES = Path(__file__).resolve().parents[2] / "policies"
DAY = date(2026, 11, 21)


@cache
def _content(city: str, code: str) -> dict[str, Any]:
    found = packs.content_for(POLICIES / city, code, DAY)
    assert found is not None
    return found


def content_of(city: str, code: str) -> dict[str, Any]:
    """A program's content as shipped; the caller may change his copy."""
    return copy.deepcopy(_content(city, code))


def copied(city: str, to: Path) -> Path:
    """A copy of a city's folder that a test may spoil."""
    folder = to / city
    shutil.copytree(POLICIES / city, folder)
    return folder


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces one passage of a file; it must be there."""
    path = folder / name
    text = path.read_text()
    assert old in text, old
    path.write_text(text.replace(old, new, 1))


def grant(amount: str, **others: Any) -> dict[str, Any]:
    """A row of J09 that counts, unless told otherwise."""
    row = {
        "firm": "样例甲科技有限公司",
        "in_incubation": True,
        "kind": "grant",
        "source": "own",
        "paid_on": "2025-06-30",
        "amount": amount,
    }
    return {**row, **others}


def seed_fund(*grants: dict[str, Any], **incubator: Any) -> dict[str, Any]:
    """Facts of J09 in the contract's shape."""
    return {
        "incubator": {"level": "municipal", "own_funds": True, **incubator},
        "year": 2025,
        "grants": list(grants),
    }
