"""A request to correct (补正): the list of items, told once and completely (C12, C6)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.models.application import Application


class CorrectionRequest(models.Model):
    """What a reviewer returned, item by item; only these items open for the applicant.

    `items` is a list of `{"field" | "slot": key, "label": text, "problem": text}`.
    `task_id` is the reviewer's task that returned the case; `changes` what the applicant altered
    in answer: `{key: {"before": …, "after": …}}`.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="corrections"
    )
    task_id = models.BigIntegerField(_("退回的任务"), null=True, blank=True)
    items = models.JSONField(_("补正事项"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requested_corrections"
    )
    organ = models.ForeignKey(
        "organizations.Organ",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requested_corrections",
    )
    requested_at = models.DateTimeField(_("告知时间"))
    due_on = models.DateField(_("补正期限"), null=True, blank=True)
    due_provisional = models.BooleanField(_("期限为暂定"), default=False)
    answered_at = models.DateTimeField(_("补正时间"), null=True, blank=True)
    answered_version = models.PositiveIntegerField(_("补正后的材料版本"), null=True, blank=True)
    answers = models.JSONField(_("补正草稿"), default=dict)
    changes = models.JSONField(_("补正内容"), default=dict)

    class Meta:
        verbose_name = _("补正告知")
        verbose_name_plural = _("补正告知")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True),
                name="one_open_correction_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"补正 {self.application_id}/{self.pk}"
