"""Proposals to correct or revoke an issued paper: one pair of eyes writes, another rules."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document

REASON_LENGTH = 300


class Act(models.TextChoices):
    """What is to become of the paper."""

    SUPERSEDE = "supersede", _("更正")
    REVOKE = "revoke", _("撤销")


class State(models.TextChoices):
    """How far a proposal is."""

    OPEN = "open", _("待审定")
    DONE = "done", _("已执行")
    REFUSED = "refused", _("未同意")
    WITHDRAWN = "withdrawn", _("已收回")


class Revision(models.Model):
    """One proposal; written once, then ruled once."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="revisions")
    act = models.CharField(_("事项"), max_length=12, choices=Act)
    reason = models.CharField(_("原因"), max_length=REASON_LENGTH)
    content = models.JSONField(_("更正后的内容"), null=True)
    along = models.JSONField(_("随同更正的内容"), default=dict)
    """Corrected content of papers that rest on it, by the document's key as a text."""
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"))
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.OPEN)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    ruled_at = models.DateTimeField(_("审定时间"), null=True)
    ruling = models.CharField(_("审定意见"), max_length=REASON_LENGTH, blank=True, default="")
    result = models.OneToOneField(
        Document, models.PROTECT, null=True, related_name="made_by_revision"
    )

    class Meta:
        verbose_name = _("公文更正与撤销")
        verbose_name_plural = _("公文更正与撤销")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(state="open"), name="one_open_revision_a_paper"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused"]) | ~Q(ruled_by=F("proposed_by")),
                name="revision_ruled_by_another",
            ),
            models.CheckConstraint(
                condition=Q(act="revoke") | Q(content__isnull=False),
                name="correction_has_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.act}"

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN
