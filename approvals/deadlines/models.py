"""What nobody else stores about a case's clock: pauses and extension by act, and every change."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application
from workflows.models import Task


class Procedure(models.TextChoices):
    """What a special procedure is (行政许可法 art. 45): its time is not counted."""

    HEARING = "hearing", _("听证")
    INSPECTION = "inspection", _("检验检测")
    APPRAISAL = "appraisal", _("鉴定")
    EXPERT_REVIEW = "expert_review", _("专家评审")
    SITE_CHECK = "site_check", _("现场核查")


class ClockEvent(models.Model):
    """A special procedure, a suspension or the one extension, by a person and with its reason.

    `at` is the first day, `until` the last, None while it goes on; `expected` the day the applicant
    was told. An extension is proposed by one person and confirmed by another before it counts.
    Rows are never deleted; only what ends, confirms or refuses is written later.
    """

    class Kind(models.TextChoices):
        SPECIAL_PROCEDURE = "special_procedure", _("特别程序")
        SUSPENSION = "suspension", _("中止办理")
        EXTENSION = "extension", _("延长期限")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        IN_FORCE = "in_force", _("有效")
        REFUSED = "refused", _("未批准")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="clock_events", verbose_name=_("申请")
    )
    kind = models.CharField(_("事项"), max_length=30, choices=Kind.choices)
    state = models.CharField(
        _("状态"), max_length=20, choices=State.choices, default=State.IN_FORCE
    )
    procedure = models.CharField(
        _("程序"), max_length=30, choices=Procedure.choices, blank=True, default=""
    )
    at = models.DateField(_("起始日"))
    until = models.DateField(_("结束日"), null=True, blank=True)
    expected = models.DateField(_("预计结束日"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("延长工作日数"), default=0)
    reason = models.TextField(_("理由"))
    legal_basis = models.CharField(_("依据"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who confirmed or refused the extension, or ended the pause."""
    settled_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    settled_reason = models.TextField(_("处理说明"), blank=True, default="")
    told_to_applicant_at = models.DateTimeField(_("告知申请人时间"), null=True, blank=True)
    key = models.CharField(max_length=80, unique=True)

    class Meta:
        verbose_name = _("期限事项")
        verbose_name_plural = _("期限事项")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind="extension", state__in=["proposed", "in_force"]),
                name="one_extension_a_case",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind__in=["special_procedure", "suspension"], until__isnull=True),
                name="one_open_pause_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind} {self.at}"

    @property
    def is_open(self) -> bool:
        """A pause nobody has ended."""
        return self.kind != self.Kind.EXTENSION and self.until is None


class DueChange(models.Model):
    """A last day that moved: of the case, or (with `task`) of one of its open steps.

    `before` and `after` are last days, None = none (not begun, or standing still).
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="due_changes", verbose_name=_("申请")
    )
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.DateField(_("原期限"), null=True)
    after = models.DateField(_("新期限"), null=True)
    provisional = models.BooleanField(_("暂定"), default=False)
    cause = models.CharField(_("原因"), max_length=40)
    calendar_version = models.CharField(_("工作日历版本"), max_length=64)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("期限变更")
        verbose_name_plural = _("期限变更")
        ordering = ["id"]
        indexes = [models.Index(fields=["application", "id"], name="due_change_by_case")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.before} → {self.after}"

    @property
    def cause_label(self) -> str:
        """Why it moved, for people."""
        labels = {
            "moved": _("办理环节变化"),
            "calendar": _("工作日历更新"),
            "special_procedure": _("启动特别程序"),
            "special_procedure_ended": _("特别程序结束"),
            "suspension": _("中止办理"),
            "suspension_ended": _("恢复办理"),
            "extension": _("批准延长期限"),
        }
        return str(labels.get(self.cause, self.cause))


class CalendarVersion(models.Model):
    """Which working calendar was loaded when: the hash of all loaded days."""

    sha256 = models.CharField(max_length=64)
    years = models.CharField(_("年度"), max_length=200)
    loaded_at = models.DateTimeField(_("载入时间"))
    moved = models.PositiveIntegerField(_("变动的日数"), default=0)

    class Meta:
        verbose_name = _("工作日历版本")
        verbose_name_plural = _("工作日历版本")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.sha256[:12]
