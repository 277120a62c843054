"""A question to the applicant: about one field, one file slot, or the case as a whole."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application


class Target(models.TextChoices):
    """What a question is bound to."""

    CASE = "case", _("整个申请")
    FIELD = "field", _("申请表事项")
    SLOT = "slot", _("附件材料")


class Question(models.Model):
    """Asked by a seat, answered in place. It changes no material and stops no clock.

    `label` is the field's or slot's name as it stood when the question was asked; the applicant
    reads the organ that asks, never the person.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(max_length=80, unique=True)
    """The form's idempotency key: sent twice, asked once."""
    task_id = models.BigIntegerField(_("提问的任务"))
    target = models.CharField(_("所问事项"), max_length=10, choices=Target.choices)
    target_key = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=200, blank=True)
    text = models.TextField(_("问题"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    organ = models.ForeignKey("organizations.Organ", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提问时间"))
    due_on = models.DateField(_("请于此日前答复"))
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True)

    class Meta:
        verbose_name = _("询问")
        verbose_name_plural = _("询问")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["application"],
                name="questions_open",
                condition=models.Q(answered_at=None, withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.label or self.get_target_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Waits for the applicant."""
        return self.answered_at is None and self.withdrawn_at is None
