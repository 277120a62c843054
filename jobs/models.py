"""The transactional outbox: work promised in the act's own transaction and done after it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

KEY_LENGTH = 200


class State(models.TextChoices):
    """A job is promised, leased, and then either done or given up."""

    WAITING = "waiting", _("等待")
    RUNNING = "running", _("执行中")
    DONE = "done", _("完成")
    DEAD = "dead", _("已放弃")


class Job(models.Model):
    """One piece of work of a registered kind."""

    kind = models.CharField(_("种类"), max_length=80)
    key = models.CharField(_("唯一键"), max_length=KEY_LENGTH, blank=True)
    payload = models.JSONField(_("参数"), default=dict)
    run_at = models.DateTimeField(_("执行时间"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    lease_until = models.DateTimeField(_("租约到期"), null=True)
    leased_by = models.CharField(_("执行者"), max_length=80, blank=True)
    last_error = models.CharField(_("最近的错误"), max_length=600, blank=True)
    created_at = models.DateTimeField(_("登记时间"))
    finished_at = models.DateTimeField(_("结束时间"), null=True)

    retried_by = models.BigIntegerField(_("重试人编号"), null=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=~Q(key=""), name="jobs_job_key"
            )
        ]
        indexes = [
            models.Index(
                fields=["run_at", "id"], condition=Q(state="waiting"), name="jobs_job_waiting"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="jobs_job_running"
            ),
            models.Index(fields=["-finished_at"], condition=Q(state="dead"), name="jobs_job_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
