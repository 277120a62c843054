"""回避 of a person in one case (semantics C13): asked for, ordered, or found by a relation.

Structural ties to the applicant (staff, agents, declared relations) bar by themselves
(`organizations.conflicts`); a row here says what was done about a person who held a seat, and bars
whom nobody's register knows.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Who says so."""

    SELF = "self", _("本人申请")
    REQUESTED = "requested", _("他人申请")
    ORDERED = "ordered", _("指令回避")
    RELATION = "relation", _("利害关系登记")


class State(models.TextChoices):
    """A requested recusal waits for its ruling; the others are in force at once."""

    REQUESTED = "requested", _("待决定")
    IN_FORCE = "in_force", _("已回避")
    REFUSED = "refused", _("不予回避")


class Recusal(models.Model):
    """One person, one case. Rows are never deleted; a refused request stays on record."""

    process = models.ForeignKey(
        "workflows.Process", on_delete=models.PROTECT, related_name="recusals"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(
        "workflows.Task", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    """The seat at which it was asked for."""
    kind = models.CharField(_("回避方式"), max_length=20, choices=Kind.choices)
    ground = models.CharField(_("回避事由"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("提出时间"))
    due_at = models.DateTimeField(_("应当决定时间"), null=True)
    """Of a request: the end of the second working day after it."""
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ruled_at = models.DateTimeField(_("决定时间"), null=True)
    ruling = models.CharField(_("决定理由"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=State.choices)

    class Meta:
        app_label = "workflows"
        verbose_name = _("回避")
        verbose_name_plural = _("回避")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["process", "user"],
                condition=~Q(state="refused"),
                name="one_recusal_a_person_and_case",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "process"], name="recusals_by_person"),
            models.Index(
                fields=["due_at"], name="recusals_to_rule", condition=Q(state="requested")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.process_id} {self.state}"

    @property
    def in_force(self) -> bool:
        """The person has lost all sight of the case."""
        return self.state == State.IN_FORCE


def recused_cases(user_id: int) -> QuerySet[Recusal, int]:
    """Processes this person has lost sight of, as a subquery for a list."""
    found = Recusal.objects.filter(user_id=user_id, state=State.IN_FORCE)
    return found.order_by().values_list("process_id", flat=True)


def recused_people(process_id: int) -> frozenset[int]:
    """Who has left the case; one query."""
    found = Recusal.objects.filter(process_id=process_id, state=State.IN_FORCE)
    return frozenset(found.values_list("user_id", flat=True))
