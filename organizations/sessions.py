"""Idle log-out counts from the last page, without writing the session at every request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponseBase

import clock

TOUCHED: Final = "touched"
EVERY_SECONDS: Final = 300


class RenewSession:
    """Middleware: renews the session of somebody at work every five minutes."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = int(clock.now().timestamp())
            if now - int(request.session.get(TOUCHED, 0)) >= EVERY_SECONDS:
                request.session[TOUCHED] = now
        return self.answer(request)
