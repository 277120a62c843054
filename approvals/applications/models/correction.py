"""Requests to correct (补正) before acceptance, returns with items after it (C12, C6)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.models.application import Application

OPEN_REQUEST = Q(answered_at=None, void_at=None)
"""Neither answered nor void: the applicant is asked."""


class CorrectionRequest(models.Model):
    """What a reviewer returned, item by item; only these items open for the applicant.

    `kind` is `correction` (补正) before acceptance, told once and completely, and `return`
    (退回修改) after it. `version` is the material version the reviewer had before him.

    `items` is a list of `{"field" | "slot": key, "label": text, "problem": text}`.
    `task_id` is the reviewer's task that returned the case; `changes` what the applicant altered
    in answer: `{key: {"before": …, "after": …}}`.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="corrections"
    )

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("补正")
        RETURN = "return", _("退回修改")

    kind = models.CharField(_("性质"), max_length=20, choices=Kind.choices, default=Kind.CORRECTION)
    version = models.PositiveIntegerField(_("提出时的材料版本"), default=1)
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
    void_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    """When the applicant's step was closed before he had answered (a return, a recusal)."""
    answers = models.JSONField(_("补正草稿"), default=dict)
    changes = models.JSONField(_("补正内容"), default=dict)

    class Meta:
        verbose_name = _("补正告知")
        verbose_name_plural = _("补正告知")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True, void_at__isnull=True),
                name="one_open_correction_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"补正 {self.application_id}/{self.pk}"

    @property
    def is_open(self) -> bool:
        """The applicant is asked and has not answered."""
        return self.answered_at is None and self.void_at is None

    @property
    def is_return(self) -> bool:
        """A return inside the review (C6): after acceptance nothing is called 补正 any more."""
        return self.kind == self.Kind.RETURN


class CorrectionOverride(models.Model):
    """A supervisor's leave to ask a second time for something old; good for one request (C12)."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="correction_overrides"
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField(_("批准时间"))
    reason = models.CharField(_("批准理由"), max_length=500)
    used_by = models.OneToOneField(
        CorrectionRequest, null=True, on_delete=models.PROTECT, related_name="override"
    )

    class Meta:
        verbose_name = _("再次补正的批准")
        verbose_name_plural = _("再次补正的批准")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(used_by__isnull=True),
                name="one_unused_override_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.granted_by_id}"
