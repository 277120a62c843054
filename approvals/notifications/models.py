"""What a person was told, by which way, and how he wants to be told."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.notifications.kinds import NAME_LENGTH, label_of

KEY_LENGTH = 120
TITLE_LENGTH = 200


class Notification(models.Model):
    """One line in one person's notification centre. It is never deleted; reading it is kept.

    `title` also goes out by mail and SMS: it names step, number and what is asked, never the
    material. `body` stays on the site. `case_id` is the case it tells of: the line disappears when
    the person no longer sees that case (`sight`).
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="notifications",
        db_index=False,
    )
    kind = models.CharField(_("种类"), max_length=NAME_LENGTH)
    title = models.CharField(_("标题"), max_length=TITLE_LENGTH)
    body = models.TextField(_("内容"), blank=True, default="")
    link = models.CharField(_("链接"), max_length=300, blank=True, default="")
    case_id = models.BigIntegerField(_("办件"), null=True)
    key = models.CharField(_("唯一键"), max_length=KEY_LENGTH, blank=True, default="")
    batch = models.UUIDField(_("批次"))
    """What one call told several people; its one job delivers the batch."""
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"], condition=~Q(key=""), name="notification_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notification_of_person"),
            models.Index(
                fields=["person", "-id"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(
                fields=["case_id"],
                condition=Q(read_at__isnull=True, case_id__isnull=False),
                name="notification_of_case",
            ),
            models.Index(fields=["batch"], name="notification_batch"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        """The kind as people read it."""
        return label_of(self.kind)


class Mode(models.TextChoices):
    """How a kind reaches a person beside the notification centre."""

    SITE = "site", _("只在站内显示")
    MAIL = "mail", _("立即发送邮件")
    DIGEST = "digest", _("每个工作日汇总一次")


class KindPreference(models.Model):
    """A person's choice for one kind; without a row: mail at once."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="kind_preferences"
    )
    kind = models.CharField(_("种类"), max_length=NAME_LENGTH)
    mode = models.CharField(_("方式"), max_length=10, choices=Mode.choices)

    class Meta:
        verbose_name = _("通知方式")
        verbose_name_plural = _("通知方式")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="kind_preference_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}: {self.mode}"


class QuietHours(models.Model):
    """When a person is left in peace (Beijing time); without a row: 22:00 to 07:00."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="quiet_hours"
    )
    kept = models.BooleanField(_("启用免打扰时段"), default=True)
    begins = models.TimeField(_("开始"), default=time(22))
    ends = models.TimeField(_("结束"), default=time(7))

    class Meta:
        verbose_name = _("免打扰时段")
        verbose_name_plural = _("免打扰时段")

    def __str__(self) -> str:
        return f"{self.person_id} {self.begins}–{self.ends}"


class DeliveryState(models.TextChoices):
    """What became of one way of telling."""

    WAITING = "waiting", _("待发送")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("发送失败")
    DROPPED = "dropped", _("不再发送")


class Delivery(models.Model):
    """One notification by one channel: sent at most once, and the proof of it."""

    notification = models.ForeignKey(
        Notification, on_delete=models.PROTECT, related_name="deliveries"
    )
    channel = models.CharField(_("渠道"), max_length=20)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=DeliveryState.choices,
        default=DeliveryState.WAITING,
    )
    digest = models.CharField(_("汇总批次"), max_length=60, blank=True, default="")
    """Key of the digest that carries it; "" = by itself."""
    planned_at = models.DateTimeField(_("计划发送时间"))
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    failure = models.CharField(_("失败原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("发送记录")
        verbose_name_plural = _("发送记录")
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["digest"], condition=Q(state="waiting") & ~Q(digest=""), name="delivery_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.notification_id}: {self.state}"
