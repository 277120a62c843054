"""To whom a task of one's office can be given."""

from __future__ import annotations

import clock
from organizations.models import Membership, User
from organizations.positions import positions


def colleagues_of(user: User) -> list[User]:
    """The active people of one's offices, without oneself and applicants; two queries.

    Whether a colleague may act on a task is asked for each task.
    """
    organs = {position.organ_id for position in positions(user)}
    held = Membership.objects.valid_on(clock.today()).filter(organ__in=organs).order_by()
    people = User.objects.filter(is_active=True, pk__in=held.values("user_id"))
    return list(people.exclude(pk=user.pk).order_by("name", "pk"))
