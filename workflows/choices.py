"""What a seat may answer."""

from __future__ import annotations

from workflows.models import Task
from workflows.nodes.ballot import VOTES
from workflows.nodes.seat import SIGNER
from workflows.nodes.signers import choices_of


def offered(task: Task) -> tuple[tuple[str, ...], bool]:
    """(the outcomes, whether one must be given). Empty = anything may be answered.

    A signer votes or answers; a seat of a panel with a decision rule votes; elsewhere the outcomes
    are the diagram's.
    """
    outcomes: tuple[str, ...] = task.flow_task.outcomes
    if kind := task.data.get(SIGNER):
        return choices_of(kind, outcomes), True
    loop = task.flow_task.element.loop
    if loop is not None and loop.mode is not None:
        return tuple(choice for choice in outcomes if choice in VOTES) or VOTES, True
    return outcomes, False
