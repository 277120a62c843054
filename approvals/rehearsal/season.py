"""A believable season of a city: many cases played side by side, strictly in the order of time.

Every act happens at a moment later than the one before, so that document numbers, journal and
deadlines are as they would be in a real office.
"""

from __future__ import annotations

import heapq
import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import clock
from approvals.applications import services
from approvals.applications.models import Application
from approvals.programs.models import Program
from approvals.rehearsal import filing, play
from approvals.rehearsal.choices import Plan
from approvals.rehearsal.journey import next_office_hour
from approvals.rehearsal.print_room import PrintRoom
from jobs.worker import run_due
from organizations.models import Organ, User
from workflows import timers

TIMERS = frozenset({timers.JOB_KIND})


@dataclass
class Actor:
    """One case of the season: who files what, how it is to go, how fast its offices are."""

    program: Program
    organ: Organ
    by: User
    plan: Plan
    draft_only: bool = False
    withdraws: bool = False
    never_answers: bool = False
    application: Application | None = None
    acts: int = 0


@dataclass(order=True)
class Event:
    """The next thing to happen, by moment and order of planning."""

    moment: datetime
    serial: int
    actor: Actor = field(compare=False)


class Season:
    """Plays the planned cases from their beginnings until `until`."""

    def __init__(self, dice: random.Random, until: datetime) -> None:
        self.dice = dice
        self.until = until
        self.events: list[Event] = []
        self.print_room = PrintRoom(dice, until)
        self.serial = 0

    def plan(self, actor: Actor, moment: datetime) -> None:
        """The actor's next act; what lies behind `until` is left for the users of the demo."""
        if moment < self.until:
            self.serial += 1
            heapq.heappush(self.events, Event(moment, self.serial, actor))

    def play(self) -> int:
        """Plays everything; answers the number of acts."""
        played = 0
        while self.events:
            event = heapq.heappop(self.events)
            self.print_room.catch_up(event.moment)
            with clock.at(event.moment):
                run_due(kinds=TIMERS)
                self._step(event.actor, event.moment)
            played += 1
        self.print_room.catch_up(self.until)
        with clock.at(self.until):
            run_due(kinds=TIMERS)
        return played

    def _step(self, actor: Actor, moment: datetime) -> None:
        if actor.application is None:
            actor.application = filing.draft(actor.program, actor.organ, actor.by)
            if not actor.draft_only:
                filing.submit(actor.application, actor.by)
                self.plan(actor, self._later(moment))
            return
        if self._gives_up(actor, actor.application):
            return
        if self._waits_for_applicant(actor, actor.application):
            return
        played = play.next_act(actor.application, actor.plan)
        if played is not None:
            actor.acts += 1
            self.plan(actor, self._later(moment))
            return
        due = play.pending_moment(actor.application)
        if due is not None and not actor.application.is_closed:
            later = next_office_hour(due.astimezone(clock.BEIJING))
            self.plan(actor, max(self._later(moment), later))

    def _gives_up(self, actor: Actor, application: Application) -> bool:
        """The applicant takes his case back after a few steps."""
        application.refresh_from_db()
        if not (actor.withdraws and actor.acts >= 2 and not application.is_closed):
            return False
        reason = "经营计划调整，本次不再申报。"
        services.withdraw(application, by=actor.by, reason=reason, key=uuid.uuid4().hex)
        return True

    def _waits_for_applicant(self, actor: Actor, application: Application) -> bool:
        """An applicant who never answers a request for corrections: the timer ends the case."""
        return actor.never_answers and application.phase == "correction"

    def _later(self, moment: datetime) -> datetime:
        """Offices need from three hours to four days for a step."""
        pause = timedelta(hours=self.dice.choice((3, 5, 20, 26, 44, 70, 92)))
        return next_office_hour(moment + pause)


def planned(dice: random.Random, program: Program, organ: Organ, by: User) -> Actor:
    """One case with its fate drawn by the dice."""
    fate = dice.random()
    return Actor(
        program=program,
        organ=organ,
        by=by,
        plan=Plan(
            refused=fate < 0.10,
            returns=1 if 0.10 <= fate < 0.30 else 0,
            not_accepted=0.30 <= fate < 0.35,
            dice=dice,
        ),
        never_answers=0.10 <= fate < 0.13,
        withdraws=0.35 <= fate < 0.40,
        draft_only=0.40 <= fate < 0.46,
    )
