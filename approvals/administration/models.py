"""What administrators propose to do about a stuck case, and who agreed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Way(models.TextChoices):
    """How a stuck case goes on."""

    RETRY = "retry", _("重试")
    SKIP = "skip", _("跳过")
    MOVE = "move", _("移动")


class Mending(models.Model):
    """One proposal: a second person confirms or declines it (four eyes). Kept for ever; the state
    is written by `approvals.administration.mending` only."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        DONE = "done", _("已执行")
        DECLINED = "declined", _("不同意")
        WITHDRAWN = "withdrawn", _("已撤销")

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="+"
    )
    task = models.ForeignKey(
        "workflows.Task", on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The row whose token is meant; a retry means every parked one."""
    way = models.CharField(_("办法"), max_length=10, choices=Way.choices)
    element = models.CharField(max_length=200, blank=True)
    flow = models.CharField(max_length=200, blank=True)
    """The arrow by which a skip leaves."""
    outcome = models.CharField(max_length=40, blank=True)
    target = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    """Why the case was blocked when the proposal was made."""
    reason = models.TextField(_("理由"))
    state = models.CharField(
        _("状态"), max_length=10, choices=State.choices, default=State.PROPOSED
    )
    key = models.CharField(max_length=64, unique=True)
    """The form's idempotency key: pressed twice, proposed once."""
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    """Why the case was blocked again right after it, or why it was declined."""

    class Meta:
        verbose_name = _("流程故障处置")
        verbose_name_plural = _("流程故障处置")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state="proposed"),
                name="one_open_mending_per_case",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True)
                | ~Q(state="done")
                | ~Q(settled_by=models.F("proposed_by")),
                name="mending_by_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.element} ({self.state})"
