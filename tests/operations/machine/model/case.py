"""The whole model: one case, its day, urging and supervision (C8, C9), jumps, and time."""

from __future__ import annotations

from datetime import date

from tests.operations.machine.model.law import MODES, workdays
from tests.operations.machine.model.material import Material
from tests.operations.machine.model.people import PEOPLE
from tests.operations.machine.model.state import Order, Refused, Seat, Visit

JUMPS = ("county_review", "intake", "propose", "sign")


class Case(Material):
    """Begins with the filing."""

    def __init__(self, mode: str, today: date, *, promised: bool) -> None:
        super().__init__(MODES[mode])
        self.today = self.filed_on = today
        self.missing, self.deferred_due, self.cured = promised, None, False
        self.version, self.answers = 1, {1: {"name": "名称", "plan": "方案"}}
        self.accepted_on = self.closed_on = self.suspended_on = None
        self.recused, self.requests, self.agencies, self.copies = set(), [], [], []
        self.corrections, self.pauses, self.voided, self.entered = [], [], {}, {}
        self.received = {}
        self.retracted, self.added = set(), {}
        self.suspended, self.extension, self.extended_by, self.proposer = False, "", 0, ""
        self.urged: dict[tuple[str, object], date] = {}
        self.orders: list[Order] = []
        self.jump: tuple[str, Visit, str] | None = None
        self.visit("county_review", ())
        self.settle()

    def settle(self) -> None:
        """Notes the day of what was opened since."""
        for seat in self.seats:
            self.entered.setdefault(seat, self.today)
        for asked in self.corrections:
            if asked.void:
                self.voided.setdefault(asked.when, self.today)

    # Time

    def pass_days(self, today: date) -> None:
        """What fell due until now happens in the order of its moment."""
        self.today = today
        while (due := self._first_due()) is not None:
            due()
            self.settle()

    def _first_due(self) -> object:
        if self.ended:
            return None
        found = []
        if self.waits_for_items and self.deferred_due < self.today:
            found.append((self.deferred_due, 0, self._items_overdue))
        if not self.suspended:
            found += [
                (v.timer, v.number, lambda v=v: self._ring(v))
                for v in self.live_visits
                if v.timer and v.timer < self.today
            ]
        return min(found, key=lambda one: one[:2])[2] if found else None

    def _items_overdue(self) -> None:
        self.end("not_accepted", "not_accepted")

    def _ring(self, visit: Visit) -> None:
        visit.fired = True
        self.leave(visit, "")
        if visit.node.role == "applicant":
            self.end("lapsed", "lapsed")
        else:
            visit.timer = None
            self.accepted(visit, deemed=True)

    # Urging, supervision

    def _open_seats(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.open]

    def _waits_for_applicant(self) -> bool:
        own = any(seat.role == "applicant" for seat in self._open_seats())
        return own or bool(
            self.accepted_on
            and any(not a.answered and not a.void for a in self.corrections)
            and not self.ended
        )

    def urge_seat(self, actor: str, seat: Seat, version: int) -> None:
        self.reader(actor)
        if actor not in ("watcher", "r1", "r2", "bl", "b2"):
            raise Refused(403, "not_allowed")
        if version != self.version:
            raise Refused(409, "stale")
        if not seat.open:
            done = seat.actor is not None or seat.why or seat.state in ("skipped", "recused")
            raise Refused(409, "already_decided") if done else Refused(422, "task_closed")
        if seat.role == "applicant" or self._waits_for_applicant():
            raise Refused(422, "waits_for_applicant")
        if seat.holder == actor:
            raise Refused(422, "own_seat")
        if self.urged.get(("seat", seat)) == self.today:
            raise Refused(422, "urged_today")
        self.urged["seat", seat] = self.today

    def urge_case(self, actor: str, version: int) -> None:
        self.reader(actor)
        self.own(actor)
        if version != self.version:
            raise Refused(409, "stale")
        offices = [seat for seat in self._open_seats() if seat.role != "applicant"]
        if not offices:
            raise Refused(422, "nothing_open")
        if self._waits_for_applicant():
            raise Refused(422, "waits_for_applicant")
        used, limit = self._progress(offices)
        if limit is None or 2 * used < limit:
            raise Refused(422, "too_early")
        last = self.urged.get(("case", None))
        if last is not None and workdays(last, self.today) < 5:
            raise Refused(422, "urged_lately")
        self.urged["case", None] = self.today

    def _progress(self, offices: list[Seat]) -> tuple[int, int | None]:
        if self.accepted_on is not None:
            return self.used(), 20 + self.extended_by
        terms = [(seat.due, self.entered[seat]) for seat in offices if seat.due]
        if not terms:
            return 0, None
        due, entered = min(terms)
        return max(workdays(entered, self.today), 0), workdays(entered, due)

    def supervise(self, actor: str, organ: str, due: date) -> None:
        self.reader(actor)
        if actor not in ("watcher", "bl", "b2"):
            raise Refused(403, "not_allowed")
        if due < self.today:
            raise Refused(422, "bad_due")
        if organ not in {seat.organ for seat in self.seats if seat.role != "applicant"}:
            raise Refused(422, "not_involved")
        self.orders.append(Order(actor, organ))

    def _order_in_sight(self, actor: str, order: Order) -> None:
        mine = order.organ in {where for role, where in PEOPLE[actor] if role != "applicant"}
        if not (mine or actor in ("watcher", "bl", "b2")) or not self.reads(actor):
            raise Refused(404, "not_found")

    def reply(self, actor: str, order: Order) -> None:
        self._order_in_sight(actor, order)
        if order.organ not in {where for _role, where in PEOPLE[actor]}:
            raise Refused(403, "not_allowed")
        if order.closed:
            raise Refused(422, "order_closed")
        order.answered = True

    def close_order(self, actor: str, order: Order) -> None:
        self._order_in_sight(actor, order)
        if actor != order.issuer:
            raise Refused(403, "not_allowed")
        if order.closed:
            raise Refused(422, "order_closed")
        if not order.answered:
            raise Refused(422, "not_answered")
        order.closed = True

    # Jumps, agents

    def propose_jump(self, actor: str, visit: Visit, target: str) -> None:
        if actor not in ("f1", "f2"):
            raise Refused(403, "not_flow_admin")
        if self.ended:
            raise Refused(422, "process_ended")
        if visit.state != "open":
            raise Refused(422, "not_here")
        if visit.name == target or visit.node.role == "applicant":
            raise Refused(422, "unknown_target")
        if self.jump is not None:
            raise Refused(422, "already_proposed")
        self.jump = (actor, visit, target)

    def confirm_jump(self, actor: str) -> None:
        proposer, visit, target = self.jump
        if actor == proposer:
            raise Refused(403, "four_eyes")
        if actor not in ("f1", "f2"):
            raise Refused(403, "no_right")
        if self.ended:
            raise Refused(422, "process_ended")
        if visit.state != "open":
            raise Refused(422, "not_here")
        self.jump = None
        self.leave(visit, "")
        self.visit(target, (visit,))

    def decline_jump(self) -> None:
        self.jump = None

    def name_agent(self, principal: str, agent: str) -> None:
        self.agencies.append((principal, agent))

    @property
    def alive(self) -> bool:
        """I4: somebody or something will move the case."""
        return (
            any(s.open for s in self.seats)
            or any(v.timer for v in self.live_visits)
            or self.blocked
        )

    @property
    def blocked(self) -> bool:
        return any(
            v.blocked or any(b.live and b.blocked for b in v.bodies()) for v in self.live_visits
        )
