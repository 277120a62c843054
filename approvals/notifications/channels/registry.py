"""Which channels this installation has, by its settings."""

from __future__ import annotations

from django.conf import settings

from approvals.notifications.channels.mail import Mail
from approvals.notifications.channels.port import Channel
from approvals.notifications.channels.posting import Endpoint, Sms, Webhook


def in_use() -> tuple[Channel, ...]:
    """Mail, and what the environment names; read anew each time, so that tests can change it."""
    found: list[Channel] = [Mail()]
    if settings.SMS_URL:
        found.append(Sms(Endpoint(settings.SMS_URL, settings.SMS_SECRET)))
    if settings.WEBHOOK_URL:
        found.append(Webhook(Endpoint(settings.WEBHOOK_URL, settings.WEBHOOK_SECRET)))
    return tuple(found)


def by_name(name: str) -> Channel | None:
    """None for a channel that has been switched off meanwhile."""
    return next((channel for channel in in_use() if channel.name == name), None)
