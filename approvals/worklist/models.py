"""What the queue keeps for people: saved searches, wishes, and bulk runs with their lines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations.models import Organ
from workflows.models import Task


class SavedFilter(models.Model):
    """A view and a search under a name; with `organ` the people of that office see it too.

    Sharing shares the words only: each reader finds what he may see.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_filters"
    )
    organ = models.ForeignKey(
        Organ, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("名称"), max_length=30)
    view = models.CharField(_("视图"), max_length=80)
    search = models.CharField(_("检索式"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_named_once")
        ]
        indexes = [
            models.Index(
                fields=["organ"], name="saved_filters_shared", condition=Q(organ__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name


class Wishes(models.Model):
    """How one person wants his queue; without a row the defaults hold."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="queue_wishes"
    )
    opens_next = models.BooleanField(_("提交意见后直接打开下一件"), default=True)
    uses_keys = models.BooleanField(_("启用单键快捷键"), default=True)

    class Meta:
        verbose_name = _("待办设置")
        verbose_name_plural = _("待办设置")

    def __str__(self) -> str:
        return f"{self.person_id}"


class BulkRun(models.Model):
    """One act on many tasks: chosen, tried out, then run by a job until every line is answered."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待确认")
        RUNNING = "running", _("执行中")
        DONE = "done", _("已完成")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bulk_runs"
    )
    act = models.CharField(_("操作"), max_length=20, blank=True)
    payload = models.JSONField(default=dict)
    """What the act needs: outcome and text, the colleague, the reason; the print batch made."""
    key = models.CharField(max_length=80)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(_("来自"), max_length=500, blank=True)
    """The list's address, to go back to."""
    promised = models.PositiveIntegerField(default=0)
    """How many jobs were promised for it."""
    made_at = models.DateTimeField(_("选定时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True)
    moved_at = models.DateTimeField(_("最近进展"), null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("批量办理")
        verbose_name_plural = _("批量办理")
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="bulk_run_once")]
        indexes = [models.Index(fields=["owner", "-id"], name="bulk_runs_by_owner")]

    def __str__(self) -> str:
        return f"{self.act} #{self.pk}"


class BulkLine(models.Model):
    """One task of a run, answered once: done, or refused with the reason."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待执行")
        DONE = "done", _("已办理")
        REFUSED = "refused", _("未办理")

    run = models.ForeignKey(BulkRun, on_delete=models.PROTECT, related_name="lines")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    """Material version the person had before him when he chose."""
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("原因"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"), null=True)

    class Meta:
        verbose_name = _("批量办理明细")
        verbose_name_plural = _("批量办理明细")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "task"], name="bulk_line_once")]
        indexes = [
            models.Index(fields=["run", "id"], name="bulk_waiting", condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.task_id}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        message = "what a bulk run answered is kept"
        raise TypeError(message)
