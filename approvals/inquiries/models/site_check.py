"""现场核查: what was found where and when, by whom, with photographs. Immutable."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application


class RecordChanged(RuntimeError):
    """Somebody tried to change or delete a record of a site check; a later one is a new row."""


class SiteCheck(models.Model):
    """One visit. At least two people go (行政程序惯例; domain §2.8 state `check`)."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="site_checks"
    )
    key = models.CharField(max_length=80, unique=True)
    """The form's idempotency key."""
    task_id = models.BigIntegerField(_("核查的任务"))
    organ = models.ForeignKey("organizations.Organ", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_on = models.DateField(_("核查日期"))
    place = models.CharField(_("核查地点"), max_length=200)
    checkers = models.JSONField(_("核查人员"))
    """Names, at least two."""
    present = models.CharField(_("申请单位在场人员"), max_length=200)
    findings = models.JSONField(_("核查情况"))
    """Rows `{"id", "clause", "requirement", "met": bool, "remark"}`."""
    conclusion = models.TextField(_("核查结论"))
    material_version = models.PositiveIntegerField(_("材料版本"))
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("现场核查记录")
        verbose_name_plural = _("现场核查记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.place} {self.checked_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise RecordChanged(f"site check {self.pk} is immutable")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise RecordChanged(f"site check {self.pk} is immutable")


class SitePhoto(models.Model):
    """One photograph; the bytes lie by their SHA-256 beside the applicant's files."""

    visit = models.ForeignKey(SiteCheck, on_delete=models.PROTECT, related_name="photos")
    name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("校验值"), max_length=64)
    path = models.CharField(max_length=160)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("字节数"))

    class Meta:
        verbose_name = _("现场照片")
        verbose_name_plural = _("现场照片")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
