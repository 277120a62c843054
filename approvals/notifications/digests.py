"""The daily digest: one mail a person and working day, with what he has not read yet."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.notifications import channels
from approvals.notifications.channels.port import Message
from approvals.notifications.delivery import attempt, drop
from approvals.notifications.models import Delivery, DeliveryState
from approvals.notifications.sight import visible
from organizations.models import User

MOST_LINES = 50
"""Lines a digest lists; what is more is counted."""


def send_digest(payload: dict[str, Any]) -> None:
    """Job body, outside any transaction. What was read meanwhile or is out of sight is left out."""
    waiting = list(
        Delivery.objects.filter(digest=payload["digest"], state=DeliveryState.WAITING)
        .select_related("notification__person")
        .order_by("notification_id")
    )
    if not waiting:
        return
    person = waiting[0].notification.person
    channel = channels.by_name(waiting[0].channel)
    still = set(
        visible(person)
        .filter(pk__in=[row.notification_id for row in waiting], read_at=None)
        .values_list("pk", flat=True)
    )
    told = [row for row in waiting if row.notification_id in still]
    left_out = [row for row in waiting if row.notification_id not in still]
    if left_out:
        drop(left_out)
    if channel is None or not channel.address(person):
        drop(told)
    elif told:
        attempt(channel, _message(person, channel.address(person), payload["digest"], told), told)


def _message(person: User, address: str, digest: str, told: list[Delivery]) -> Message:
    lines = [row.notification.title for row in told[:MOST_LINES]]
    if len(told) > MOST_LINES:
        lines.append(_("……另有 %(rest)s 条") % {"rest": len(told) - MOST_LINES})
    title = ngettext("今日通知汇总：%(count)s 条未读", "今日通知汇总：%(count)s 条未读", len(told))
    return Message(
        key=f"digest-{digest.replace(':', '-')}",
        address=address,
        name=person.name,
        kind="digest",
        title=title % {"count": len(told)},
        lines=tuple(lines),
        url=f"{settings.PUBLIC_URL}/notifications/",
    )
