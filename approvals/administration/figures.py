"""The administrator's figures: what the checks find, as the viewer reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from approvals.administration.flow_checks import ERROR, Finding


def counted(findings: Sequence[Finding]) -> dict[str, str]:
    """How many findings each element has."""
    total: dict[str, int] = {}
    for finding in findings:
        if finding.element:
            total[finding.element] = total.get(finding.element, 0) + 1
    return {element: str(count) for element, count in total.items()}


def findings_document(findings: Sequence[Finding]) -> dict[str, Any]:
    """Marks and badges by severity; a click tells the findings of the element."""
    wrong = {finding.element for finding in findings if finding.severity == ERROR}
    doubted = {finding.element for finding in findings} - wrong - {""}
    steps: dict[str, dict[str, Any]] = {}
    for finding in findings:
        step = steps.setdefault(finding.element, {"title": finding.title, "visits": []})
        lines = [(_("检查结果"), finding.words), (_("代码"), finding.code)]
        if finding.detail:
            lines.append((_("说明"), finding.detail))
        step["visits"].append(lines)
    steps.pop("", None)
    return {
        "marks": {"flow-error": sorted(wrong - {""}), "flow-warning": sorted(doubted)},
        "badges": [
            {
                "element": element,
                "text": f"⚠ {count}",
                "kind": "flow-error" if element in wrong else "flow-warning",
                "title": _("检查结果 %s 条") % count,
            }
            for element, count in counted(findings).items()
        ],
        "focus": min(wrong - {""}, default=None),
        "steps": steps,
    }
