"""What the product's rows say, read without its own readers, beside what the model says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import clock
from approvals.applications.models import Application
from journal.models import Entry
from tests.operations.machine.driver import Driver
from tests.operations.machine.model.case import Case
from tests.operations.machine.model.state import CLOSED, Seat
from workflows.models import Process, Task

_LEFT = {"recused": "recused", "skipped": "skipped"}
_WHY = ("returned", "retracted", "transferred", "removed", "recalled")


def state_of(row: Task) -> str:
    """The seat states of semantics C0, from the row alone."""
    if row.data.get("uncounted") in ("annulled", "recused"):
        return row.data["uncounted"]
    if row.status == "DONE":
        return "acted" if row.actor_id else "skipped"
    if row.status == "ERROR":
        return "parked"
    if row.status in ("NEW", "ASSIGNED"):
        return "acted" if "said" in row.data else "open" if row.is_open else "waiting"
    return _LEFT.get(row.outcome, f"closed {row.outcome}" if row.outcome in _WHY else "closed")


def state_in(seat: Seat, *, ended: bool) -> str:
    if seat.parked:
        return seat.state if seat.state in ("recused", "annulled") else "parked"
    if seat.state == CLOSED:
        return f"closed {seat.why}" if seat.why else "skipped" if ended else "closed"
    return seat.state


def last_day(row: Task) -> date | None:
    if row.due_at is None:
        return None
    return (row.due_at - timedelta(microseconds=1)).astimezone(clock.BEIJING).date()


class Comparison:
    """Keeps which row is which seat, and how far the journal was read."""

    def __init__(self, model: Case, driver: Driver) -> None:
        self.model, self.driver = model, driver
        self.rows: dict[Seat, int] = {}
        self.seats: dict[int, Seat] = {}
        self.names = {user.pk: name for name, user in driver.city.people.items()}
        self.organs = {organ.pk: key for key, organ in driver.city.organs.items()}
        self.entries, self.head, self.opinions = 0, "0" * 64, 0

    def task_of(self, seat: Seat) -> int:
        return self.rows[seat]

    def check(self) -> None:
        """Every difference at once, so that one run tells all of it."""
        found = self.differences()
        assert not found, "\n".join(found)

    def differences(self) -> list[str]:
        process = Process.objects.get(pk=self.driver.process_id)
        case = Application.objects.get(pk=self.driver.case.pk)
        rows = list(
            Task.objects.filter(process=process, flow_task_type="HUMAN")
            .exclude(role="")
            .order_by("pk")
        )
        found = self._paired(rows)
        if found:
            return found
        ended = self.model.ended
        for row in rows:
            found += self._of_seat(row, self.seats[row.pk], ended=ended)
        found += self._of_case(process, case)
        return found + self._of_journal()

    def _paired(self, rows: list[Task]) -> list[str]:
        """New rows and new seats belong together by step, holder and kind."""
        new_rows = [row for row in rows if row.pk not in self.seats]
        new_seats = [seat for seat in self.model.seats if seat not in self.rows]
        for row in new_rows:
            seat = next((one for one in new_seats if self._key(one) == self._row_key(row)), None)
            if seat is not None:
                new_seats.remove(seat)
                self.rows[seat], self.seats[row.pk] = row.pk, seat
        left = [row for row in new_rows if row.pk not in self.seats]
        if not left and not new_seats:
            return []
        return (
            [f"product only: {self._row_key(row)} {state_of(row)}" for row in left]
            + [f"model only: {self._key(seat)} {seat.state}" for seat in new_seats]
            + [f"product: {row.pk} {self._row_key(row)} {state_of(row)}" for row in rows]
        )

    def _key(self, seat: Seat) -> tuple[str, str | None, str]:
        return seat.visit.name, seat.holder or seat.actor, seat.signer

    def _row_key(self, row: Task) -> tuple[str, str | None, str]:
        return row.element, self.names.get(row.owner_id or row.actor_id), row.data.get("signer", "")

    def _of_seat(self, row: Task, seat: Seat, *, ended: bool) -> list[str]:
        theirs = state_of(row)
        if ended and theirs == "closed":
            theirs = "skipped"
        ours = state_in(seat, ended=ended)
        pairs: list[tuple[str, Any, Any]] = [
            ("state", ours, theirs),
            ("holder", seat.holder if seat.live else None, self.names.get(row.owner_id) if seat.live else None),
            ("actor", seat.actor if ours == "acted" else None, self.names.get(row.actor_id) if ours == "acted" else None),
            ("role", seat.role, row.role), ("organ", seat.organ, self.organs.get(row.organ_id)),
            ("due", seat.due if seat.live else None, last_day(row) if seat.live else None),
        ]  # fmt: skip
        if ours == "acted":
            pairs.append(
                (
                    "outcome",
                    seat.said or seat.outcome,
                    row.data["said"]["outcome"]
                    if "said" in row.data and row.status != "DONE"
                    else row.outcome,
                )
            )
        return _unlike(f"seat {self._key(seat)} #{row.pk}", pairs)

    def _of_case(self, process: Process, case: Application) -> list[str]:
        model = self.model
        accepted = case.accepted_at
        return _unlike(
            "case",
            [
                ("phase", model.phase, process.phase), ("verdict", model.verdict_of_case, process.verdict), ("closed", model.ended, case.closed_at is not None),
                ("material", model.version, process.material_version), ("case version", model.case_version, case.version),
                ("blocked", model.blocked and not model.ended, bool(process.blocked_reason)), ("accepted", model.accepted_on, accepted),
                ("due", model.due_on() if not model.ended else None, case.due_on if not model.ended else None),
                ("suspended", model.suspended and not model.ended, process.suspended_at is not None and not model.ended),
                ("steps", self._steps(), self._rows_of_steps(process)),
                ("timers", self._timers(), sorted(self._armed(process))),
            ],
        )  # fmt: skip

    def _steps(self) -> list[tuple[str, str]]:
        """The verdict of every visit that has passed."""
        return sorted((v.name, v.outcome) for v in self.model.visits if v.state == "passed")

    def _rows_of_steps(self, process: Process) -> list[tuple[str, str]]:
        rows = Task.objects.filter(process=process, flow_task_type="HUMAN", item="", status="DONE")
        return sorted(rows.values_list("element", "outcome"))

    def _timers(self) -> list[tuple[str, date]]:
        return sorted((v.name, v.timer) for v in self.model.live_visits if v.timer)

    def _armed(self, process: Process) -> list[tuple[str, date]]:
        rows = Task.objects.filter(process=process, status="SCHEDULED").select_related("parent")
        return [
            (
                row.parent.element,
                (row.scheduled - timedelta(microseconds=1)).astimezone(clock.BEIJING).date(),
            )
            for row in rows
        ]

    def _of_journal(self) -> list[str]:
        """I3: what was written stays; every new entry carries the digest of the one before."""
        new = Entry.objects.filter(
            stream__key=self.driver.case.stream, position__gt=self.entries
        ).order_by("position")
        found = []
        for entry in new:
            if (
                entry.position != self.entries + 1
                or entry.previous != self.head
                or entry.digest != digest_of(self.driver.case.stream, entry)
            ):
                found.append(f"journal: entry {entry.position} does not follow {self.entries}")
            self.entries, self.head = entry.position, entry.digest
        return found


def digest_of(stream: str, entry: Entry) -> str:
    return entry.computed_digest(stream)


def _unlike(what: str, pairs: list[tuple[str, Any, Any]]) -> list[str]:
    return [
        f"{what}: {name}: model {ours!r}, product {theirs!r}"
        for name, ours, theirs in pairs
        if ours != theirs
    ]
