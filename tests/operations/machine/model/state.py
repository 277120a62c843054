"""What the model knows: seats, bodies that count them, visits of steps, the case's outer facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.operations.machine.model.law import Rule

OPEN, WAITING, ACTED, SKIPPED, CLOSED, RECUSED, ANNULLED = (
    "open", "waiting", "acted", "skipped", "closed", "recused", "annulled",
)  # fmt: skip
LIVE = (OPEN, WAITING)
CASTING = {"reject": "reject", "return": "reject", "not_accept": "reject", "disagree": "reject", "abstain": "abstain"}  # fmt: skip
"""A step's own outcome as a vote; everything else approves."""


class Refused(Exception):
    """The law refuses: status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Node:
    role: str
    organ: str
    outcomes: tuple[str, ...]
    phase: str
    due: int | None = 5
    failing: str = ""
    timer: int | None = None
    excluded: str = ""


NODES = {
    "county_review": Node("county", "north", ("recommend", "return", "reject"), "county_review", failing="reject"),
    "correction": Node("applicant", "firm", ("resubmit",), "correction", None, timer=10),
    "intake": Node("intake", "bureau", ("accept", "return", "not_accept"), "intake", failing="not_accept", timer=5),
    "intake_correction": Node("applicant", "firm", ("resubmit",), "correction", None, timer=10),
    "panel": Node("department", "dept", ("approve", "reject", "abstain"), "dept_review", 10, failing="reject"),
    "site": Node("county", "north", ("agree", "disagree"), "dept_review", failing="disagree"),
    "propose": Node("reviewer", "bureau", ("approve", "reject"), "proposed", failing="reject", excluded="county_review"),
    "sign": Node("bureau_leader", "bureau", ("sign", "return"), "signing", excluded="propose"),
}  # fmt: skip
CORRECTIONS = {"county_review": "correction", "intake": "intake_correction"}
"""The applicant's step to which the gateway behind a step leads."""


class Short:
    """Told in a line where a case is printed: the fields lead to the whole case and back."""

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(eq=False, repr=False)
class Seat(Short):
    """One obligation. `said` is what was answered while signers are still asked."""

    visit: Visit
    role: str
    organ: str
    holder: str | None = None
    body: Body | None = None
    place: int = 0
    by: str | None = None
    state: str = OPEN
    why: str = ""
    outcome: str = ""
    actor: str | None = None
    said: str = ""
    waits_for: str = ""
    added: str = ""
    held: tuple[str, ...] = ()
    addressed: bool = False
    done_without: bool = False
    """The step was decided without its answer."""
    due: date | None = None
    acted: int = 0
    """Order of acts in the case; 0: not acted."""
    when: int = 0
    asides: list[Body] = field(default_factory=list)
    parked: bool = False

    def __repr__(self) -> str:
        return f"<{self.visit.name} {self.holder or self.actor} {self.signer} {self.state}>"

    @property
    def signer(self) -> str:
        return self.body.kind if self.body is not None and self.body.kind != "panel" else ""

    @property
    def live(self) -> bool:
        return self.state in LIVE or bool(self.said)

    @property
    def open(self) -> bool:
        return self.state == OPEN and not self.parked

    def close(self, state: str, why: str = "") -> None:
        """With everything its signers were asked; they are not needed any more."""
        self.state, self.why, self.said, self.waits_for, self.parked = state, why, "", "", False
        for aside in self.asides:
            aside.close(CLOSED if why in ("returned", "retracted") else SKIPPED, why)

    def around(self) -> int:
        """How many signers' steps lie around it."""
        if self.body is None or self.body.kind == "panel":
            return 0
        return 1 + self.body.host.around()


@dataclass
class Place:
    vote: str | None = None
    counted: bool = True
    person: str = ""
    opened: bool = False
    weight: int = 1
    """The place's, whoever sits there; an added one weighs 1."""


@dataclass(eq=False, repr=False)
class Body(Short):
    """A panel, or the signers of a seat: places in order, the rule, and which vote came first."""

    kind: str
    rule: Rule
    visit: Visit
    host: Any = None
    places: list[Place] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    binding: bool = False
    live: bool = True
    blocked: bool = False
    first: list[int] = field(default_factory=list)
    """Places that voted, in order of arrival."""

    def close(self, state: str, why: str = "") -> None:
        if not self.live:
            return
        self.live = self.blocked = False
        for seat in self.seats:
            if seat.live:
                seat.close(state, why if state == CLOSED else "")

    @property
    def n(self) -> int:
        return sum(place.counted for place in self.places)


@dataclass(eq=False)
class Again:
    """Why a visit was opened again, and what follows it."""

    number: int
    why: str
    target: str
    mode: str
    since: int
    of: Visit | None
    outcome: str | None
    undone: set[Visit]
    back: list[Visit]
    then: list[str] = field(default_factory=list)
    chained: bool = False
    resumed: bool = False
    opened: int = 0


@dataclass(eq=False, repr=False)
class Visit(Short):
    number: int
    name: str
    before: tuple[Visit, ...]
    state: str = "open"
    """open, passed, left (its token went elsewhere, its term ended, it was taken back)."""
    outcome: str = ""
    by_person: bool = False
    seats: list[Seat] = field(default_factory=list)
    panel: Body | None = None
    again: Again | None = None
    timer: date | None = None
    fired: bool = False
    revived: int = -1
    """When a panel that had passed went on again; -1: never."""
    by_diagram: bool = False
    """The token went on by the diagram: the gateway behind it was visited."""

    def __repr__(self) -> str:
        return f"<{self.number} {self.name} {self.state}>"

    @property
    def node(self) -> Node:
        return NODES[self.name]

    @property
    def blocked(self) -> bool:
        return (self.panel is not None and self.panel.live and self.panel.blocked) or any(
            seat.parked for seat in self.seats
        )

    def every_seat(self) -> list[Seat]:
        found = []
        stack = list(self.seats)
        while stack:
            seat = stack.pop()
            found.append(seat)
            stack += [inner for aside in seat.asides for inner in aside.seats]
        return found

    def bodies(self) -> list[Body]:
        own = [self.panel] if self.panel is not None else []
        return own + [aside for seat in self.every_seat() for aside in seat.asides]


@dataclass
class Asked:
    """A correction or a return to the applicant."""

    organ: str
    kind: str
    version: int
    items: tuple[str, ...]
    on: date
    when: int
    seat: Seat
    answered_on: date | None = None
    answered: bool = False
    void: bool = False


@dataclass
class Request:
    """A recusal that was asked for."""

    person: str
    asked_by: str
    state: str = "requested"


@dataclass
class Pause:
    kind: str
    at: date
    until: date | None = None


@dataclass
class Order:
    """A supervision order."""

    issuer: str
    organ: str
    answered: bool = False
    closed: bool = False
