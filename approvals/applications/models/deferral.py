"""容缺受理 (C14): what was accepted without, until when, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.models.application import Application


class Commitment(models.Model):
    """The applicant's signed promise to hand the missing items in later; one a case.

    `signed_by` is the person who declared it under his account at filing; a promise on paper names
    its signatory in `signatory`, and `taken_by` is the official who took it.
    """

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="commitment"
    )
    slots = models.JSONField(_("承诺后补的材料"), default=list)
    signatory = models.CharField(_("承诺人"), max_length=60)
    signed_on = models.DateField(_("承诺日期"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("容缺承诺")
        verbose_name_plural = _("容缺承诺")

    def __str__(self) -> str:
        return f"{self.application_id} {self.signatory}"


class DeferredItem(models.Model):
    """One item of the notice: which material, in what form, until when, with what consequence.

    Open while neither `cured_at` nor `cancelled_at` is set. `cancelled_at`: its term ended, and
    the acceptance with it, or the case ended otherwise.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="deferred_items"
    )
    slot = models.CharField(_("材料"), max_length=60)
    label = models.CharField(_("材料名称"), max_length=200)
    form = models.CharField(_("形式要求"), max_length=200)
    due_on = models.DateField(_("补齐期限"))
    due_provisional = models.BooleanField(_("期限为暂定"), default=False)
    consequence = models.CharField(_("逾期后果"), max_length=300)
    told_at = models.DateTimeField(_("告知时间"))
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    extended_from = models.DateField(_("延期前的期限"), null=True)
    extended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    extension_reason = models.CharField(_("延期理由"), max_length=500, default="", blank=True)
    cured_at = models.DateTimeField(_("补齐时间"), null=True)
    cured_version = models.PositiveIntegerField(_("补齐后的材料版本"), null=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True)

    class Meta:
        verbose_name = _("容缺事项")
        verbose_name_plural = _("容缺事项")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "slot"],
                condition=Q(cured_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_deferred_item_a_slot",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.slot}"

    @property
    def is_open(self) -> bool:
        """Still to be handed in."""
        return self.cured_at is None and self.cancelled_at is None


class CreditNote(models.Model):
    """A broken promise on record: until `holds_until` the applicant gets no 容缺受理 again."""

    applicant = models.ForeignKey(
        "organizations.Organ", on_delete=models.PROTECT, related_name="credit_notes"
    )
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("事由"), max_length=300)
    noted_at = models.DateTimeField(_("记录时间"))
    holds_until = models.DateField(_("限制至"))

    class Meta:
        verbose_name = _("信用记录")
        verbose_name_plural = _("信用记录")
        indexes = [models.Index(fields=["applicant", "holds_until"], name="credit_by_applicant")]

    def __str__(self) -> str:
        return f"{self.applicant_id} {self.ground}"
