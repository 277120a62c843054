"""Two worlds in one database: with a case, and, after a rollback, as if it had never been.

Everybody asks the same addresses in both. Masked are the form token, the nonce, the key a form gets
for its one act, and what only the writer of a workbook dates; the clock stands still.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import NoReverseMatch, reverse

import clock
from approvals.applications import selectors as cases
from approvals.notifications import selectors as lines
from documents.print_room.selectors import SHELVES
from organizations.models import User
from tests.house.routes import ROUTES

ANONYMOUS = "anonymous"
REGISTERS = {"documents:register", "documents:register_workbook", "documents:verify_code"}
"""Numbers are public by law: who reads a register reads that a number was given (issue 4)."""
NOWHERE = "/applications/987654321/"
"""A number that nobody ever had."""
MASKED = (
    re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"'),
    re.compile(rb'"X-CSRFToken": ?"[^"]+"'),
    re.compile(rb'nonce="[^"]+"'),
    re.compile(rb'name="key" value="[^"]+"'),
)
VOLATILE = {"Set-Cookie", "Content-Security-Policy", "Content-Length", "Expires"}
Seen = tuple[int, bytes, tuple[tuple[str, str], ...]]


@dataclass
class Visitors:
    """Who looks: sessions by name, made in the world without the case."""

    sessions: dict[str, str] = field(default_factory=lambda: {ANONYMOUS: ""})
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def enter(self, name: str, person: User) -> User:
        door = Client()
        door.force_login(person)
        self.sessions[name] = door.cookies[settings.SESSION_COOKIE_NAME].value
        return person

    def look(self, name: str, address: str) -> Seen:
        """One GET of one person; whatever it writes is undone."""
        self.client.cookies = SimpleCookie()
        if self.sessions[name]:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        with transaction.atomic():
            answer = self.client.get(address)
            seen = _seen(answer)
            transaction.set_rollback(True)
        return seen

    def crawl(self, moment: datetime, asked: dict[str, list[str]]) -> dict[tuple[str, str], Seen]:
        """What each person sees at his addresses at this moment."""
        cache.clear()
        with clock.at(moment):
            return {
                (name, address): self.look(name, address)
                for name, addresses in asked.items()
                for address in addresses
            }

    def first_change(
        self, moment: datetime, asked: dict[str, list[str]], known: dict[tuple[str, str], Seen]
    ) -> dict[tuple[str, str], Seen]:
        """The first answer that is not what was `known`: one is enough to notice."""
        cache.clear()
        with clock.at(moment):
            for name, addresses in asked.items():
                for address in addresses:
                    seen = self.look(name, address)
                    if seen != known[name, address]:
                        return {(name, address): seen}
        return {}


def _seen(answer: HttpResponse) -> Seen:
    body = answer.getvalue()
    for pattern in MASKED:
        body = pattern.sub(b"masked", body)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            names = sorted(name for name in book.namelist() if name != "docProps/core.xml")
            body = b"".join(name.encode() + book.read(name) for name in names)
    headers = {key: value for key, value in answer.headers.items() if key not in VOLATILE}
    return answer.status_code, body, tuple(sorted(headers.items()))


@dataclass
class Worlds:
    """What was seen in each, and what first changed in the first one with a sight check removed."""

    present: dict[tuple[str, str], Seen] = field(default_factory=dict)
    absent: dict[tuple[str, str], Seen] = field(default_factory=dict)
    mutants: dict[str, dict[tuple[str, str], Seen]] = field(default_factory=dict)

    @property
    def leaks(self) -> list[str]:
        """Each answer that would tell somebody of the case."""
        return list(differences(self.present, self.absent))

    def betrayed_by(self, mutant: str) -> list[str]:
        return list(differences(self.mutants[mutant], self.absent))


def differences(
    present: dict[tuple[str, str], Seen], absent: dict[tuple[str, str], Seen]
) -> Iterator[str]:
    for (name, address), seen in present.items():
        other = absent[name, address]
        if seen != other:
            yield f"{name} GET {address}: {seen[0]} with, {other[0]} without: {_where(seen, other)}"


def _where(seen: Seen, other: Seen) -> str:
    """The first line that differs, as a hint."""
    pairs = zip(seen[1].splitlines(), other[1].splitlines(), strict=False)
    first = next(((a, b) for a, b in pairs if a != b), (b"", b""))
    return " | ".join(line.decode(errors="replace").strip()[:160] for line in first)


Mutation = Callable[[], Any]
"""A context manager under which a sight check is gone."""


def compare(
    visitors: Visitors,
    build: Callable[[], dict[str, list[str]]],
    *,
    folder: Path,
    mutations: dict[str, tuple[Mutation, list[str]]] | None = None,
) -> Worlds:
    """Builds the case, looks, takes it all back, looks again. `build` answers who asks what; a
    mutation is looked at by everybody, at its own words of the addresses only, until it is noticed.
    """
    worlds = Worlds()
    with override_settings(MEDIA_ROOT=folder / "files", ARCHIVE_DIR=folder / "archive"):
        with transaction.atomic():
            asked = build()
            moment = clock.now()
            worlds.present = visitors.crawl(moment, asked)
            for mutant, (broken, words) in (mutations or {}).items():
                few = {n: [a for a in of if any(w in a for w in words)] for n, of in asked.items()}
                with broken(), _statements_made_anew():
                    worlds.mutants[mutant] = visitors.first_change(moment, few, worlds.present)
            transaction.set_rollback(True)
        worlds.absent = _nothing_there(visitors, moment, worlds, asked)
    return worlds


@contextmanager
def _statements_made_anew() -> Iterator[None]:
    """What a person may see stands in statements that are made once: not in a broken world."""
    kept = (cases._one_readable, lines._unread)
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


def _nothing_there(
    visitors: Visitors, moment: datetime, worlds: Worlds, asked: dict[str, list[str]]
) -> dict[tuple[str, str], Seen]:
    """The same addresses without the case. What answered with the bytes of a number that nobody
    ever had, answers so again: `test_routes` asks that of every route.
    """
    missing = visitors.crawl(moment, {name: [NOWHERE] for name in asked})
    absent = {
        asking: missing[asking[0], NOWHERE]
        for asking, seen in worlds.present.items()
        if seen == missing[asking[0], NOWHERE]
    }
    rest = {n: [a for a in of if (n, a) not in absent] for n, of in asked.items()}
    return absent | visitors.crawl(moment, rest)


Things = dict[str, list[dict[str, Any]]]
"""What addresses may name, by the beginning of the address: {"/tasks/": [{"pk": 7}, …], …}."""


def pages_for(things: Things, words: Iterable[str]) -> list[str]:
    """Every GET route that one of these fills, every one that needs nothing, every search."""
    found: dict[str, None] = {}
    for name in readable_routes():
        for beginning, several in {"/": [{}], **things}.items():
            for kwargs in several:
                address = _address(name, kwargs)
                if address is not None and address.startswith(beginning):
                    found[address] = None
    return [*found, *VIEWS, *(one.format(quote(word)) for one in SEARCHES for word in words)]


def readable_routes() -> list[str]:
    """Names of every route that answers GET, but registers and Django's back stage."""
    hidden = {*REGISTERS, "admin:*", "set_language"}
    return [name for name, route in ROUTES.items() if route.takes("GET") and name not in hidden]


VIEWS = (
    "/tasks/?view=mine",
    "/tasks/?view=done",
    "/tasks/export.xlsx",
    "/tasks/export.csv",
    "/notifications/?unread=1",
    "/supervision/?state=closed",
    *(f"/print/?shelf={shelf}" for shelf in SHELVES),
    "/print/seals/?state=all",
    *(f"/print/deliveries/?tab={tab}" for tab in ("overdue", "ended")),
)
SEARCHES = (
    "/tasks/?q={}",
    "/tasks/?view=mine&q={}",
    "/tasks/?view=done&q={}",
    "/tasks/export.csv?q={}",
    "/supervision/new/?case={}",
    "/administration/blocked/?number={}",
    "/administration/people/?q={}",
    "/experts/?q={}",
    "/print/?shelf=printed&q={}",
    "/papers/?q={}",
)
"""Whatever takes a word (`grep GET.get`), asked for what only the case has."""


def _address(name: str, kwargs: dict[str, Any]) -> str | None:
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:  # it names something else
        return None
