"""What a seat said: immutable, with the versions it was said about."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application
from approvals.reviews.standing import OpinionStanding
from organizations.models import Organ
from workflows.models import Task

__all__ = ["Opinion", "OpinionChanged", "OpinionStanding"]


class OpinionChanged(RuntimeError):
    """Somebody tried to change or delete an opinion; a later one is a new row."""


class Opinion(models.Model):
    """One person's act on one task: the outcome, the words, the checklist.

    `material_version` is the version of the applicant's material the person had before him;
    program and flow versions are pinned by the application and the process.
    """

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="opinions",
        verbose_name=_("申请"),
        db_index=False,
    )
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="opinion")
    step = models.CharField(_("环节"), max_length=100)
    title = models.CharField(_("环节名称"), max_length=200)
    form = models.CharField(max_length=100)
    """Key of the step's form in the program's content."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    """代理: the principal in whose place the author spoke ("B for A")."""
    organ = models.ForeignKey(
        Organ, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=40)
    outcome = models.CharField(_("结论"), max_length=40)
    text = models.TextField(_("意见"), blank=True)
    reasons = models.JSONField(_("理由"), default=list)
    """Rows `{"clause", "requirement", "finding"}`: what a refusal prints."""
    checklist = models.JSONField(_("核对清单"), default=list)
    """Rows `{"id", "label", "clause", "met"}`."""
    data = models.JSONField(default=dict)
    material_version = models.PositiveIntegerField(_("材料版本"))
    given_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("意见")
        verbose_name_plural = _("意见")
        ordering = ["given_at", "id"]
        indexes = [models.Index(fields=["application", "given_at"])]

    def __str__(self) -> str:
        return f"{self.title} {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise OpinionChanged(f"opinion {self.pk} is immutable")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise OpinionChanged(f"opinion {self.pk} is immutable")
