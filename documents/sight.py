"""Which papers a person must not know of (semantics C13): the register of numbers excepted, a paper
of a case he is kept from is not there for him.

Documents knows no cases. A slice that does publishes the streams of the cases a person is kept from
here in `AppConfig.ready`; a paper says itself which cases it concerns: the one of its stream, and
those it mentions (`models.Mention`). Who is kept from one of them is kept from the whole paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from documents.models import Document, Mention
from organizations.models import User

Streams = Callable[[int], QuerySet[Any, str] | None]
"""Given a user's id; streams of the cases he is kept from, unevaluated; None: of none. A query."""

_streams: list[Streams] = []


def register(streams: Streams) -> None:
    """Publishes a rule; twice changes nothing."""
    if streams not in _streams:
        _streams.append(streams)


def kept_from(reader: User) -> Q:
    """Documents he must not know of; one query to build."""
    return _papers(_about_kept_case(reader), reader)


def on_kept_paper(reader: User) -> Q:
    """Rows about a `document` he must not know of; one query to build."""
    return _on_papers(_about_kept_case(reader), reader)


def on_kept_paper_or_case(reader: User) -> Q:
    """Rows about such a document, or whose own `case_stream` is a case he is kept from; one query
    to build."""
    about = _about_kept_case(reader)
    return _on_papers(about, reader) | about


def _about_kept_case(reader: User) -> Q:
    found = (streams(reader.pk) for streams in _streams)
    rules = (Q(case_stream__in=cases) for cases in found if cases is not None)
    return reduce(or_, rules, Q(pk__in=[]))


def _papers(about: Q, reader: User) -> Q:
    mentioned = Mention.objects.filter(about, document=OuterRef("pk"))
    withheld = Document.withheld_from.through.objects.filter(
        document=OuterRef("pk"), user=reader.pk
    )
    return about | Q(Exists(mentioned)) | Q(Exists(withheld))


def _on_papers(about: Q, reader: User) -> Q:
    papers = Document.objects.filter(_papers(about, reader), pk=OuterRef("document"))
    return Q(Exists(papers))


def is_kept(document: Document, reader: User) -> bool:
    """Must he not know of this one? Two queries."""
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
