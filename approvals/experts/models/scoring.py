"""The marks an expert gives on the program's sheet before he votes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application


class ScoreSheet(models.Model):
    """A filled sheet; filling it again adds a row, the last one before the vote counts."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="score_sheets"
    )
    task_id = models.BigIntegerField(_("评审任务"), db_index=True)
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marks = models.JSONField(_("各项得分"))
    """`{criterion key: decimal as text}`."""
    total = models.DecimalField(_("加权得分"), max_digits=6, decimal_places=2)
    """0 to 100, half up at the second decimal."""
    material_version = models.PositiveIntegerField(_("材料版本"))
    at = models.DateTimeField(_("填写时间"))

    class Meta:
        verbose_name = _("评分表")
        verbose_name_plural = _("评分表")
        ordering: ClassVar[list[Any]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.total}"
