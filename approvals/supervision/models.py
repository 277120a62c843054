"""Urgings (催办), supervision orders (督办) and review flags: nothing here decides a case."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.supervision.levels import Level

TEXT_LENGTH = 2000
KEY_LENGTH = 80


class Side(models.TextChoices):
    """On whose behalf somebody urges."""

    APPLICANT = "applicant", _("申请人")
    OWNER = "owner", _("承办机关")
    SUPERVISOR = "supervisor", _("监督人员")


class Urge(models.Model):
    """One urging of one seat: who, when. Delivery and reading are the notification's own facts."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="urges"
    )
    task = models.ForeignKey("workflows.Task", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("身份"), max_length=12, choices=Side.choices)
    text = models.CharField(_("附言"), max_length=300, blank=True, default="")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("催办")
        verbose_name_plural = _("催办")
        indexes = [models.Index(fields=["application", "-at"], name="urge_of_case")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.side} {self.at:%Y-%m-%d}"

    @property
    def notification_key(self) -> str:
        """Key of the lines by which the holders of the seat were told."""
        return f"urge:{self.pk}"


class Subject(models.TextChoices):
    """What is supervised."""

    CASE = "case", _("办件")
    ORGAN = "organ", _("机构")
    TARGET = "target", _("目标任务")


class SupervisionOrder(models.Model):
    """A demand that must be answered in writing and that only its issuer closes (销号).

    Without `issuer` the clock itself issued it; then the city's supervisors close it, or the end of
    the case does. It gives nobody a right to decide.
    """

    city = models.CharField(_("城市"), max_length=40)
    level = models.CharField(_("级别"), max_length=10, choices=Level.choices)
    subject = models.CharField(_("对象"), max_length=10, choices=Subject.choices)
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="supervision_orders",
        null=True,
        blank=True,
    )
    organ = models.ForeignKey(
        "organizations.Organ", on_delete=models.PROTECT, related_name="supervision_orders"
    )
    """The addressee: who must answer."""
    target = models.CharField(_("目标任务"), max_length=200, blank=True, default="")
    issuer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    issued_at = models.DateTimeField(_("发出时间"))
    demand = models.TextField(_("督办要求"), max_length=TEXT_LENGTH)
    due_on = models.DateField(_("答复期限"))
    asked_at = models.DateTimeField(_("最近一次要求答复的时间"))
    """A reply after this moment answers the order."""
    answered = models.BooleanField(_("已答复，待核查"), default=False)
    closed_at = models.DateTimeField(_("销号时间"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    closing = models.TextField(_("核查意见"), blank=True, default="")

    class Meta:
        verbose_name = _("督办单")
        verbose_name_plural = _("督办单")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(issuer__isnull=True, closed_at__isnull=True),
                name="supervision_one_automatic",
            ),
            models.CheckConstraint(
                condition=Q(subject="case", application__isnull=False)
                | Q(~Q(subject="case"), application__isnull=True),
                name="supervision_subject_fits",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "-id"], name="supervision_of_city"),
            models.Index(fields=["organ", "-id"], name="supervision_of_organ"),
            models.Index(
                fields=["due_on"],
                condition=Q(closed_at__isnull=True, answered=False),
                name="supervision_silent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.pk}"

    @property
    def stream(self) -> str:
        """The journal stream: the case's, else the addressee's."""
        return f"case:{self.application_id}" if self.application_id else self.organ.stream

    @property
    def is_automatic(self) -> bool:
        """Issued by the clock."""
        return self.issuer_id is None


class Step(models.TextChoices):
    """What happened to an order after it was issued."""

    REPLIED = "replied", _("书面答复")
    INSISTED = "insisted", _("退回重报")
    RAISED = "raised", _("升级")
    CLOSED = "closed", _("销号")


class OrderEntry(models.Model):
    """One line of an order's course; never changed."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="entries")
    step = models.CharField(_("事项"), max_length=10, choices=Step.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField(_("时间"))
    text = models.TextField(_("内容"), blank=True, default="")
    level = models.CharField(_("当时级别"), max_length=10, choices=Level.choices)

    class Meta:
        verbose_name = _("督办记录")
        verbose_name_plural = _("督办记录")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.step}"


class SupervisionAct(models.Model):
    """An act of this slice under its idempotency key: sent twice, it is done once."""

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    payload_sha256 = models.CharField(max_length=64)
    order = models.ForeignKey(
        SupervisionOrder, on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("已执行的督办操作")
        verbose_name_plural = _("已执行的督办操作")

    def __str__(self) -> str:
        return self.key


class ReviewFlag(models.Model):
    """Something a supervisor must look at; nothing is undone automatically (C13, C4)."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="review_flags"
    )
    kind = models.CharField(_("种类"), max_length=40)
    reason = models.TextField(_("事由"))
    raised_at = models.DateTimeField(_("提出时间"))
    closed_at = models.DateTimeField(_("处理时间"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    closing = models.TextField(_("处理意见"), blank=True, default="")

    class Meta:
        verbose_name = _("核查提示")
        verbose_name_plural = _("核查提示")
        indexes = [
            models.Index(
                fields=["-id"], condition=Q(closed_at__isnull=True), name="review_flag_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
