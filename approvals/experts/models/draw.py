"""A fair draw: a secret is promised, the pool is frozen, the secret is shown (features B10)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application


class Draw(models.Model):
    """One draw of one case: promised (`committed_at`), then drawn (`drawn_at`) or given up
    (`voided_at`, with its reason). Only the owner service writes it; nothing is deleted."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="draws")
    number = models.PositiveSmallIntegerField(_("第几次抽取"))
    size = models.PositiveSmallIntegerField(_("抽取人数"))
    constraints = models.JSONField(_("抽取条件"))
    """`{"specialties": [words], "region": "any|outside|inside", "county": organ key,
    "one_per_employer": bool}`."""
    secret = models.CharField(max_length=64)
    """Hex of 32 random bytes. Read it through `seed`, which keeps it until the draw is made."""
    commitment = models.CharField(_("承诺值"), max_length=64)
    """SHA-256 of the 32 bytes, published before the pool is frozen."""
    committed_at = models.DateTimeField(_("承诺时间"))
    pool = models.JSONField(_("专家库快照"), default=list)
    """Sorted by `id`; each `{"id", "user", "name", "employer", "region", "specialties",
    "excluded": [sentence, …]}`."""
    pool_sha256 = models.CharField(_("快照校验值"), max_length=64)
    drawn = models.JSONField(_("抽中专家"), default=list)
    """Ids of the pool, in the order drawn."""
    substitutes = models.JSONField(_("候补专家"), default=list)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_reason = models.CharField(_("作废原因"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("专家抽取")
        verbose_name_plural = _("专家抽取")
        ordering: ClassVar[list[Any]] = ["number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["application", "number"], name="draws_in_order"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(drawn_at__isnull=True, voided_at__isnull=True),
                name="one_open_draw_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"

    @property
    def seed(self) -> str:
        """The secret once the draw is made; "" before."""
        return self.secret if self.drawn_at is not None else ""

    @property
    def is_open(self) -> bool:
        """Promised, neither made nor given up."""
        return self.drawn_at is None and self.voided_at is None

    @property
    def panel(self) -> list[int]:
        """Ids of who sits now: the drawn and the substitutes who came, without those who left."""
        rows = list(self.replacements.all())
        gone = {row.left for row in rows}
        came = [row.came for row in rows if row.came]
        return [number for number in [*self.drawn, *came] if number not in gone]


class Replacement(models.Model):
    """A drawn expert left; the next substitute came, or nobody was left (`came` empty)."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="replacements")
    left = models.PositiveBigIntegerField(_("退出专家"))
    came = models.PositiveBigIntegerField(_("递补专家"), null=True)
    passed = models.JSONField(_("越过的候补"), default=list)
    """`[{"id", "grounds"}]`: substitutes before `came` who could not come, with what kept each."""
    reason = models.CharField(_("原因"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Empty: the step's rule, when the drawn expert was recused."""
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("专家递补")
        verbose_name_plural = _("专家递补")
        ordering: ClassVar[list[Any]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["draw", "left"], name="an_expert_leaves_once")
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}: {self.left} → {self.came}"
