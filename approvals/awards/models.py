"""Money granted to an organization by an award program."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.decisions.models import Decision
from organizations.models import Organ


class Award(models.Model):
    """One granted award. Policy year, budget year and the year of payment are three things."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="award")
    payee = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="awards")
    policy_year = models.PositiveSmallIntegerField(_("政策年度"))
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("拨付日期"), null=True)
    payment_serial = models.CharField(_("支付流水号"), max_length=60, blank=True)
    """One bank transfer may pay several cases, so a serial may stand in several rows."""

    class Meta:
        verbose_name = _("奖励补助")
        verbose_name_plural = _("奖励补助")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="an_award_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.payee_id} {self.amount}"
