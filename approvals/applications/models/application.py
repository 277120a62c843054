"""The application (办件): one applicant, one pinned program, one process once it is filed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.phases import DRAFT, SUBMITTED, WITHDRAWN, phase_label


class Application(models.Model):
    """Everything the applicant said, and the outer dates of the case.

    The course of the case is not kept here: `phase` reads the process, which the diagram moves.
    `data` holds the answers as JSON: numbers and money as exact text, days as ISO text, tables as
    lists of rows; while the case is a draft an invalid answer stays as it was typed.
    `version` counts the material: 1 at filing, raised by every resubmission.
    """

    city = models.CharField(_("城市"), max_length=40)
    number = models.CharField(_("申请编号"), max_length=60, null=True, blank=True, unique=True)
    program = models.ForeignKey(
        "programs.Program", on_delete=models.PROTECT, related_name="applications"
    )
    applicant = models.ForeignKey(
        "organizations.Organ", on_delete=models.PROTECT, related_name="applications"
    )
    county = models.ForeignKey(
        "organizations.Organ",
        on_delete=models.PROTECT,
        related_name="county_applications",
        null=True,
        blank=True,
    )
    process = models.OneToOneField(
        "workflows.Process",
        on_delete=models.PROTECT,
        related_name="application",
        null=True,
        blank=True,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="created_applications"
    )
    created_at = models.DateTimeField(_("新建时间"))
    data = models.JSONField(_("申请内容"), default=dict)
    version = models.PositiveIntegerField(_("材料版本"), default=1)
    draft_saved_at = models.DateTimeField(_("草稿保存时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    submitted_sha256 = models.CharField(_("提交内容校验值"), max_length=64, blank=True, default="")
    accepted_at = models.DateField(_("受理日期"), null=True, blank=True)
    due_on = models.DateField(_("法定办结日期"), null=True, blank=True)
    due_provisional = models.BooleanField(_("办结日期为暂定"), default=False)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    verdict = models.CharField(_("结论"), max_length=40, blank=True, default="")
    withdrawn_reason = models.TextField(_("撤回原因"), blank=True, default="")
    facts = models.JSONField(_("提交时的资格核对"), default=dict)
    amount = models.DecimalField(
        _("测算金额"), max_digits=16, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("申请")
        verbose_name_plural = _("申请")
        indexes = [
            models.Index(fields=["applicant", "-id"], name="application_by_applicant"),
            models.Index(fields=["county", "-id"], name="application_by_county"),
            models.Index(fields=["city", "-id"], name="application_by_city"),
            models.Index(fields=["program", "-id"], name="application_by_program"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, number__isnull=True)
                | Q(submitted_at__isnull=False, number__isnull=False),
                name="application_numbered_when_submitted",
            )
        ]

    def __str__(self) -> str:
        return self.number or f"草稿 {self.pk}"

    @property
    def stream(self) -> str:
        """The journal stream of this case."""
        return f"case:{self.pk}"

    @property
    def is_draft(self) -> bool:
        """Not filed yet, and not given up."""
        return self.submitted_at is None and self.closed_at is None

    @property
    def is_closed(self) -> bool:
        """Nothing can happen to the case any more."""
        return self.closed_at is not None

    @property
    def phase(self) -> str:
        """Where the case stands: the process says so; before filing it is a draft."""
        if self.verdict == WITHDRAWN:
            return WITHDRAWN
        if self.submitted_at is None:
            return DRAFT
        phase: str = self.process.phase if self.process is not None else ""
        return phase or SUBMITTED

    @property
    def phase_label(self) -> str:
        """The phase in the words of domain §2.8; after acceptance nothing is called 补正."""
        return phase_label(self.phase, accepted=self.accepted_at is not None)

    @property
    def title(self) -> str:
        """Program and applicant, as a heading names the case."""
        return f"{self.program.title}（{self.applicant.name}）"

    def answers(self) -> dict[str, Any]:
        """A copy of the answers, so that a caller cannot change the row by accident."""
        return dict(self.data or {})


class ApplicationSeries(models.Model):
    """Counter row of application numbers: one a city, program and year; locked to count on."""

    city = models.CharField(max_length=40)
    program_code = models.CharField(max_length=40)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("申请编号序列")
        verbose_name_plural = _("申请编号序列")
        constraints = [
            models.UniqueConstraint(
                fields=["city", "program_code", "year"], name="application_series_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.city} {self.program_code} {self.year}: {self.last}"


class PerformedAct(models.Model):
    """An act of the applicant under its idempotency key: sent twice, it is done once."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="acts")
    key = models.CharField(max_length=80, unique=True)
    verb = models.CharField(max_length=40)
    payload_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("已执行的操作")
        verbose_name_plural = _("已执行的操作")

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"
