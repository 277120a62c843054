"""Innovation-voucher claims (创新券兑付) and the invoices they use up."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application
from approvals.decisions.models import Decision
from organizations.models import Organ


class Claim(models.Model):
    """One approved claim: what the voucher pays of a service's price."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="claim")
    holder = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="claims")
    amount = models.DecimalField(_("兑付金额（元）"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("拨付日期"), null=True)
    payment_serial = models.CharField(_("支付流水号"), max_length=60, blank=True)
    """One bank transfer may pay several cases, so a serial may stand in several rows."""

    class Meta:
        verbose_name = _("创新券兑付")
        verbose_name_plural = _("创新券兑付")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="a_claim_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} {self.amount}"


class UsedInvoice(models.Model):
    """An invoice claimed by a case: the same invoice is claimed once, across cities and years.

    The row is written at submission and removed when the case ends without payment, so that a
    refused or withdrawn claim frees its invoice (domain §3.5, key 1).
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="invoices")
    code = models.CharField(_("发票代码"), max_length=20, blank=True)
    number = models.CharField(_("发票号码"), max_length=20)

    class Meta:
        verbose_name = _("已用发票")
        verbose_name_plural = _("已用发票")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="an_invoice_is_claimed_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"
