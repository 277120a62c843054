"""Who is counted in a step, and what has been voted: the state that a body keeps in its row.

*Counted* seats are those not removed, recused, transferred away or annulled (semantics C0). A seat
keeps its number for ever; what is uncounted stays written with its reason. `left`: its holder
gave it up for a reason that is no recusal, as illness.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from workflows import voting

BESIDE = -1
"""In the order of arrival: the seat beside which signers sit."""
LEFT = "left"
UNCOUNTED = ("removed", "recused", "transferred", "annulled", LEFT)
"""Why a seat does not count (any more)."""

APPROVE, REJECT, ABSTAIN = VOTES = ("approve", "reject", "abstain")
_AGAINST = frozenset({REJECT, "return", "not_accept", "disagree"})
_NEITHER = frozenset({ABSTAIN, "no_opinion"})


def vote_of(outcome: str) -> str:
    """A step's own outcome as a vote: to refuse or to send back is a reject."""
    if outcome in _AGAINST:
        return REJECT
    return ABSTAIN if outcome in _NEITHER else APPROVE


def gone_from(state: Mapping[str, Any]) -> Mapping[str, str]:
    """Places of a body (its row's data) that are not counted, with the reason, by number."""
    found: Mapping[str, str] = state.get("uncounted", {})
    return found


class Ballot:
    """The votes of a body, seat by seat; `state` is its row's data and is changed in place.

    Rows written before seats could leave know only `votes`: then every seat counts. Only where the
    diagram weighs the seats is there a list `weights`: elsewhere each weighs 1.
    """

    def __init__(self, state: dict[str, Any]) -> None:
        """Reads nothing yet."""
        self._state = state

    @property
    def counted(self) -> list[str | None]:
        """The votes of the counted seats, in seat order; None = undecided."""
        gone = self._gone
        return [vote for seat, vote in enumerate(self._votes) if str(seat) not in gone]

    @property
    def weights(self) -> list[int] | None:
        """What the counted seats weigh, in seat order; None where each seat is one vote."""
        known: list[int] | None = self._state.get("weights")
        if known is None:
            return None
        gone = self._gone
        return [weight for seat, weight in enumerate(known) if str(seat) not in gone]

    def weight_of(self, seat: int) -> int | None:
        """What one seat weighs, counted or not; None where each seat is one vote."""
        known: list[int] | None = self._state.get("weights")
        return None if known is None else known[seat]

    @property
    def size(self) -> int:
        """How many seats count: the n of every rule."""
        return len(self._state["items"]) - len(self._gone)

    def is_counted(self, seat: int) -> bool:
        """Whether the seat's vote is (or would be) weighed."""
        return str(seat) not in self._gone

    def is_undecided(self, seat: int) -> bool:
        """Counts and has not voted."""
        return self.is_counted(seat) and self._votes[seat] is None

    def cast(self, seat: int, vote: str) -> None:
        """The seat has voted."""
        self._votes[seat] = vote
        self._state["order"] = [*self._arrived_but(seat), seat]

    def add(self, item: Any) -> int:
        """One seat more, n + 1, of weight 1; answers its number."""
        self._state["items"].append(item)
        self._votes.append(None)
        if "weights" in self._state:
            self._state["weights"].append(1)
        return len(self._state["items"]) - 1

    def uncount(self, seat: int, why: str) -> None:
        """The seat is no longer counted, nor what it has voted, nor what it weighs."""
        if why not in UNCOUNTED:
            message = f"unknown reason {why!r}; one of {', '.join(UNCOUNTED)}"
            raise ValueError(message)
        self._state.setdefault("uncounted", {})[str(seat)] = why
        self._state["order"] = self._arrived_but(seat)

    def recount(self, seat: int) -> None:
        """Somebody else takes the seat and its weight: it counts again and has not voted."""
        self._state.setdefault("uncounted", {}).pop(str(seat), None)
        self._votes[seat] = None
        self._state["order"] = self._arrived_but(seat)

    def heard_beside(self) -> None:
        """The seat beside which these sit has answered: its vote comes with every `verdict`."""
        self._state["order"] = [*self._arrived_but(BESIDE), BESIDE]

    def _arrived_but(self, seat: int) -> list[int]:
        """The numbers of who has voted, in the order of arrival."""
        return [known for known in self._state.get("order", []) if known != seat]

    def verdict(self, rule: Rule, *more: str | None) -> str:
        """The decision rule over the counted votes, `more` votes weighed with them."""
        return voting.decide(
            rule.mode,
            self._weighed(rule, more),
            need=rule.need,
            min_quorum=rule.min_quorum,
            on_reject=rule.on_reject,
            weights=self._weights_with(rule, len(more)),
        )

    def _weights_with(self, rule: Rule, more: int) -> list[int] | None:
        """Those of the counted seats behind `more` votes of weight 1; only a quorum asks them."""
        known = self.weights if rule.mode == "QUORUM" else None
        return None if known is None else [*[1] * more, *known]

    def _weighed(self, rule: Rule, more: tuple[str | None, ...]) -> list[str | None]:
        """或签: while a panel was too small to decide several could speak; the first one counts."""
        votes = [*more, *self.counted]
        if rule.mode != "ANY" or rule.on_reject != "first":
            return votes
        first = next((vote for vote in self._as_heard(more) if vote in (APPROVE, REJECT)), None)
        if first is None:
            return votes
        told = votes.index(first)
        silent = (None if vote in (APPROVE, REJECT) else vote for vote in votes)
        return [first if place == told else vote for place, vote in enumerate(silent)]

    def _as_heard(self, more: tuple[str | None, ...]) -> list[str | None]:
        """The counted votes in the order of arrival; one whose arrival nobody noted came first."""
        noted: list[int] = self._state.get("order", [])
        beside = [] if BESIDE in noted else [*more]
        voted = [seat for seat in range(len(self._votes)) if self.is_counted(seat)]
        told = [self._votes[seat] for seat in voted if seat not in noted]
        for seat in noted:
            if seat == BESIDE:
                told += more
            elif self.is_counted(seat):
                told.append(self._votes[seat])
        return [*beside, *told]

    @property
    def _gone(self) -> Mapping[str, str]:
        return gone_from(self._state)

    @property
    def _votes(self) -> list[str | None]:
        found: list[str | None] = self._state["votes"]
        return found


class Rule:
    """ALL, ANY, SEQUENCE or QUORUM with its need; kept as JSON in the row of a signers' step."""

    def __init__(
        self,
        mode: str = "ALL",
        need: voting.Need | None = None,
        min_quorum: int = 1,
        on_reject: str = "first",
    ) -> None:
        """As `workflows.voting.decide` takes it."""
        self.mode = mode
        self.need = need
        self.min_quorum = min_quorum
        self.on_reject = on_reject

    def as_json(self) -> dict[str, Any]:
        """Fractions stay exact: two thirds is `2/3`."""
        need: Any = self.need
        if isinstance(need, tuple):
            need = ["more_than", str(need[1])]
        elif isinstance(need, Fraction):
            need = str(need)
        return {
            "mode": self.mode,
            "need": need,
            "min_quorum": self.min_quorum,
            "on_reject": self.on_reject,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Rule:
        """The inverse of `as_json`."""
        need: Any = kept.get("need")
        if isinstance(need, list):
            need = ("more_than", Fraction(need[1]))
        elif isinstance(need, str):
            need = Fraction(need)
        return cls(kept["mode"], need, kept["min_quorum"], kept["on_reject"])
