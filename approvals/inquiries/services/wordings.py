"""Keeping and removing wordings for opinions. They are office habits, not acts on a case."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.inquiries.models import Wording
from organizations.models import Organ, User
from organizations.positions import positions

WORDINGS = 100
"""Most wordings an office or a person keeps."""


@transaction.atomic
def keep_wording(
    organ: Organ, *, by: User, title: str, text: str, form: str = "", shared: bool = False
) -> Wording:
    """Keeps a wording for oneself or for the whole office; the same title is written over.

    Raises NotAllowedError for an office one does not belong to, WrongStateError when full.
    """
    if organ.pk not in {held.organ_id for held in positions(by)}:
        raise NotAllowedError(_("只能为自己所在的机构保存常用意见。"))
    owner = None if shared else by
    own = Wording.objects.filter(organ=organ, owner=owner)
    if own.filter(title=title, form=form).update(text=text, updated_at=clock.now()):
        return own.get(title=title, form=form)
    if own.count() >= WORDINGS:
        raise WrongStateError(_("常用意见已达 %(most)s 条，请先删除不用的。") % {"most": WORDINGS})
    return Wording.objects.create(
        organ=organ, owner=owner, form=form, title=title, text=text, updated_at=clock.now()
    )


@transaction.atomic
def remove_wording(pk: int, *, by: User) -> None:
    """Removes one's own or one's office's; another's is left alone without a word."""
    offices = [held.organ_id for held in positions(by)]
    found = Wording.objects.filter(pk=pk, organ__in=offices)
    found.filter(owner=None).delete()
    found.filter(owner=by).delete()
