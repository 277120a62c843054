"""专家评审意见 (D05): what the panel came to, once its vote is closed; by seat, not by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
from workflows.models import Task
from workflows.nodes.ballot import Ballot
from workflows.nodes.seat import WEIGHT
from workflows.operations import Step

KIND = "expert_opinion"
VOTES = ("approve", "reject", "abstain")
LABELS = {"approve": "同意", "reject": "不同意", "abstain": "弃权"}


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
    issue_for_case(case, Order(KIND, _facts(case, panel, votes), about=about), by=by)


def _votes(case: Application, step: str) -> list[Opinion]:
    """The votes that count, in the order given."""
    passed = passed_over(case)
    said = with_standing(case.opinions.filter(step=step)).order_by("pk")
    return [one for one in said if one.outcome in VOTES and not struck(one, passed)]


def _facts(case: Application, panel: Task, votes: Sequence[Opinion]) -> dict[str, Any]:
    counted = Counter(vote.outcome for vote in votes)
    weights = _weights(panel, votes)
    numbered = enumerate(votes, 1)
    rows = [row for seat, vote in numbered for row in _rows(seat, vote, weights.get(vote.task_id))]
    rows += [_weighed(panel, votes, weights)] if weights else []
    return {
        "reviewed_on": clock.today(),
        "seats": len(votes),
        "approvals": counted["approve"],
        "rejections": counted["reject"],
        "abstentions": counted["abstain"],
        "average": _average(case),
        "opinions": rows or [["—", "未投票", "评审期限届满，没有专家投票。", ""]],
    }


def _rows(seat: int, vote: Opinion, weight: int | None) -> list[list[str]]:
    who = f"专家{seat}" if weight is None else f"专家{seat}（权重{weight}）"
    head = [who, LABELS[vote.outcome]]
    return [[*row, ""] for row in long_rows(head, vote.text)]


def _weights(panel: Task, votes: Sequence[Opinion]) -> dict[int, int]:
    """What each vote weighs, by its task; one query where the diagram weighs the seats, else none
    and nothing."""
    if Ballot(panel.data).weights is None:
        return {}
    seats = Task.objects.filter(pk__in=[vote.task_id for vote in votes])
    return {seat.pk: seat.data.get(WEIGHT, 1) for seat in seats}


def _weighed(panel: Task, votes: Sequence[Opinion], weights: Mapping[int, int]) -> list[str]:
    """The tally by weight; those whose votes were not needed any more are part of the whole."""
    told = [
        f"{label}{sum(weights[vote.task_id] for vote in votes if vote.outcome == outcome)}"
        for outcome, label in LABELS.items()
    ]
    whole = sum(Ballot(panel.data).weights or ())
    return ["权重合计", "—", f"按权重计票：{'，'.join(told)}；全部席位权重{whole}。", ""]


def _average(case: Application) -> str:
    """The mean of the sheets, where the program has one."""
    policy = panel_of(case)
    if not policy.sheet:
        return ""
    totals: list[Decimal] = [sheet.total for sheet in selectors.sheets_of(case)]
    spread = dispersion(totals, policy.outlier)
    return f"{spread.mean:.2f}分" if spread is not None else ""
