"""回避: nobody decides on the case of an organ he belongs to or is tied to (semantics C13).

Asked when seats are made (`conflicted`) and again at the act (`conflict`). The applicant's own
steps (filing, correction) are not decisions: do not ask for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import CharField, F, Q, QuerySet, Value
from django.utils.translation import gettext as _

import clock
from organizations.models import Membership, Organ, Relation, User
from organizations.permissions import Answer

RELATION_DECLARED: Final = "relation_declared"
"""Job kind: a tie was declared; open seats are looked at again. Upper packages do the work."""


def conflict(user: User, party: Organ) -> Answer:
    """May this person decide on that organ's case today? Refused for its staff and agents, for
    those of the organs directly below it, and for declared relations. One query."""
    grounds = [ground for _user, ground in _ties(party, [user.pk])]
    if not grounds:
        return Answer(True, _("没有需要回避的情形"))
    declared = next((ground for ground in grounds if ground), _("您是该单位的人员或者代理人"))
    return Answer(False, _("应当回避：%(ground)s") % {"ground": declared})


def conflicted(party: Organ, users: Iterable[int]) -> frozenset[int]:
    """Those of the users (by id) who must stay away from that organ's case. One query."""
    return frozenset(user for user, _ground in _ties(party, users))


def _ties(party: Organ, users: Iterable[int]) -> QuerySet[Membership, tuple[int, str]]:
    """(user id, declared ground or empty) of everybody among `users` who is tied to `party`."""
    wanted, day = list(users), clock.today()
    staff = (
        Membership.objects.valid_on(day)
        .filter(Q(organ=party) | Q(organ__parent=party), user_id__in=wanted)
        .annotate(declared=Value("", output_field=CharField(max_length=200)))
        .order_by()
        .values_list("user_id", "declared")
    )
    relations = (
        Relation.objects.filter(organ=party, user_id__in=wanted, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .annotate(declared=F("ground"))
        .order_by()
        .values_list("user_id", "declared")
    )
    return staff.union(relations, all=True)
