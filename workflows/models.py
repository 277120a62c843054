"""Rows of the procedure: released flows, cases' processes, their tasks and the working calendar."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import AbstractProcess, AbstractTask
from viewflow.workflow.status import STATUS

from workflows.recusals import Recusal
from workflows.values import VariablesEncoder

__all__ = [
    "LIVE",
    "CalendarDay",
    "CalendarYear",
    "FlowVersion",
    "OperationRecord",
    "Process",
    "ProcessStatus",
    "Recusal",
    "Task",
]


class FlowVersion(models.Model):
    """One released diagram. Immutable: a change is a new version, running cases stay on theirs."""

    city = models.CharField(max_length=40, db_index=True)
    key = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    class_name = models.CharField(max_length=160, unique=True)
    """Attribute of `workflows.flows` under which the compiled class is found."""
    process_id = models.CharField(max_length=120)
    """The BPMN process id; a call activity names either this or the key."""
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    source = models.TextField()
    valid_from = models.DateField(null=True, blank=True)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("流程版本")
        verbose_name_plural = _("流程版本")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "version"], name="one_source_per_flow_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class ProcessStatus(models.TextChoices):
    """viewflow's three states and FAILED: an uncaught business error ended the case."""

    NEW = "NEW", _("办理中")
    DONE = "DONE", _("已办结")
    CANCELED = "CANCELED", _("已终止")
    FAILED = "FAILED", _("异常结束")


class Process(AbstractProcess):
    """One case's way through a flow. Form data live in the application, not here."""

    status = models.CharField(
        _("状态"), max_length=50, choices=ProcessStatus.choices, default=ProcessStatus.NEW
    )
    data = models.JSONField(default=dict, blank=True, encoder=VariablesEncoder)
    city = models.CharField(max_length=40)
    county = models.ForeignKey(
        "organizations.Organ", on_delete=models.PROTECT, null=True, related_name="+"
    )
    party = models.ForeignKey(
        "organizations.Organ", on_delete=models.PROTECT, null=True, related_name="+"
    )
    material_version = models.PositiveIntegerField(default=1)
    """Raised by resubmission, return, correction and migration only (semantics C0)."""
    phase = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(max_length=40, blank=True)
    blocked_reason = models.CharField(max_length=200, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    suspended_at = models.DateTimeField(_("中止时间"), null=True)
    """Since when no seat can act and no timer fires (`operations.suspending`)."""
    suspended_reason = models.CharField(_("中止原因"), max_length=200, blank=True)
    journal_stream = models.CharField(max_length=80, blank=True)
    """Where this process's acts are journalled, e.g. `case:12`; empty = not journalled."""

    class Meta:
        verbose_name = _("办件流程")
        verbose_name_plural = _("办件流程")
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="processes_blocked", condition=~models.Q(blocked_reason="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.city} #{self.pk}"


LIVE = (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED, STATUS.SCHEDULED, STATUS.ERROR)
"""Statuses of rows that still hold a token; ERROR is a token parked by a fault of the flow."""


class Task(AbstractTask):
    """One visit of one node: a reviewer's seat, a scheduled timer, a scope, a passed gateway.

    `previous` of viewflow is not written: the act that produced a row is `cause`, the arrow on
    which its token came is `via`, and the scope that holds it is `parent`. viewflow's columns are
    declared again where its indexes would only slow the writing of history. Every index is written
    in every act: there is one only where a page or an act reads by it.
    """

    external_task_id = models.CharField(max_length=50, blank=True, null=True)
    process = models.ForeignKey(Process, on_delete=models.CASCADE)
    status = models.CharField(_("状态"), max_length=50, choices=STATUS.choices, default=STATUS.NEW)
    created = models.DateTimeField(_("创建时间"))
    scheduled = models.DateTimeField(_("到期触发"), null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("承办人"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    owner_permission_content_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    data = models.JSONField(default=dict, blank=True, encoder=VariablesEncoder)
    element = models.CharField(max_length=200)
    """The BPMN id of the node."""
    item = models.CharField(max_length=200, blank=True)
    """Which member of a multi-instance step: the collection's entry or the seat number."""
    role = models.CharField(max_length=40, blank=True)
    organ = models.ForeignKey(
        "organizations.Organ",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    is_open = models.BooleanField(default=False)
    """Waits for a human being."""
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False
    )
    cause = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    via = models.CharField(max_length=200, blank=True)
    """Id of the sequence flow on which the token came."""

    class Meta:
        verbose_name = _("任务")
        verbose_name_plural = _("任务")
        indexes: ClassVar = [
            models.Index(
                fields=["role", "organ", "due_at", "id"],
                name="tasks_open_by_seat",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["owner", "due_at", "id"],
                name="tasks_open_by_owner",
                condition=models.Q(is_open=True, owner__isnull=False),
            ),
            models.Index(
                fields=["parent"], name="tasks_inside", condition=models.Q(parent__isnull=False)
            ),
            models.Index(
                fields=["process"], name="tasks_live", condition=models.Q(status__in=LIVE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element}{'#' if self.item else ''}{self.item} ({self.status})"


class OperationRecord(models.Model):
    """What an operation answered, by the caller's key: the same key acts once."""

    key = models.CharField(max_length=100, unique=True)
    payload_hash = models.CharField(max_length=64)
    answer = models.JSONField(encoder=VariablesEncoder)
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")

    def __str__(self) -> str:
        return self.key


class CalendarYear(models.Model):
    """A year whose working days are published by the State Council, and where they came from."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=120)
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("工作日历年度")
        verbose_name_plural = _("工作日历年度")

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """One day of a published year; a day without a row is provisional."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")

    def __str__(self) -> str:
        return f"{self.day} {'+' if self.is_workday else '-'}"
