"""Signed JSON over HTTP: the SMS gateway and the webhook of another office system."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import clock
from approvals.notifications.channels.port import Message, Reach, Refused, Unreachable
from approvals.notifications.signing import sign
from organizations.models import User

TIMEOUT = 10
"""Seconds; a job's lease has sixty."""
AGAIN = frozenset({408, 425, 429, *range(500, 600)})
"""Answers after which the same message is worth another try."""


class _NoRedirects(HTTPRedirectHandler):
    """A signed message goes to the configured address or nowhere."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


_opener = build_opener(_NoRedirects, ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to, and the secret both sides know."""

    url: str
    secret: str = field(repr=False)

    def post(self, content: dict[str, Any], key: str) -> None:
        """Signs and posts; any 2xx is taken as accepted. Raises Unreachable or Refused."""
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            **sign(self.secret, body, at=int(clock.now().timestamp())),
        }
        request = Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310 - checked at start-up (checks.py)
        try:
            with _opener.open(request, timeout=TIMEOUT):
                return
        except HTTPError as answer:
            told = f"HTTP {answer.code}"
            raise (Unreachable(told) if answer.code in AGAIN else Refused(told)) from None
        except (OSError, HTTPException) as failure:
            raise Unreachable(type(failure).__name__) from None


@dataclass(frozen=True, slots=True)
class Sms:
    """Text messages by the gateway's address: urgent kinds only, title and nothing else."""

    endpoint: Endpoint
    name: str = "sms"
    reach: Reach = Reach.URGENT

    def address(self, person: User) -> str:
        return person.phone

    def send(self, message: Message) -> None:
        content = {"id": message.key, "to": message.address, "text": message.title}
        self.endpoint.post(content, message.key)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Another office system shows our notifications: account, kind, title, address of the page."""

    endpoint: Endpoint
    name: str = "webhook"
    reach: Reach = Reach.EVERYTHING

    def address(self, person: User) -> str:
        return person.username

    def send(self, message: Message) -> None:
        content = {
            "id": message.key,
            "account": message.address,
            "kind": message.kind,
            "title": message.title,
            "url": message.url,
        }
        self.endpoint.post(content, message.key)
