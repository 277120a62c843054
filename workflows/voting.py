"""The decision rule of a panel, pure (contract `approvals.reviews.rules.decide`, semantics C0)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import cast

Need = Fraction | tuple[str, Fraction] | int

OPEN, PASSED, FAILED, BLOCKED = "OPEN", "PASSED", "FAILED", "BLOCKED"
MAXIMUM_WEIGHT = 999_999
"""The largest weight of a seat; a diagram's `need` has six digits too."""
_VOTES = frozenset({"approve", "reject", "abstain", None})


def required(need: Need, n: int) -> int:
    """How many approvals of n are enough: ceil(p·n), floor(p·n)+1, or the fixed count. `n` counts
    seats, or is the weight of all of them; the answer is of the same kind."""
    if isinstance(need, tuple):
        return floor(need[1] * n) + 1
    if isinstance(need, Fraction):
        return ceil(need * n)
    return need


def _all(approved: int, rejected: int, undecided: int, on_reject: str) -> str:
    if rejected and on_reject == "first":
        return FAILED
    if undecided:
        return OPEN
    return FAILED if rejected else PASSED


def _any(approved: int, rejected: int, undecided: int, on_reject: str) -> str:
    if on_reject == "first" and approved and rejected:
        message = "ANY with on_reject=first is decided by the first vote; give the votes up to it"
        raise ValueError(message)
    if approved:
        return PASSED
    if rejected and on_reject == "first":
        return FAILED
    return OPEN if undecided else FAILED


def _quorum(votes: Sequence[str | None], weights: Sequence[int], need: Need) -> str:
    """The sum of the approving weights against what is needed of all; without weights each is 1."""
    enough = required(need, sum(weights))
    pairs = list(zip(votes, weights, strict=True))
    approved = sum(weight for vote, weight in pairs if vote == "approve")
    undecided = sum(weight for vote, weight in pairs if vote is None)
    if approved >= enough:
        return PASSED
    return FAILED if approved + undecided < enough else OPEN


def decide(
    mode: str,
    votes: Sequence[str | None],
    *,
    need: Need | None = None,
    min_quorum: int = 1,
    on_reject: str = "first",
    weights: Sequence[int] | None = None,
) -> str:
    """OPEN, PASSED, FAILED or BLOCKED for the counted seats' votes in seat order.

    BLOCKED (fewer seats than `min_quorum`, or none) is tested first: nothing passes by emptiness.
    Abstention is not approval. Fractions are exact: two thirds of three is two. `weights` (QUORUM
    only): one positive whole number a vote, in the same order; `need` is then of their sum, or a
    weight, while `min_quorum` goes on counting seats. Raises ValueError for anything else.
    """
    _refuse_nonsense(mode, votes, on_reject)
    _refuse_bad_numbers(mode, need, min_quorum)
    _refuse_bad_weights(mode, votes, weights)
    n = len(votes)
    if n < max(min_quorum, 1):
        return BLOCKED
    approved, rejected = votes.count("approve"), votes.count("reject")
    abstained = votes.count("abstain")
    undecided = n - approved - rejected - abstained
    if mode == "ANY":
        return _any(approved, rejected, undecided, on_reject)
    if mode == "QUORUM" and need is not None:
        return _quorum(votes, weights or [1] * n, need)
    verdict = _all(approved, rejected, undecided, "first" if mode == "SEQUENCE" else on_reject)
    return FAILED if verdict == PASSED and approved < n else verdict


def _refuse_nonsense(mode: str, votes: Sequence[str | None], on_reject: str) -> None:
    if mode not in {"ALL", "ANY", "SEQUENCE", "QUORUM"}:
        message = f"unknown mode {mode!r}; ALL, ANY, SEQUENCE or QUORUM"
        raise ValueError(message)
    if on_reject not in {"first", "all"}:
        message = f"unknown on_reject {on_reject!r}; first or all"
        raise ValueError(message)
    if strange := [vote for vote in votes if vote not in _VOTES]:
        message = f"unknown vote {strange[0]!r}; approve, reject, abstain or None"
        raise ValueError(message)


def _refuse_bad_numbers(mode: str, need: Need | None, min_quorum: int) -> None:
    """A share is exact (2/3, never 0.67), and nothing passes without an approval."""
    if type(min_quorum) is not int or min_quorum < 0:
        message = f"min_quorum is a number of seats from 0, not {min_quorum!r}"
        raise ValueError(message)
    if mode != "QUORUM":
        return
    if not _is_need(need):
        message = (
            f"QUORUM needs `need`: a Fraction, ('more_than', Fraction) or a count, not {need!r}"
        )
        raise ValueError(message)
    if need is not None and required(need, 1) < 1:
        message = f"need {need!r} passes without any approval; it needs more than nothing"
        raise ValueError(message)


def _refuse_bad_weights(
    mode: str, votes: Sequence[str | None], weights: Sequence[int] | None
) -> None:
    """Weights are whole numbers from 1: no vote counts nothing, or half."""
    if weights is None:
        return
    if mode != "QUORUM":
        message = f"weights have a meaning with QUORUM only, not with {mode}"
        raise ValueError(message)
    if len(weights) != len(votes):
        message = f"{len(weights)} weights for {len(votes)} votes; one a vote, in seat order"
        raise ValueError(message)
    if strange := [
        weight for weight in weights if type(weight) is not int or whole_weight(weight) is None
    ]:
        message = f"weights are whole numbers from 1 to {MAXIMUM_WEIGHT}, not {strange[0]!r}"
        raise ValueError(message)


def whole_weight(value: object) -> int | None:
    """An int, or a Decimal without a fraction, from 1 to MAXIMUM_WEIGHT; else None."""
    if type(value) not in (int, Decimal):
        return None
    number = cast("int | Decimal", value)
    return int(number) if 1 <= number <= MAXIMUM_WEIGHT and number == int(number) else None


def _is_need(need: object) -> bool:
    if isinstance(need, tuple):
        return len(need) == 2 and need[0] == "more_than" and isinstance(need[1], Fraction)
    return isinstance(need, Fraction) or type(need) is int
