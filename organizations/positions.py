"""What a person is, today: the roles he holds and where."""

from __future__ import annotations

from dataclasses import dataclass

import clock
from organizations.models import Membership
from organizations.permissions import Visitor, account_id
from organizations.roles import acting_roles


@dataclass(frozen=True)
class Position:
    """One role at one organ, with every role or lane name its holder may act for.

    `principal_id` is set when it is another person's, for whom one acts by an agency (代理).
    """

    role: str
    organ_id: int
    acting: frozenset[str]
    principal_id: int | None = None


def positions(user: Visitor) -> tuple[Position, ...]:
    """Every position the user holds today, in one query; none for strangers."""
    account = account_id(user)
    if account is None:
        return ()
    held = Membership.objects.valid_on(clock.today()).filter(user_id=account)
    return tuple(
        Position(role, organ_id, acting_roles(role))
        for role, organ_id in held.order_by("id").values_list("role", "organ_id")
    )
