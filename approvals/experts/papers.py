"""专家评审意见 (D05): what the panel came to, once its vote is closed; by seat, not by name."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import clock
from approvals.applications.models import Application
from approvals.applications.services.locking import locked
from approvals.experts import selectors
from approvals.experts.policy import panel_of
from approvals.experts.scoring import dispersion
from approvals.notices.case_words import long_rows
from approvals.notices.services.issuing import Order, issue_for_case
from approvals.reviews import steps
from approvals.reviews.models import Opinion
from approvals.reviews.standing import passed_over, struck, with_standing
from organizations.models import User
from workflows.operations import Step

VOTES = ("approve", "reject", "abstain")


def opinion_of_the_panel(application: Application, step: Step, by: User | None) -> None:
    """After the vote that closes the panel; no query after any other act."""
    task = step.completed
    if task is None or not steps.is_vote(task) or selectors.vote_is_open(application):
        return
    case = locked(application.pk)
    passed = passed_over(case)
    votes: list[Opinion] = [
        vote
        for vote in with_standing(case.opinions.filter(step=task.element)).order_by("pk")
        if vote.outcome in VOTES and not struck(vote, passed)
    ]
    if not votes:
        return
    counted = Counter(vote.outcome for vote in votes)
    facts = {
        "reviewed_on": clock.today(),
        "seats": len(votes),
        "approvals": counted["approve"],
        "rejections": counted["reject"],
        "abstentions": counted["abstain"],
        "average": _average(case),
        "opinions": [row for seat, vote in enumerate(votes, 1) for row in _rows(seat, vote)],
    }
    order = Order("expert_opinion", facts, about=f"panel:{task.element}:{votes[-1].pk}")
    issue_for_case(case, order, by=by)


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
