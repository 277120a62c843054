"""What a person is, today: the roles he holds and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponseBase

import clock
from organizations.models import Membership
from organizations.permissions import Visitor, account_id
from organizations.roles import acting_roles


@dataclass(frozen=True)
class Position:
    """One role at one organ, with every role or lane name its holder may act for.

    `principal_id` is set when it is another person's, for whom one acts by an agency (代理).
    """

    role: str
    organ_id: int
    acting: frozenset[str]
    principal_id: int | None = None


_Remembered = dict[tuple[int, date], tuple[Position, ...]]
_remembered: ContextVar[_Remembered | None] = ContextVar("positions", default=None)


def positions(user: Visitor) -> tuple[Position, ...]:
    """Every position the user holds today, in one query; none for strangers.

    While a page is only read (`ReadPositionsOnce`) the first answer serves the whole page.
    """
    account, today = account_id(user), clock.today()
    if account is None:
        return ()
    kept = _remembered.get()
    if kept is None:
        return _positions(account, today)
    if (account, today) not in kept:
        kept[account, today] = _positions(account, today)
    return kept[account, today]


def _positions(account: int, today: date) -> tuple[Position, ...]:
    held = Membership.objects.valid_on(today).filter(user_id=account)
    return tuple(
        Position(role, organ_id, acting_roles(role))
        for role, organ_id in held.order_by("id").values_list("role", "organ_id")
    )


@contextmanager
def remembered() -> Iterator[None]:
    """Within it everybody's positions are read once. Never around an act: rights are read there."""
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


class ReadPositionsOnce:
    """Middleware: a page that is read (GET, HEAD) asks for a person's positions once."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.answer(request)
        with remembered():
            return self.answer(request)
