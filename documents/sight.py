"""Which papers a person must not know of (semantics C13): the register of numbers excepted, a paper
of a case he is kept from is not there for him.

Documents knows no cases. A slice that does publishes the streams of the cases a person is kept from
here in `AppConfig.ready`; a paper says itself which cases it concerns: the one of its stream, and
those it mentions (`models.Mention`). Who is kept from one of them is kept from the whole paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from documents.models import Document, Mention
from organizations.models import User

Streams = Callable[[int], Iterable[QuerySet[Any, str]]]
"""Given a user's id; streams of cases he is kept from, unevaluated, each found by an index."""

_streams: list[Streams] = []


def register(streams: Streams) -> None:
    """Publishes a rule; twice changes nothing."""
    if streams not in _streams:
        _streams.append(streams)


def about_kept_case(reader: User) -> Q:
    """Rows whose own `case_stream` is a case he is kept from; no query of its own."""
    rule = Q(pk__in=[])
    for streams in _streams:
        for found in streams(reader.pk):
            rule |= Q(case_stream__in=found)
    return rule


def kept_from(reader: User) -> Q:
    """Documents he must not know of; no query of its own."""
    mentioned = Mention.objects.filter(about_kept_case(reader), document=OuterRef("pk"))
    withheld = Document.withheld_from.through.objects.filter(
        document=OuterRef("pk"), user=reader.pk
    )
    return about_kept_case(reader) | Q(Exists(mentioned)) | Q(Exists(withheld))


def on_kept_paper(reader: User) -> Q:
    """Rows about a `document` he must not know of; no query of its own."""
    return Q(Exists(Document.objects.filter(kept_from(reader), pk=OuterRef("document"))))


def is_kept(document: Document, reader: User) -> bool:
    """Must he not know of this one? One query."""
    return Document.objects.filter(kept_from(reader), pk=document.pk).exists()


def mention(document: Document, streams: Iterable[str], *, left: Iterable[User] = ()) -> None:
    """Writes down, in the transaction that issues a paper about several cases, which they are, and
    who has `left` the room for one: he is kept from the paper as from the item."""
    rows = [Mention(document=document, case_stream=stream) for stream in sorted({*streams})]
    Mention.objects.bulk_create(rows)
    document.withheld_from.add(*left)


def follow(old: Document, new: Document) -> None:
    """A renumbered or changed paper concerns the same cases and people. Two queries, four where
    there are any."""
    streams = Mention.objects.filter(document=old).values_list("case_stream", flat=True)
    mention(new, streams, left=old.withheld_from.all())
