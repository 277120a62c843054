"""Who may enter the print room and the register: the right, asked at every request."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import Document, PrintBatch
from organizations.models import User
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
    know the paper and are told the missing right (403); for all others there is none (404)."""
    document = selectors.document_in(_known_cities(request), pk)
    if document is None:
        raise Http404
    answer = can(request.user, Permission.PRINT_DOCUMENT, document.lead_organ)
    if not answer:
        raise PermissionDenied(answer.reason)
    return document


def printable_batch(request: HttpRequest, pk: int) -> PrintBatch:
    """The batch, by the rule of a single document."""
    batch = selectors.batch_in(_known_cities(request), pk)
    if batch is None:
        raise Http404
    answer = can(request.user, Permission.PRINT_DOCUMENT, batch.organ)
    if not answer:
        raise PermissionDenied(answer.reason)
    return batch


def _known_cities(request: HttpRequest) -> frozenset[str]:
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
