"""Keeping the pool: who comes in, who leaves; every entry in the pool's journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.experts.models import ExpertProfile
from journal.services import record
from organizations.holders import holders
from organizations.models import Organ, User
from organizations.permissions import Permission, can


def require_keeper(user: User, pool: Organ) -> None:
    """Raises NotAllowedError unless he keeps people and posts of the pool's city."""
    if not can(user, Permission.MANAGE_PEOPLE, pool):
        raise NotAllowedError(_("只有系统管理员可以维护专家库，请联系系统管理员。"))


@transaction.atomic
def add_expert(
    pool: Organ,
    *,
    actor: User,
    user: User,
    employer: str,
    specialties: Sequence[str],
    region: Organ | None = None,
    title: str = "",
    active_from: date | None = None,
) -> ExpertProfile:
    """Enters an expert; entered again with an open entry he is answered with it.

    Raises NotAllowedError; WrongStateError for somebody without the expert's post at the pool.
    """
    Organ.objects.select_for_update().get(pk=pool.pk)
    require_keeper(actor, pool)
    known = ExpertProfile.objects.filter(pool=pool, user=user, active_to=None).first()
    if known is not None:
        return known
    if not holders("expert", pool).filter(pk=user.pk).exists():
        raise WrongStateError(_("该人员未担任本专家库的评审专家，请先登记岗位。"))
    profile = ExpertProfile.objects.create(
        pool=pool,
        user=user,
        employer=employer.strip(),
        employer_organ=Organ.objects.filter(city=pool.city, name=employer.strip()).first(),
        specialties=sorted({word.strip() for word in specialties if word.strip()}),
        region=region,
        title=title.strip(),
        active_from=active_from or clock.today(),
        added_by=actor,
    )
    told = {
        "expert": profile.pk,
        "user": user.pk,
        "employer": profile.employer,
        "specialties": profile.specialties,
        "region": region.key if region is not None else "",
        "from": profile.active_from.isoformat(),
    }
    record(pool.stream, "expert_added", actor=actor, data=told)
    return profile


@transaction.atomic
def close_expert(profile_id: int, *, actor: User, reason: str) -> ExpertProfile:
    """Ends an entry today; ended before, nothing happens. Seats he holds stay his.

    Raises NotAllowedError, WrongStateError (no reason).
    """
    profile = (
        ExpertProfile.objects.select_for_update(of=("self",))
        .select_related("pool", "user")
        .get(pk=profile_id)
    )
    require_keeper(actor, profile.pool)
    if profile.active_to is not None:
        return profile
    if not reason.strip():
        raise WrongStateError(_("请写明出库原因。"))
    profile.active_to = max(clock.today(), profile.active_from)
    profile.close_reason = reason.strip()[:200]
    profile.save(update_fields=["active_to", "close_reason"])
    told = {"expert": profile.pk, "user": profile.user_id, "reason": profile.close_reason}
    record(profile.pool.stream, "expert_closed", actor=actor, data=told)
    return profile
