"""The applicant's side and the clock: corrections (C12, C6), 容缺 (C14), the statutory term (C15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tests.operations.machine.model.acts import Acts
from tests.operations.machine.model.law import Span, days_used, last_day, nth_workday, workdays
from tests.operations.machine.model.people import PEOPLE, SILENT, posts_at
from tests.operations.machine.model.state import (
    Again,
    Asked,
    Pause,
    Refused,
    Seat,
    Visit,
)

DECIDING = {"propose": "approve", "sign": "sign"}
WITHDRAWABLE = {"county_review", "correction", "intake", "dept_review", "proposed", "signing"}
FROM_RECOMMENDATION = {
    "intake",
    "dept_review",
    "proposed",
    "signing",
    "done_yes",
    "done_no",
    "not_accepted",
}
TERM, EXTENSION = 20, 10


class Material(Acts):
    """Versions of two answers, requests, deferred items, the clock's events."""

    corrections: list[Asked]
    answers: dict[int, dict[str, str]]
    filed_on: date
    accepted_on: date | None
    closed_on: date | None
    missing: bool
    """The report that was promised at filing is not there."""
    deferred_due: date | None
    cured: bool
    pauses: list[Pause]
    extension: str
    extended_by: int
    proposer: str
    suspended_on: date | None

    # Corrections

    @property
    def case_version(self) -> int:
        return max(self.answers)

    def at_version(self, version: int) -> dict[str, str]:
        return self.answers[max(number for number in self.answers if number <= version)]

    def changed_since(self, version: int) -> set[str]:
        then, now = self.at_version(version), self.at_version(self.case_version)
        return {key for key in now if now[key] != then.get(key)}

    @property
    def open_request(self) -> Asked | None:
        return next((one for one in self.corrections if not one.answered and not one.void), None)

    def ask(self, seat: Seat, items: tuple[str, ...], *, check: bool = False) -> None:
        organ = seat.organ
        if self.open_request is not None:
            raise Refused(422, "correction_open")
        kind = "return" if self.accepted_on else "correction"
        if kind == "correction":
            if self.today > nth_workday(self.entered_on(seat), 5):
                raise Refused(422, "late_request")
            before = [
                one
                for one in self.corrections
                if one.organ == organ and one.kind == kind and one.answered
            ]
            if before and set(items) - self.changed_since(before[-1].version):
                raise Refused(422, "second_request")
        self.corrections.append(
            Asked(organ, kind, self.case_version, items, self.today, self.now, seat)
        )

    def entered_on(self, seat: Seat) -> date:
        """Of the first visit: taking an opinion back (or annulling it) gains nobody a day."""
        return self.received.get(seat, self.entered[seat])

    entered: dict[Seat, date]
    received: dict[Seat, date]

    def told_applicant(self, seat: Seat) -> bool:
        """By this very opinion, or by what came after it: a notice was sent."""
        return any(one.seat is seat or one.when > seat.when for one in self.corrections)

    def leave(self, visit: Visit, why: str) -> None:
        """What was asked of the applicant is void when his step is closed."""
        super().leave(visit, why)
        if visit.node.role == "applicant" and self.open_request is not None and not self.ended:
            self.open_request.void = True

    def resubmit(self, actor: str, seat: Seat, version: int, answers: Mapping[str, str]) -> None:
        self.opening(actor, seat, version)
        asked = self.open_request
        if asked is None:
            raise Refused(422, "wrong_state")
        named = {key: value for key, value in answers.items() if key in asked.items}
        self.version += 1
        self.answers[self.version] = {**self.at_version(self.case_version), **named}
        asked.answered, asked.answered_on = True, self.today
        self.cast(seat, "resubmit", actor)

    def relied_on_changes(self, name: str, again: Again) -> bool:
        """What the step rests on has changed by the applicant's answer since the return."""
        since = [one for one in self.corrections if one.answered and one.when >= again.opened]
        if not since:
            return False
        return bool(RELIES[name] & self.changed_since(since[0].version))

    # Acceptance

    def accepted(self, visit: Visit, deemed: bool = False) -> None:
        if self.accepted_on is None:
            self.accepted_on = self.received_on() if deemed else self.today
            if deemed and self.missing and self.deferred_due is None:
                self.deferred_due = nth_workday(self.today, 10)
        self.split(visit)

    def received_on(self) -> date:
        answered = [
            one.answered_on for one in self.corrections if one.answered and one.kind == "correction"
        ]
        return max([self.filed_on, *(day for day in answered if day)])

    def no_objection(self, seat: Seat, outcome: str) -> None:
        if seat.signer not in ("", "parallel"):
            return
        name = seat.visit.name
        refusing = name == "intake" and outcome == "not_accept" and self.accepted_on
        incomplete = (
            name == "intake" and outcome == "accept" and self.missing and self.deferred_due is None
        )
        undecidable = DECIDING.get(name) == outcome and self.waits_for_items
        if refusing or incomplete or undecidable:
            raise Refused(422, "opinion_refused")

    @property
    def waits_for_items(self) -> bool:
        return self.deferred_due is not None and not self.cured

    def accept_with_deferred(self, actor: str, seat: Seat, version: int) -> None:
        self.opening(actor, seat, version)
        if "accept" not in self.choices(seat):
            raise Refused(422, "unknown_outcome")
        if self.accepted_on is not None:
            raise Refused(422, "not_at_intake")
        if seat.signer or self.still_asked(seat):
            raise Refused(422, "signers_are_asked")
        if not self.missing:
            raise Refused(422, "not_deferrable")
        self.deferred_due = nth_workday(self.today, 10)
        self.cast(seat, "accept", actor)

    def hand_in(self, actor: str, version: int, *, uploaded: bool) -> None:
        self.reader(actor)
        self.own(actor)
        if self.ended or not self.waits_for_items:
            raise Refused(422, "nothing_deferred")
        if version != self.version:
            raise Refused(409, "stale")
        if not uploaded:
            raise Refused(422, "nothing_uploaded")
        self.version += 1
        self.answers[self.version] = {**self.at_version(self.case_version), "finance": "in"}
        self.cured, self.missing = True, False

    # Who reads and owns the case

    def reads(self, person: str) -> bool:
        if person == "a":
            return True
        if person in self.recused:
            return False
        organs = {where for role, where in PEOPLE[person] if role not in SILENT}
        seated = {seat.organ for seat in self.seats if seat.role != "applicant"}
        bureau = "bureau" in organs and self.phase in FROM_RECOMMENDATION
        return bool(organs & seated) or bureau or person == "watcher" or person in self.copies

    def reader(self, person: str) -> None:
        if not self.reads(person):
            raise Refused(404, "not_found")

    def own(self, person: str) -> None:
        if person != "a":
            raise Refused(403, "not_allowed")

    def withdraw(self, actor: str) -> None:
        self.reader(actor)
        self.own(actor)
        if self.ended or self.phase not in WITHDRAWABLE:
            raise Refused(422, "wrong_state")
        self.end("withdrawn", "withdrawn")

    def end(self, verdict: str, phase: str) -> None:
        super().end(verdict, phase)
        self.closed_on = self.today

    # The clock

    def spans(self) -> list[Span]:
        one = timedelta(days=1)
        found: list[Span] = []
        for asked in self.corrections:
            if not asked.void:
                found.append((asked.on + one, asked.answered_on or self.closed_on))
            else:
                found.append((asked.on + one, self.voided[asked.when]))
        for pause in self.pauses:
            first = pause.at if pause.kind == "special_procedure" else pause.at + one
            found.append((first, pause.until))
        return found

    voided: dict[int, date]

    def due_on(self) -> date | None:
        return (
            last_day(self.accepted_on, TERM + self.extended_by, self.spans())
            if self.accepted_on
            else None
        )

    def paused(self) -> bool:
        return any(pause.until is None for pause in self.pauses)

    def _gate(self, actor: str, version: int, *, leader: bool = False) -> None:
        self.reader(actor)
        posts = posts_at(actor, "bureau")
        if not ("bureau_leader" in posts or ("reviewer" in posts and not leader)):
            raise Refused(403, "not_allowed")
        if version != self.version:
            raise Refused(409, "stale")
        if self.accepted_on is None:
            raise Refused(422, "not_accepted")
        if self.ended:
            raise Refused(422, "decided")

    def begin_pause(self, actor: str, version: int, kind: str, at: date) -> None:
        self._gate(actor, version)
        if self.paused():
            raise Refused(422, "already_paused")
        self.pauses.append(Pause(kind, at))
        if kind == "suspension":
            self.suspended, self.suspended_on = True, self.today

    def end_pause(self, actor: str, version: int, kind: str) -> None:
        self._gate(actor, version)
        pause = next((one for one in self.pauses if one.kind == kind and one.until is None), None)
        if pause is None:
            raise Refused(422, "not_paused")
        pause.until = self.today if self.today >= pause.at else pause.at - timedelta(days=1)
        if kind == "suspension":
            self.suspended = False
            self._move_terms()

    def _move_terms(self) -> None:
        """As many working days are left as were left on the day of the suspension."""
        since = self.suspended_on

        def moved(day: date) -> date:
            return (
                nth_workday(self.today, workdays(since, day))
                if day >= since
                else day + (self.today - since)
            )

        for visit in self.live_visits:
            visit.timer = visit.timer and moved(visit.timer)
            for seat in visit.every_seat():
                if (seat.live or seat.parked) and seat.due:
                    seat.due = moved(seat.due)

    def propose_extension(self, actor: str, version: int, days: int) -> None:
        self._gate(actor, version)
        if not 1 <= days <= EXTENSION:
            raise Refused(422, "bad_days")
        if self.extension:
            raise Refused(
                422,
                {"in_force": "already_extended", "proposed": "already_proposed"}[self.extension],
            )
        self._not_late()
        self.extension, self.proposer, self.asked_days = "proposed", actor, days

    asked_days = 0

    def _not_late(self) -> None:
        due = self.due_on()
        if due is not None and due < self.today:
            raise Refused(422, "term_over")

    def confirm_extension(self, actor: str, version: int, *, approve: bool) -> None:
        self._gate(actor, version, leader=True)
        if self.extension != "proposed":
            raise Refused(422, "nothing_proposed")
        handles = any(
            seat.role != "bureau_leader"
            and (seat.actor == actor or (seat.open and seat.holder == actor))
            for seat in self.seats
        )
        if handles or actor == self.proposer:
            raise Refused(403, "four_eyes")
        if approve:
            self._not_late()
            self.extension, self.extended_by = "in_force", self.asked_days
        else:
            self.extension = ""

    def used(self) -> int:
        return days_used(self.accepted_on, self.today, self.spans()) if self.accepted_on else 0


RELIES = {
    "county_review": {"name"}, "intake": {"name"}, "panel": {"plan"}, "site": {"name"}, "propose": {"name", "plan"}, "sign": set(),
}  # fmt: skip
