"""A real HTTP server on loopback that answers as it is told and remembers what came."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Post:
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class Gateway:
    """`answers` are given one after the other, then 200 for ever; `None` closes the connection."""

    answers: list[int | None] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    """Idempotency keys: as a provider does, a key seen before counts once."""
    url: str = ""

    def start(self) -> ThreadingHTTPServer:
        gateway = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.posts.append(Post(dict(self.headers), body))
                answer = gateway.answers.pop(0) if gateway.answers else 200
                if answer is None:
                    self.connection.close()
                    return
                if answer < 300:
                    gateway.accepted.add(self.headers["Idempotency-Key"])
                self.send_response(answer)
                if 300 <= answer < 400:
                    self.send_header("Location", gateway.url + "elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words: Any) -> None:
                """Silent."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server
