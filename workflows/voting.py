"""The decision rule of a panel, pure (contract `approvals.reviews.rules.decide`, semantics C0)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

Need = Fraction | tuple[str, Fraction] | int

OPEN, PASSED, FAILED, BLOCKED = "OPEN", "PASSED", "FAILED", "BLOCKED"
_VOTES = frozenset({"approve", "reject", "abstain", None})


def required(need: Need, n: int) -> int:
    """How many approvals of n seats are enough: ceil(p·n), floor(p·n)+1, or the fixed count."""
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


def decide(
    mode: str,
    votes: Sequence[str | None],
    *,
    need: Need | None = None,
    min_quorum: int = 1,
    on_reject: str = "first",
) -> str:
    """OPEN, PASSED, FAILED or BLOCKED for the counted seats' votes in seat order.

    BLOCKED (fewer seats than `min_quorum`, or none) is tested first: nothing passes by emptiness.
    Abstention is not approval. Fractions are exact: two thirds of three is two.
    """
    _refuse_nonsense(mode, votes, on_reject)
    _refuse_bad_numbers(mode, need, min_quorum)
    n = len(votes)
    if n < max(min_quorum, 1):
        return BLOCKED
    approved, rejected = votes.count("approve"), votes.count("reject")
    abstained = votes.count("abstain")
    undecided = n - approved - rejected - abstained
    if mode == "ANY":
        return _any(approved, rejected, undecided, on_reject)
    if mode == "QUORUM" and need is not None:
        enough = required(need, n)
        if approved >= enough:
            return PASSED
        return FAILED if approved + undecided < enough else OPEN
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


def _is_need(need: object) -> bool:
    if isinstance(need, tuple):
        return len(need) == 2 and need[0] == "more_than" and isinstance(need[1], Fraction)
    return isinstance(need, Fraction) or type(need) is int
