"""From the notification centre to the channels: plans, sends, remembers. Bodies of jobs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

import clock
from approvals.notifications import channels, kinds
from approvals.notifications.channels.port import Channel, Message, Reach, Refused, Unreachable
from approvals.notifications.models import Delivery, DeliveryState, Mode, Notification
from approvals.notifications.sight import visible
from approvals.notifications.timing import when
from approvals.notifications.wishes import Wishes
from jobs import services as jobs
from jobs.leases import MOST_ATTEMPTS
from workflows.calendar import stored_days

SEND = "send_notification"
DIGEST = "send_digest"
_SETTLED = frozenset({DeliveryState.SENT, DeliveryState.DROPPED})


def deliver(payload: dict[str, Any]) -> None:
    """Plans a batch: a delivery for each person and channel, and a job for each; twice as once.

    In the job's transaction: the plan and the mark that it is made commit together.
    """
    rows = list(Notification.objects.filter(batch=payload["batch"]).select_related("person"))
    plan = _Plan(rows)
    made = [
        planned
        for channel in channels.in_use()
        for row in rows
        if (planned := plan.of(row, channel)) is not None
    ]
    Delivery.objects.bulk_create(made, ignore_conflicts=True)
    for planned in made:
        _promise(planned)


class _Plan:
    """What every row of the batch draws on: the moment, the wishes, the working days."""

    def __init__(self, rows: list[Notification]) -> None:
        self.now = clock.now()
        self.wishes = Wishes(row.person_id for row in rows)
        today = self.now.date()
        self._days = stored_days(today, today + timedelta(days=60))

    def of(self, row: Notification, channel: Channel) -> Delivery | None:
        """None: this person is not told by this channel."""
        moment = self._moment(row, channel) if channel.address(row.person) else None
        if moment is None:
            return None
        return Delivery(
            notification=row,
            channel=channel.name,
            planned_at=moment[0],
            digest=f"{row.person_id}:{moment[0]:%Y-%m-%d}" if moment[1] else "",
        )

    def _moment(self, row: Notification, channel: Channel) -> tuple[datetime, bool] | None:
        """(when it may leave, in a digest?)"""
        kind = kinds.known(row.kind)
        if channel.reach is Reach.EVERYTHING:
            return self.now, False
        if channel.reach is Reach.URGENT:
            return (self.now, False) if kind.urgent else None
        preference = self.wishes.of(row.person_id, kind)
        if preference.mode == Mode.SITE:
            return None
        return when(self.now, preference, kind.urgent, self._works), preference.mode == Mode.DIGEST

    def _works(self, day: date) -> bool:
        return self._days(day)[0]


def _promise(planned: Delivery) -> None:
    if planned.digest:
        payload = {"digest": planned.digest}
        jobs.enqueue(DIGEST, payload, key=planned.digest, run_at=planned.planned_at)
        return
    payload = {"notification": str(planned.notification_id), "channel": planned.channel}
    key = f"{planned.notification_id}:{planned.channel}"
    jobs.enqueue(SEND, payload, key=key, run_at=planned.planned_at)


def send(payload: dict[str, Any]) -> None:
    """Sends one delivery, outside any transaction: the network must hold no lock.

    What was sent is not sent again; what its reader no longer sees is dropped.
    """
    delivery = Delivery.objects.select_related("notification__person").get(
        notification=int(payload["notification"]), channel=payload["channel"]
    )
    channel = channels.by_name(delivery.channel)
    if delivery.state in _SETTLED:
        return
    row = delivery.notification
    if channel is None or not visible(row.person).filter(pk=row.pk).exists():
        _settle([delivery], DeliveryState.DROPPED)
        return
    message = Message(
        key=f"notification-{row.pk}-{channel.name}",
        address=channel.address(row.person),
        name=row.person.name,
        kind=row.kind,
        title=row.title,
        lines=(),
        url=f"{settings.PUBLIC_URL}/notifications/{row.pk}/",
    )
    attempt(channel, message, [delivery])


def attempt(channel: Channel, message: Message, deliveries: list[Delivery]) -> None:
    """One try for what the message carries; a failure is kept and, when it may pass, raised again
    for the job to repeat."""
    try:
        channel.send(message)
    except Refused as refusal:
        _fail(deliveries, refusal, final=True)
    except Unreachable as failure:
        _fail(deliveries, failure, final=False)
        raise
    else:
        _settle(deliveries, DeliveryState.SENT)


def _settle(deliveries: list[Delivery], state: DeliveryState) -> None:
    now = clock.now() if state == DeliveryState.SENT else None
    with transaction.atomic():
        Delivery.objects.filter(pk__in=[row.pk for row in deliveries]).exclude(
            state__in=_SETTLED
        ).update(state=state, sent_at=now, failure="")


def drop(deliveries: list[Delivery]) -> None:
    """These are not sent any more: read meanwhile, or out of sight."""
    _settle(deliveries, DeliveryState.DROPPED)


def _fail(deliveries: list[Delivery], failure: Exception, *, final: bool) -> None:
    with transaction.atomic():
        for row in deliveries:
            row.attempts += 1
            row.failure = str(failure)[:200]
            if final or row.attempts >= MOST_ATTEMPTS:
                row.state = DeliveryState.FAILED
            row.save(update_fields=["attempts", "failure", "state"])
