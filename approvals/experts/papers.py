"""专家评审意见 (D05): what the panel came to, once its vote is closed; by seat, not by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import clock
from approvals.applications.models import Application
from approvals.applications.services.locking import locked
from approvals.experts import selectors
from approvals.experts.policy import panel_of
from approvals.experts.scoring import dispersion
from approvals.notices.case_words import long_rows
from approvals.notices.models import Paper
from approvals.notices.services.issuing import Order, issue_for_case
from approvals.reviews import steps
from approvals.reviews.models import Opinion
from approvals.reviews.standing import passed_over, struck, with_standing
from organizations.models import User
from workflows.operations import Step

KIND = "expert_opinion"
VOTES = ("approve", "reject", "abstain")


def opinion_of_the_panel(application: Application, step: Step, by: User | None) -> None:
    """After whatever closes the panel: the last vote, a recusal, its timer. One query after these;
    none after any other act of a person."""
    task = step.completed
    voted = task is not None and steps.is_vote(task)
    if task is not None and task.actor_id is not None and not voted:
        return
    panel = selectors.closed_panel(application)
    if panel is None:
        return
    case = locked(application.pk)
    votes = _votes(case, panel.element)
    timed_out = task is not None and task.actor_id is None
    if not votes and not timed_out:
        return
    about = f"panel:{votes[-1].pk if votes else panel.pk}:{len(votes)}"
    if not voted and Paper.objects.filter(application=case, kind=KIND, about=about).exists():
        return
    issue_for_case(case, Order(KIND, _facts(case, votes), about=about), by=by)


def _votes(case: Application, step: str) -> list[Opinion]:
    """The votes that count, in the order given."""
    passed = passed_over(case)
    said = with_standing(case.opinions.filter(step=step)).order_by("pk")
    return [one for one in said if one.outcome in VOTES and not struck(one, passed)]


def _facts(case: Application, votes: Sequence[Opinion]) -> dict[str, Any]:
    counted = Counter(vote.outcome for vote in votes)
    rows = [row for seat, vote in enumerate(votes, 1) for row in _rows(seat, vote)]
    return {
        "reviewed_on": clock.today(),
        "seats": len(votes),
        "approvals": counted["approve"],
        "rejections": counted["reject"],
        "abstentions": counted["abstain"],
        "average": _average(case),
        "opinions": rows or [["—", "未投票", "评审期限届满，没有专家投票。", ""]],
    }


def _rows(seat: int, vote: Opinion) -> list[list[str]]:
    labels = {"approve": "同意", "reject": "不同意", "abstain": "弃权"}
    head = [f"专家{seat}", labels[vote.outcome]]
    return [[*row, ""] for row in long_rows(head, vote.text)]


def _average(case: Application) -> str:
    """The mean of the sheets, where the program has one."""
    policy = panel_of(case)
    if not policy.sheet:
        return ""
    totals: list[Decimal] = [sheet.total for sheet in selectors.sheets_of(case)]
    spread = dispersion(totals, policy.outlier)
    return f"{spread.mean:.2f}分" if spread is not None else ""
