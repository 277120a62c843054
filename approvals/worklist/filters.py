"""Saved searches: made, renamed, shared with the office, deleted by their owner."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

import clock
from approvals.worklist.errors import WorklistRefused
from approvals.worklist.language import SearchRefused
from approvals.worklist.models import SavedFilter
from approvals.worklist.search import Search
from organizations.models import Organ, User
from organizations.positions import Position, positions

MOST = 20
"""Saved filters of one person; counts of at most so many stand beside the list."""


def filters_for(user: User, held: Sequence[Position]) -> list[SavedFilter]:
    """One's own and those shared with one's offices; one query."""
    organs = {position.organ_id for position in held}
    found = SavedFilter.objects.filter(Q(owner=user) | Q(organ__in=organs))
    return list(found.select_related("owner", "organ")[:MOST])


def filter_for(user: User, pk: int) -> SavedFilter | None:
    """The filter if this person may know of it."""
    organs = {position.organ_id for position in positions(user)}
    found = SavedFilter.objects.filter(Q(owner=user) | Q(organ__in=organs), pk=pk)
    return found.select_related("owner", "organ").first()


@transaction.atomic
def save_filter(
    user: User, *, name: str, view: str, search: str, organ: int | None = None
) -> SavedFilter:
    """Keeps a view and a search; the same name keeps the newer one. Raises WorklistRefused."""
    User.objects.select_for_update().get(pk=user.pk)
    named = _name(name)
    try:
        Search(search, user)
    except SearchRefused as refused:
        raise WorklistRefused(str(refused), code="search_refused", field="q") from refused
    own = SavedFilter.objects.filter(owner=user)
    if own.exclude(name=named).count() >= MOST:
        raise WorklistRefused(
            _("常用筛选最多 %d 个，请先删除不用的。") % MOST, code="too_many", field="name"
        )
    shared = _office(user, organ)
    found, _made = own.update_or_create(
        owner=user,
        name=named,
        defaults={"view": view, "search": search, "organ": shared, "made_at": clock.now()},
    )
    return found


@transaction.atomic
def rename(user: User, pk: int, name: str) -> SavedFilter:
    """Another name. Raises WorklistRefused when it is taken."""
    found = _own(user, pk)
    named = _name(name)
    if SavedFilter.objects.filter(owner=user, name=named).exclude(pk=pk).exists():
        raise WorklistRefused(_("您已有同名的常用筛选，请换一个名称。"), code="named", field="name")
    found.name = named
    found.save(update_fields=["name"])
    return found


@transaction.atomic
def share(user: User, pk: int, organ: int | None) -> SavedFilter:
    """Shows it to the people of one of the owner's offices; None takes it back."""
    found = _own(user, pk)
    found.organ = _office(user, organ)
    found.save(update_fields=["organ"])
    return found


@transaction.atomic
def delete(user: User, pk: int) -> None:
    """Gone, for colleagues too: it held no case, only words."""
    _own(user, pk).delete()


def _own(user: User, pk: int) -> SavedFilter:
    """The owner's row, locked; a colleague is told that it is not his."""
    found = SavedFilter.objects.select_for_update(of=("self",)).filter(owner=user, pk=pk).first()
    if found is not None:
        return found
    if filter_for(user, pk) is None:
        raise WorklistRefused(_("没有找到这个常用筛选。"), code="not_found", status=404)
    raise WorklistRefused(
        _("这是同事共享的筛选，只有保存它的人可以修改；您可以另存一个。"),
        code="not_allowed",
        status=403,
    )


def _name(name: str) -> str:
    named = name.replace("\x00", "").strip()
    most = 30
    if not named:
        raise WorklistRefused(_("请填写名称。"), code="unnamed", field="name")
    if len(named) > most:
        raise WorklistRefused(_("名称最长 %d 个字。") % most, code="name_too_long", field="name")
    return named


def _office(user: User, organ: int | None) -> Organ | None:
    if organ is None:
        return None
    if organ not in {position.organ_id for position in positions(user)}:
        raise WorklistRefused(
            _("只能共享给您任职的机构。"), code="not_your_office", field="organ", status=403
        )
    return Organ.objects.get(pk=organ)
