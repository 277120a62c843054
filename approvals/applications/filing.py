"""Registry of what a kind of program adds to filing and to the end of a case.

A voucher claim uses up its invoices when it is filed and frees them when it ends without money; the
slice that knows this lies above and registers here. Both callables run in the act's transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from approvals.applications import telling
from approvals.applications.errors import Problem
from approvals.applications.models import Application

OnFiling = Callable[[Application], list[Problem]]
OnEnd = Callable[[Application, str], None]

_kinds: dict[str, tuple[OnFiling, OnEnd]] = {}


def register(kind: str, *, on_filing: OnFiling, on_end: OnEnd) -> None:
    """Called from `AppConfig.ready`; a kind is registered once."""
    if kind in _kinds:
        message = f"kind {kind!r} is registered twice"
        raise ValueError(message)
    _kinds[kind] = (on_filing, on_end)


def problems_at_filing(application: Application) -> list[Problem]:
    """What the kind finds wrong; what it reserves is undone when filing is refused."""
    found = _kinds.get(application.program.kind)
    return found[0](application) if found is not None else []


def ended(application: Application, verdict: str) -> None:
    """Tells the kind that the case is closed, and the applicant when no paper will."""
    found = _kinds.get(application.program.kind)
    if found is not None:
        found[1](application, verdict)
    telling.end_of_case(application, verdict)
