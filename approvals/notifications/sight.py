"""Which notifications a person may still read: hook for the slices that know the cases.

A line about a case stays only while its reader sees the case. What "sees" means is the business of
`approvals.applications`; a slice above both publishes it here in `AppConfig.ready`. Until somebody
does, lines about cases are shown to nobody: the safe side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.notifications.models import Notification
from organizations.models import User
from organizations.positions import Position, positions

Readable = Callable[[User, tuple[Position, ...] | None], QuerySet[Any]]
"""The cases this person reads today, unevaluated; his positions where they are known already."""

_PREFIX = "case:"
_readable: list[Readable] = []
_beside: dict[str, Readable] = {}


def register(readable: Readable) -> None:
    """Publishes a rule; a line must pass every rule. Twice changes nothing."""
    if readable not in _readable:
        _readable.append(readable)


def register_beside(kind: str, readable: Readable) -> None:
    """Lines of this kind also stay for whom such a case concerns without his reading it: who rules
    on a recusal, who answers a letter. The rule itself must leave out who is kept from a case."""
    _beside[kind] = readable


def case_number(stream: str) -> int:
    """`case:12` → 12. Raises ValueError for any other stream."""
    number = stream.removeprefix(_PREFIX)
    if number == stream or not number.isdecimal():
        message = f"{stream!r} is no case's stream"
        raise ValueError(message)
    return int(number)


def visible(
    person: User, held: tuple[Position, ...] | None = None
) -> QuerySet[Notification, Notification]:
    """The person's lines, without those about cases he no longer sees; unevaluated."""
    return Notification.objects.filter(Q(case_id=None) | in_sight(person, held), person=person)


def in_sight(person: User, held: tuple[Position, ...] | None = None) -> Q:
    """The condition on lines about cases."""
    if not _readable:
        return Q(pk__in=[])
    held = positions(person) if held is None else held
    rule = Q()
    for readable in _readable:
        rule &= _of(readable(person, held))
    for kind, readable in _beside.items():
        rule |= Q(kind=kind) & _of(readable(person, held))
    return rule


def _of(cases: QuerySet[Any]) -> Q:
    return Q(Exists(cases.filter(pk=OuterRef("case_id")).order_by()))
