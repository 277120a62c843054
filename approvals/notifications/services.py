"""Writes of the notification centre: telling people, reading, putting away."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.http import url_has_allowed_host_and_scheme

import clock
from approvals.notifications import kinds
from approvals.notifications.models import KEY_LENGTH, TITLE_LENGTH, Notification
from approvals.notifications.sight import case_number, visible
from jobs import services as jobs
from organizations.models import User

DELIVER = "deliver_notifications"
"""Job kind: plans how each person of a batch is told beside the site."""


def notify(
    people: Iterable[User],
    *,
    kind: str,
    title: str,
    body: str = "",
    link: str = "",
    key: str = "",
    case: str = "",
) -> None:
    """Tells people, in the caller's transaction: one row a person and one job, whatever the number.

    `title` goes out by mail and SMS: name the step, the number and what is asked, nobody's data;
    `body` is read on the site only. `link` is a path of this site. A non-empty `key` tells each
    person once for ever. `case` is the stream of the case (`case:12`): who loses sight of it no
    longer finds the line. Two statements, with a key three.

    Raises UnknownKindError for a kind nobody registered, ValueError for a link that leaves the site
    or a stream that names no case.
    """
    kinds.known(kind)
    _check(link, key)
    number = case_number(case) if case else None
    now, batch = clock.now(), uuid.uuid4()
    rows = [
        Notification(
            person=person,
            kind=kind,
            title=title[:TITLE_LENGTH],
            body=body,
            link=link,
            case_id=number,
            key=key,
            batch=batch,
            at=now,
        )
        for person in {one.pk: one for one in people if one.is_active}.values()
    ]
    if not rows:
        return
    Notification.objects.bulk_create(rows, ignore_conflicts=bool(key))
    jobs.enqueue(DELIVER, {"batch": str(batch)})


def _check(link: str, key: str) -> None:
    if link and not (
        link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)
    ):
        message = f"a notification leads to a page of this site, not to {link!r}"
        raise ValueError(message)
    if len(key) > KEY_LENGTH:
        message = f"a key has at most {KEY_LENGTH} characters: {key!r}"
        raise ValueError(message)


@transaction.atomic
def read(person: User, pk: int) -> Notification | None:
    """Opens one's own notification; the first moment of reading stays. None: no such line for him.

    Nobody reads what tells of a case he no longer sees.
    """
    found = visible(person).filter(pk=pk).first()
    if found is not None and found.read_at is None:
        found.read_at = clock.now()
        Notification.objects.filter(pk=pk, read_at=None).update(read_at=found.read_at)
    return found


@transaction.atomic
def mark_read(person: User, numbers: Collection[int]) -> int:
    """Marks some of one's own as read; answers how many were unread until now."""
    unread = visible(person).filter(pk__in=numbers, read_at=None)
    return _mark(list(unread.values_list("pk", flat=True)))


@transaction.atomic
def mark_all_read(person: User, *, up_to: int, kind: str = "") -> int:
    """Marks everything up to the newest line the person saw on his page: what came since stays."""
    unread = Notification.objects.filter(person=person, read_at=None, pk__lte=up_to)
    if kind:
        unread = unread.filter(kind=kind)
    return unread.update(read_at=clock.now())


def settle(case: str, kind: str, *, but: Collection[str] = ()) -> int:
    """What a case's lines of this kind asked for is done, perhaps by a colleague: they count as
    read, except those with the keys of `but`. For upper slices; one statement."""
    unread = Notification.objects.filter(case_id=case_number(case), kind=kind, read_at=None)
    return unread.exclude(key__in=but).update(read_at=clock.now())


def _mark(numbers: Collection[int]) -> int:
    return Notification.objects.filter(pk__in=numbers, read_at=None).update(read_at=clock.now())
