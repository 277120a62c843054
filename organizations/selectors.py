"""Reads for the administrator's pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from organizations.kinds import Kind
from organizations.models import Membership, Organ, User

PAGE_SIZE: Final = 50

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the key after which the next page begins (empty: there is none)."""

    rows: list[Row]
    after: str


def people(cities: Collection[str], *, words: str = "", after: str = "") -> Page[User]:
    """The accounts with a post in the cities (or with none at all), by user name. Two queries.

    `words` looks into user name, name and the organ's short name; the phone number is not searched.
    """
    found = _people_of(cities).filter(username__gt=after)
    if words:
        posts = Membership.objects.filter(user=OuterRef("pk"), organ__short_name__icontains=words)
        found = found.filter(
            Q(username__icontains=words) | Q(name__icontains=words) | Exists(posts)
        )
    rows = list(_with_posts(found.order_by("username"))[: PAGE_SIZE + 1])
    more = rows[PAGE_SIZE - 1].username if len(rows) > PAGE_SIZE else ""
    return Page(rows[:PAGE_SIZE], more)


def person(cities: Collection[str], pk: int) -> User | None:
    """One account that `people` would list, with its posts. Two queries."""
    return _with_posts(_people_of(cities)).filter(pk=pk).first()


def _people_of(cities: Collection[str]) -> QuerySet[User]:
    posts = Membership.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(posts.filter(organ__city__in=cities)) | ~Exists(posts))


def _with_posts(users: QuerySet[User]) -> QuerySet[User]:
    posts = Membership.objects.select_related("organ").order_by("valid_from", "pk")
    return users.prefetch_related(Prefetch("memberships", queryset=posts, to_attr="posts"))


def organs(
    cities: Collection[str], *, kind: str = "", words: str = "", after: str = ""
) -> Page[Organ]:
    """The organs of the cities, by city and key; applicants only when asked for. One query."""
    found = Organ.objects.filter(city__in=cities).select_related("parent", "successor")
    found = found.filter(kind=kind) if kind in Kind else found.exclude(kind=Kind.APPLICANT)
    if words:
        found = found.filter(
            Q(name__icontains=words) | Q(short_name__icontains=words) | Q(key__icontains=words)
        )
    city, _slash, key = after.partition("/")
    if key:
        found = found.filter(Q(city__gt=city) | Q(city=city, key__gt=key))
    rows = list(found.order_by("city", "key")[: PAGE_SIZE + 1])
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    return Page(rows[:PAGE_SIZE], f"{last.city}/{last.key}" if last else "")


def city_names() -> dict[str, str]:
    """City key → name, of every city that has been loaded."""
    return dict(Organ.objects.filter(kind=Kind.CITY).values_list("city", "name"))


def vocabulary(city: str) -> dict[str, str]:
    """The city's own words (organs.yaml `vocabulary`); empty for an unknown city."""
    words = Organ.objects.filter(city=city, kind=Kind.CITY).values_list("vocabulary", flat=True)
    return dict(words.first() or {})
