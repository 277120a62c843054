"""Whom a case is copied to: colleagues of the organs that have had a seat in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

import clock
from approvals.applications.rights import FILING_ROLES
from approvals.operations.forms.base import ActForm, offer
from organizations.conflicts import conflicted
from organizations.models import Membership, User
from workflows.models import Task
from workflows.nodes.seat import COPY


class CopyForm(ActForm):
    """抄送."""

    users = forms.TypedMultipleChoiceField(
        label=_("抄送给"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一名抄送对象。")},
    )

    def prepare(self) -> None:
        offer(self.fields["users"], readers(self.situation.task, self.situation.user))
        self.fields["reason"].label = _("抄送说明")

    def answers(self) -> dict[str, Any]:
        return {**super().answers(), "users": self.cleaned_data["users"]}


def readers(task: Task, user: User) -> list[User]:
    """Four queries: organs with a seat, their people, who has a copy, who is tied."""
    rows = Task.objects.filter(process=task.process_id)
    organs = rows.filter(organ__isnull=False).exclude(role__in=FILING_ROLES).values("organ_id")
    held = Membership.objects.valid_on(clock.today()).filter(organ_id__in=organs)
    posts = held.exclude(role__in={"expert", *FILING_ROLES})
    copied = rows.filter(flow_task_type=COPY).values("owner_id")
    people = User.objects.filter(is_active=True, pk__in=posts.values("user_id"))
    offered = list(people.exclude(pk__in=copied).exclude(pk=user.pk).order_by("name", "pk"))
    party = task.process.party
    tied = conflicted(party, [one.pk for one in offered]) if party is not None else frozenset()
    return [one for one in offered if one.pk not in tied]
