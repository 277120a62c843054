"""How a person wants his queue."""

from __future__ import annotations

from approvals.worklist.models import Wishes
from organizations.models import User


def wishes_of(user: User) -> Wishes:
    """The person's wishes; the defaults, unsaved, when he never said any. One query."""
    return Wishes.objects.filter(person=user).first() or Wishes(person=user)


def wish(user: User, *, opens_next: bool, uses_keys: bool) -> Wishes:
    """Keeps them."""
    found, _made = Wishes.objects.update_or_create(
        person=user, defaults={"opens_next": opens_next, "uses_keys": uses_keys}
    )
    return found
