"""Who may enter the print room and the register: the right, asked at every request."""

from __future__ import annotations

import re
import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import Document
from organizations.models import Organ, User
from organizations.permissions import Permission, can, cities_where


def cities_of(request: HttpRequest, *permissions: Permission) -> frozenset[str]:
    """The cities where the visitor has one of the rights; 403 with the reason when none."""
    cities: frozenset[str] = frozenset()
    for permission in permissions:
        cities |= cities_where(request.user, permission)
    if not cities:
        reason = _("您没有“%(right)s”的权限") % {"right": permissions[0].label}
        raise PermissionDenied(reason)
    return cities


def printable_document(request: HttpRequest, pk: int) -> Document:
    """The document, when the visitor may print for its lead organ. Readers of the city's register
    know the paper and are told the missing right (403); for all others, and for who is kept from
    its case, there is none (404)."""
    document = selectors.document_in(known_cities(request), person(request), pk)
    if document is None:
        raise Http404
    may_print(request, document.lead_organ)
    return document


def may_print(request: HttpRequest, organ: Organ) -> None:
    """403 with the reason for who may know the paper and not touch it."""
    answer = can(request.user, Permission.PRINT_DOCUMENT, organ)
    if not answer:
        raise PermissionDenied(answer.reason)


def known_cities(request: HttpRequest) -> frozenset[str]:
    """The cities whose papers the visitor may know of."""
    printing = cities_where(request.user, Permission.PRINT_DOCUMENT)
    return printing | cities_where(request.user, Permission.READ_REGISTER)


def person(request: HttpRequest) -> User:
    """The logged-in account (the views require a log-in)."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def after(request: HttpRequest) -> int | None:
    """The keyset position in the address; nonsense counts as the first page."""
    text = request.GET.get("after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def words(query: QueryDict, name: str, cap: int) -> str:
    """A search word or reason as typed, cut to its cap, without NUL (PostgreSQL refuses it)."""
    return query.get(name, "").replace("\x00", "").strip()[:cap]


_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


def new_key() -> str:
    """An idempotency key for the form on this page: pressed twice, it acts once."""
    return uuid.uuid4().hex


def posted_key(request: HttpRequest) -> str:
    """The key of the posted form; one that no page of ours made is replaced by a fresh one."""
    given = request.POST.get("key", "")
    return given if _KEY.fullmatch(given) else new_key()


def shown(request: HttpRequest, name: str) -> int | None:
    """The version of a row that the posted form showed; None when it told none."""
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def numbers(values: list[str], cap: int) -> list[int]:
    """Row numbers as ticked; nonsense is left out, doubles count once."""
    good = (one for one in values[: cap + 1] if one.isascii() and one.isdecimal() and len(one) < 19)
    return sorted({int(one) for one in good})
