"""System checks: a channel without its secret, or one in the open, stops the start."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

LEAST_SECRET = 16
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def channels_are_safe(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """HTTPS (plain HTTP on loopback only) and a secret of at least sixteen characters."""
    return [
        Error(problem, id=f"notifications.{name}")
        for name in ("SMS", "WEBHOOK")
        for problem in _problems(
            name, getattr(settings, f"{name}_URL"), getattr(settings, f"{name}_SECRET")
        )
    ]


def _problems(name: str, url: str, secret: str) -> list[str]:
    if not url:
        return []
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    problems = []
    if not safe or not parts.hostname:
        problems.append(f"{name}_URL must be an https address (http only on loopback)")
    if len(secret) < LEAST_SECRET:
        problems.append(f"{name}_SECRET must have at least {LEAST_SECRET} characters")
    return problems
