"""Phases of a case and their names for people (domain specification §2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DRAFT = "draft"
SUBMITTED = "submitted"
WITHDRAWN = "withdrawn"
CORRECTION = "correction"

PHASE_LABELS: dict[str, StrPromise] = {
    "draft": _("草稿"),
    "submitted": _("已提交，待接收"),
    "county_review": _("县（市、区）／开发区审核"),
    "correction": _("待补正"),
    "intake": _("受理审查"),
    "accepted": _("已受理"),
    "dept_review": _("部门会审"),
    "check": _("现场核查／专家评审"),
    "proposed": _("拟定意见，待集体研究"),
    "publicity": _("公示中"),
    "objection": _("异议核查"),
    "signing": _("待签发"),
    "issuing": _("编号、用印、印发"),
    "payment": _("资金拨付中"),
    "done_yes": _("已办结（准予）"),
    "done_no": _("已办结（不予）"),
    "not_accepted": _("不予受理"),
    "lapsed": _("逾期未补正，已终止"),
    "withdrawn": _("申请人已撤回"),
}

CLOSED_PHASES = frozenset({"done_yes", "done_no", "not_accepted", "lapsed", "withdrawn"})

FROM_RECOMMENDATION = frozenset(
    {
        "intake",
        "accepted",
        "dept_review",
        "check",
        "proposed",
        "publicity",
        "objection",
        "signing",
        "issuing",
        "payment",
        "done_yes",
        "done_no",
        "not_accepted",
    }
)
"""The science and finance bureaus read a case in these phases (C0): never before the county has
recommended it, and not when it was withdrawn or lapsed there. A bureau that held a seat reads on.
"""

FROM_DECISION = frozenset({"issuing", "payment", "done_yes", "done_no"})
"""The printing office reads a case from the decision on (C0)."""

WITHDRAWABLE = frozenset(
    {
        "submitted",
        "county_review",
        "correction",
        "intake",
        "accepted",
        "dept_review",
        "check",
        "proposed",
        "publicity",
        "objection",
        "signing",
    }
)
"""Until the decision is numbered the applicant may take his case back (C7)."""


def phase_label(phase: str, *, accepted: bool = False) -> str:
    """The Chinese name of a phase; an unknown one is shown as it is written. What waits for the
    applicant once the case is accepted is a return (C6), no 补正 (C12)."""
    if accepted and phase == CORRECTION:
        return gettext("已退回，待申请人修改")
    return str(PHASE_LABELS.get(phase, phase))


def phase_kind(phase: str) -> str:
    """Colour group of a phase: `draft`, `waiting` (for the applicant), `running`, `good`, `bad`."""
    if phase == DRAFT:
        return "draft"
    if phase == CORRECTION:
        return "waiting"
    if phase == "done_yes":
        return "good"
    return "bad" if phase in CLOSED_PHASES else "running"
