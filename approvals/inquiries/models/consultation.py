"""征求意见: another organ is asked by letter and answers on the reply slip; the case stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application


class Stance(models.TextChoices):
    """What the reply slip says. Silence is recorded as silence, never as agreement (C1)."""

    AGREE = "agree", _("同意")
    COMMENT = "agree_with_comment", _("原则同意，附意见")
    DISAGREE = "disagree", _("不同意")
    NO_OPINION = "no_opinion", _("无意见")
    SILENT = "silent", _("逾期未复")


REPLIES = tuple(stance for stance in Stance if stance is not Stance.SILENT)
"""What a person may tick; silence comes from the calendar."""


class Consultation(models.Model):
    """One letter to one organ. It reads the letter and the sections named in it, not the case."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="consultations"
    )
    key = models.CharField(max_length=80, unique=True)
    """The form's idempotency key."""
    task_id = models.BigIntegerField(_("征求意见的任务"))
    organ = models.ForeignKey("organizations.Organ", on_delete=models.PROTECT, related_name="+")
    asking_organ = models.ForeignKey(
        "organizations.Organ", on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(_("征求意见的内容"))
    sections = models.JSONField(_("随函提供的申请表部分"), default=list)
    material_version = models.PositiveIntegerField(_("材料版本"))
    asked_at = models.DateTimeField(_("发函时间"))
    due_on = models.DateField(_("请于此日前回复"))
    stance = models.CharField(_("回复"), max_length=20, choices=Stance.choices, blank=True)
    reply = models.TextField(_("具体意见"), blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    replied_at = models.DateTimeField(_("回复时间"), null=True)
    pinned = models.JSONField(_("随函内容的校验值"), default=dict)
    """Section → SHA-256 of its answers as the letter speaks of them (C1: the text is pinned)."""
    superseded_at = models.DateTimeField(_("不再计入的时间"), null=True)
    """The answers it was about have changed: history, the letter that follows it is asked."""
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("征求意见函")
        verbose_name_plural = _("征求意见函")
        ordering = ["id"]
        indexes = [models.Index(fields=["organ", "-id"], name="consultations_of_organ")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "organ"],
                condition=models.Q(stance="", follows=None),
                name="one_open_letter_an_organ",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organ_id} {self.pk}"

    @property
    def is_open(self) -> bool:
        """A late reply is still taken: silence is a note, not a decision."""
        return self.stance in ("", Stance.SILENT) and self.superseded_at is None
