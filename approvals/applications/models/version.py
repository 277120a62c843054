"""Versions of the material: what lay before the offices at each moment, frozen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models.application import Application
from approvals.programs.models import ImmutableRow


class Cause(models.TextChoices):
    """What made a version."""

    FILED = "filed", _("提交申请")
    CORRECTED = "corrected", _("申请人补正")
    RETURNED = "returned", _("退回后修改")
    SLIP = "slip", _("窗口当场更正")
    DEFERRED = "deferred", _("容缺材料补齐")
    RENEWED = "renewed", _("内部退回")
    """The case was returned between offices: the material is the same, the count went on."""


class MaterialVersion(ImmutableRow):
    """Answers and files as one version had them; version 1 is what was filed.

    `attachments` are rows `{"slot", "name", "sha256", "size"}`, by slot and name. A number that has
    no row of its own (a return between offices raises the count too) means the nearest row below.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("材料版本"))
    cause = models.CharField(_("形成原因"), max_length=20, choices=Cause.choices)
    data = models.JSONField(_("申请内容"))
    attachments = models.JSONField(_("附件"), default=list)
    at = models.DateTimeField(_("形成时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("材料版本")
        verbose_name_plural = _("材料版本")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["application", "version"], name="one_row_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} v{self.version}"
