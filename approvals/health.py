"""Liveness and readiness for a supervisor: JSON with reasons, 200 or 503."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from jobs import selectors as jobs

LOWEST_FREE_SHARE = 0.05
OLDEST_JOB = timedelta(minutes=10)


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """May this process take traffic? Database writable, disk not full, worker keeping up."""
    checks = {"database": _database(), "disk": _disk(), "jobs": _jobs()}
    reasons = [f"{name}: {reason}" for name, reason in checks.items() if reason]
    status = 503 if reasons else 200
    answer = {"status": "ok" if status == 200 else "unavailable", "reasons": reasons}
    return JsonResponse(answer, status=status)


def _guarded(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OSError) as error:
        return type(error).__name__


def _database() -> str:
    """Writes and rolls back one row in a scratch table of the connection."""

    def write() -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            name = f"ready_{uuid.uuid4().hex[:12]}"
            cursor.execute(f"CREATE TEMPORARY TABLE {name} (n integer)")
            cursor.execute(f"DROP TABLE {name}")
        return ""

    return _guarded(write)


def _disk() -> str:
    def free() -> str:
        usage = shutil.disk_usage(settings.VAR_DIR)
        share = usage.free / usage.total
        return "" if share >= LOWEST_FREE_SHARE else f"only {share:.1%} free"

    return _guarded(free)


def _jobs() -> str:
    def age() -> str:
        oldest = jobs.oldest_waiting_age()
        if oldest is None or oldest <= OLDEST_JOB:
            return ""
        return f"oldest job waits for {int(oldest.total_seconds())} s; is the worker running?"

    return _guarded(age)
