"""Reads of supervision: lists by keyset, an order's course, urgings with their proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

import clock
from approvals.applications.models import Application
from approvals.notifications.selectors import Proof, proofs
from approvals.supervision.flags import label_of
from approvals.supervision.models import ReviewFlag, SupervisionOrder, Urge
from approvals.supervision.orders import subject_words
from approvals.supervision.sight import visible_flags, visible_orders
from organizations.models import User
from workflows.remaining import remaining

PAGE_SIZE = 25
STATES = ("open", "answered", "closed")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of a list."""

    order: SupervisionOrder
    what: str
    left: int | None
    """Working days until the answer is due; None when nothing is due."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Newest first; `after` leads on."""

    rows: Sequence[OrderRow]
    after: int | None


def order_page(
    user: User, *, state: str = "", level: str = "", after: int | None = None
) -> OrderPage:
    """The orders this person may know of; four queries at any number of orders."""
    rows = visible_orders(user)
    if state == "closed":
        rows = rows.exclude(closed_at=None)
    elif state in STATES:
        rows = rows.filter(closed_at=None)
        rows = rows.filter(answered=True) if state == "answered" else rows
    if level:
        rows = rows.filter(level=level)
    shown, following = _keyset(rows.select_related("organ", "application", "issuer"), after)
    return OrderPage(order_rows(shown), following)


def order_rows(orders: Sequence[SupervisionOrder]) -> list[OrderRow]:
    """With the working days left; one query, none without an open order."""
    due = {order.pk: _due(order) for order in orders}
    left = remaining(clock.today(), [day for day in due.values() if day is not None])
    return [
        OrderRow(order, subject_words(order), left[day].days if day is not None else None)
        for order in orders
        for day in [due[order.pk]]
    ]


def _due(order: SupervisionOrder) -> date | None:
    return None if order.closed_at is not None or order.answered else order.due_on


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag and its kind in words."""

    flag: ReviewFlag
    label: str


def flag_page(
    user: User, *, closed: bool = False, after: int | None = None
) -> tuple[list[FlagRow], int | None]:
    """Flags of the cities he supervises, newest first; three queries."""
    rows = visible_flags(user).filter(closed_at__isnull=not closed)
    shown, following = _keyset(rows.select_related("application", "closed_by"), after)
    return [FlagRow(row, label_of(row.kind)) for row in shown], following


def _keyset(rows: QuerySet[Any], after: int | None) -> tuple[list[Any], int | None]:
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found: list[Model] = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return shown, shown[-1].pk if len(found) > PAGE_SIZE else None


@dataclass(frozen=True, slots=True)
class UrgeLine:
    """One urging and what became of it."""

    urge: Urge
    proofs: Sequence[Proof]

    @property
    def delivered(self) -> bool:
        """Somebody was reached, by mail or on the site."""
        return any(proof.delivered_at for proof in self.proofs)

    @property
    def read(self) -> bool:
        """Somebody has read it."""
        return any(proof.read_at for proof in self.proofs)


def urge_lines(application: Application, limit: int = 5) -> list[UrgeLine]:
    """The latest urgings with their proof; one query, with urgings three."""
    urges = list(
        application.urges.select_related("task__organ", "by").order_by("-at", "-pk")[:limit]
    )
    if not urges:
        return []
    found = proofs([urge.notification_key for urge in urges])
    return [UrgeLine(urge, found[urge.notification_key]) for urge in urges]
