"""Two wordings line by line: what the approver reads, and whoever was overtaken."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.notices.drafts import as_lines

AROUND = 2
"""Unchanged lines shown before and after a change."""


@dataclass(frozen=True, slots=True)
class Line:
    """`mark` is `+` (new), `-` (gone), or empty; `gap` where unchanged lines are left out."""

    mark: str
    text: str
    gap: bool = False


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Line]:
    """The changed lines with what stands round them; empty when nothing differs."""
    old, new = as_lines(before), as_lines(after)
    found = difflib.unified_diff(old, new, lineterm="", n=AROUND)
    lines: list[Line] = []
    for line in list(found)[2:]:
        if line.startswith("@@"):
            lines += [Line("", "", gap=True)] if lines else []
        else:
            lines.append(Line(line[0].strip(), line[1:]))
    return lines
