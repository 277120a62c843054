"""An expert's word on his interests in a case, given before he sees the material."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application


class Declaration(models.Model):
    """One person, one case, once. An interest takes him out of the case (回避, C13)."""

    class Kind(models.TextChoices):
        """What he says."""

        NONE = "none", _("与申报单位没有利害关系")
        INTEREST = "interest", _("与申报单位有利害关系，申请回避")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="declarations"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    task_id = models.BigIntegerField(_("评审任务"))
    kind = models.CharField(_("声明"), max_length=10, choices=Kind.choices)
    ground = models.CharField(_("利害关系"), max_length=200, blank=True)
    at = models.DateTimeField(_("声明时间"))

    class Meta:
        verbose_name = _("利害关系声明")
        verbose_name_plural = _("利害关系声明")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["application", "user"], name="experts_declare_once_a_case"
            ),
            models.CheckConstraint(
                condition=Q(kind="none", ground="") | (Q(kind="interest") & ~Q(ground="")),
                name="experts_interest_has_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.user_id} {self.kind}"
