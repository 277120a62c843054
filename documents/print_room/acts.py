"""The same form sent twice acts once, and one that shows what is no longer so does not act at all.

Keys are kept in the transaction of the act; the version a page showed comes back with its form.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

import clock
from documents.print_room.errors import Refused
from documents.print_room.models import Act
from organizations.models import User


def earlier(key: str, by: User, payload: dict[str, Any]) -> int | None:
    """What the act under this key answered, None when it is new. Call it under the row's lock.

    Raises Refused when the key was used for something else.
    """
    if not key:
        return None
    found = Act.objects.filter(key=key).first()
    if found is None:
        return None
    if found.payload_sha256 != _digest(by, payload):
        raise Refused("", _("该表单已用于另一次登记，请刷新页面后重新填写"))
    return found.answer


def remember(key: str, by: User, payload: dict[str, Any], answer: int) -> None:
    """Keeps the key with the answer; an empty key is for callers that act once by themselves."""
    if key:
        Act.objects.create(
            key=key, payload_sha256=_digest(by, payload), answer=answer, at=clock.now()
        )


def is_known(key: str) -> bool:
    """Whether a form with this key has acted: then it is read as on the day it was sent."""
    return bool(key) and Act.objects.filter(key=key).exists()


def expect(shown: int | None, current: int, number: str) -> None:
    """Raises Refused when the row moved on after the page was opened; None: no page was."""
    if shown is not None and shown != current:
        raise Refused("", _("%s 在您打开页面后已有变动，请核对最新情况后再办") % number)


def _digest(by: User, payload: dict[str, Any]) -> str:
    told = json.dumps({**payload, "by": by.pk}, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
