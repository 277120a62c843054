"""The demo's print room at work beside the season: each paper goes its way in the order of time.

Most of it runs as an office would have it; some copies are spoiled, one letter comes back, one
receiver refuses to sign, and one proof in each city never arrives. What was issued last is still
under way when the season ends. What its reader gets in the system is not printed.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import clock
from approvals.rehearsal.journey import next_office_hour
from documents.models import Document
from documents.print_room import printing, sealing, serving
from documents.print_room.distribution import Line
from documents.print_room.models import Delivery, Purpose, SealEntry
from documents.print_room.serving import Outcome, Proof
from documents.print_room.terms import is_printed
from documents.services import render
from organizations.models import User

SPOILED, REFUSED, RETURNED, NUMBERED = 7, 11, 8, 3
"""Every so many papers of a city have this fate."""
NEVER_PROVEN = 2
"""The paper of each city whose proof of service does not come."""
_REASONS = ("卡纸", "墨粉不匀", "缺页", "盖章偏位")

Step = Callable[["Paper"], None]


@dataclass
class Paper:
    """One document on its way: the how-many-th of its city's printed ones it is."""

    document: int
    city: str
    place: int
    organ: int


@dataclass(order=True)
class Due:
    """The next step of a paper, by moment and order of planning."""

    moment: datetime
    serial: int
    step: Step = field(compare=False)
    paper: Paper = field(compare=False)


def _made(paper: Paper) -> None:
    """What its reader gets in the system: the original, and no copies."""
    render(paper.document)


class PrintRoom:
    """Does what is due until a moment, step by step, each by its own person."""

    def __init__(self, dice: random.Random, until: datetime) -> None:
        self.dice = dice
        self.until = until
        self.due: list[Due] = []
        self.seen = 0
        self.serial = 0
        self.places: dict[str, int] = {}

    def catch_up(self, moment: datetime) -> None:
        """Everything due until then, after a look for new papers."""
        found = Document.objects.filter(pk__gt=self.seen).select_related("lead_organ")
        for document in found.defer("content").order_by("pk"):
            self.seen = document.pk
            city, printed = document.lead_organ.city, is_printed(document.kind)
            place = self.places[city] = self.places.get(city, 0) + int(printed)
            paper = Paper(document.pk, city, place, document.lead_organ_id)
            issued = document.issued_at.astimezone(clock.BEIJING)
            self._plan(self._print if printed else _made, paper, issued + timedelta(hours=40))
        while self.due and self.due[0].moment <= moment:
            next_one = heapq.heappop(self.due)
            with clock.at(next_one.moment):
                next_one.step(next_one.paper)

    def _plan(self, step: Step, paper: Paper, moment: datetime) -> None:
        at = next_office_hour(moment)
        if at < self.until:
            self.serial += 1
            heapq.heappush(self.due, Due(at, self.serial, step, paper))

    def _later(self, step: Step, paper: Paper, *, hours: int) -> None:
        self._plan(step, paper, clock.now() + timedelta(hours=hours))

    def _person(self, paper: Paper, *roles: str) -> User:
        """Who holds such a post in the city: at the lead organ where there is one."""
        held = User.objects.filter(memberships__role__in=roles, memberships__organ__city=paper.city)
        at_lead = held.filter(memberships__organ=paper.organ).order_by("pk").first()
        found = at_lead or held.order_by("pk").first()
        if found is None:
            message = f"nobody is {roles} in {paper.city}"
            raise LookupError(message)
        return found

    def _print(self, paper: Paper) -> None:
        render(paper.document)
        document = Document.objects.get(pk=paper.document)
        if not document.pdf_sha256 or document.state != Document.State.VALID:
            return
        clerk, numbered = self._person(paper, "printing_office"), paper.place % NUMBERED == 0
        job = printing.print_document(paper.document, by=clerk, numbered=numbered)
        if paper.place % SPOILED == 0:
            reason = self.dice.choice(_REASONS[:3])
            printing.spoil(job.printed.order_by("n")[0].pk, reason=reason, by=clerk)
        self._later(self._ask, paper, hours=1)

    def _ask(self, paper: Paper) -> None:
        sealing.ask(paper.document, by=self._person(paper, "printing_office"))
        self._later(self._approve, paper, hours=2)

    def _approve(self, paper: Paper) -> None:
        leader = self._person(paper, "bureau_leader", "finance_leader")
        for entry in SealEntry.objects.filter(document=paper.document, state="asked"):
            sealing.approve(entry.pk, by=leader)
        self._later(self._apply, paper, hours=2)

    def _apply(self, paper: Paper) -> None:
        keeper = self._person(paper, "seal_keeper")
        for entry in SealEntry.objects.filter(document=paper.document, state="approved"):
            sealing.apply(entry.pk, by=keeper)
        self._later(self._hand_over, paper, hours=20)

    def _hand_over(self, paper: Paper) -> None:
        document = Document.objects.get(pk=paper.document)
        for line in printing.lines_of(document):
            if line.purpose != Purpose.FILE:
                self._handed(paper, line)
        self._later(self._prove, paper, hours=24 * self.dice.choice((2, 3, 5)))

    def _handed(self, paper: Paper, line: Line) -> None:
        by_post = paper.place % 2 == 0
        serving.hand_over(
            paper.document,
            purpose=line.purpose,
            recipient=line.recipient,
            method="post" if by_post else "in_person",
            tracking=f"示例{Delivery.objects.count() + 1:08d}" if by_post else "",
            by=self._person(paper, "printing_office"),
        )

    def _prove(self, paper: Paper) -> None:
        if paper.place == NEVER_PROVEN:
            return
        clerk = self._person(paper, "printing_office")
        waiting = Delivery.objects.filter(document=paper.document, outcome=Outcome.UNDER_WAY)
        returned: list[Delivery] = []
        for delivery in waiting.order_by("pk"):
            proof = self._proof(paper, delivery)
            proven = serving.prove(delivery.pk, proof, by=clerk)
            if proof.outcome == Outcome.RETURNED:
                returned.append(proven)
        for delivery in returned:
            self._again(paper, delivery)

    def _proof(self, paper: Paper, delivery: Delivery) -> Proof:
        if delivery.purpose == Purpose.ADDRESSEE and paper.place % REFUSED == 0:
            witness = "社区工作人员（示例）"
            return Proof(Outcome.REFUSED, clock.today(), reason="不认可决定内容", witness=witness)
        posted = delivery.method == Delivery.Method.POST
        if posted and delivery.purpose == Purpose.ADDRESSEE and paper.place % RETURNED == 0:
            return Proof(Outcome.RETURNED, reason="收件地址无人签收")
        return Proof(Outcome.SERVED, clock.today(), signed_by="收发室", signed_as="本单位工作人员")

    def _again(self, paper: Paper, delivery: Delivery) -> None:
        """What came back is handed over once more, in person."""
        serving.hand_over(
            paper.document,
            purpose=delivery.purpose,
            recipient=delivery.recipient,
            method="in_person",
            by=self._person(paper, "printing_office"),
        )
        self._later(self._prove, paper, hours=48)
