"""An expert's entry in a city's pool."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Organ


class ExpertProfile(models.Model):
    """What the draw knows about an expert. An entry ends, it is never deleted: its number is the
    stable id the draws of the past are recomputed with.

    The right to vote comes from the expert's post at the pool (`Membership`), not from here.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="expert_profiles",
        verbose_name=_("专家"),
    )
    pool = models.ForeignKey(
        Organ, on_delete=models.PROTECT, related_name="experts", verbose_name=_("专家库")
    )
    specialties = models.JSONField(_("专业领域"), default=list)
    """Words, e.g. ["电子信息", "生物医药"]."""
    region = models.ForeignKey(
        Organ,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("所在地区"),
    )
    """His county or zone; empty: from outside the city."""
    employer = models.CharField(_("工作单位"), max_length=120)
    employer_organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The same employer when it is an organ of the platform."""
    title = models.CharField(_("职称"), max_length=60, blank=True)
    active_from = models.DateField(_("入库日期"))
    active_to = models.DateField(_("出库日期"), null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    close_reason = models.CharField(_("出库原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("专家")
        verbose_name_plural = _("专家")
        ordering: ClassVar[list[Any]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["user", "pool"],
                condition=Q(active_to__isnull=True),
                name="experts_in_a_pool_once",
            ),
            models.CheckConstraint(
                condition=Q(active_to__isnull=True) | Q(active_to__gte=F("active_from")),
                name="experts_end_after_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.employer}"

    def is_active_on(self, day: date) -> bool:
        """Both days belong to the term."""
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)
