"""A file handed in with an application. Rows are never deleted: a removed file stays on record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models.application import Application


class Attachment(models.Model):
    """One uploaded file in one slot of the program's list of materials.

    The bytes lie under MEDIA_ROOT by their SHA-256, so that the same file handed in twice is
    stored once and a changed file on disk is detected on download. `version` is the material
    version it came with.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="attachments"
    )
    slot = models.CharField(_("材料"), max_length=60)
    name = models.CharField(_("文件名"), max_length=200)
    size = models.PositiveBigIntegerField(_("字节数"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    media_type = models.CharField(_("类型"), max_length=100)
    path = models.CharField(_("存储位置"), max_length=160)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploaded_attachments"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    version = models.PositiveIntegerField(_("材料版本"), default=1)
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)
    removed_version = models.PositiveIntegerField(_("自该材料版本起移除"), null=True, blank=True)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["slot", "id"]
        indexes = [models.Index(fields=["application", "slot", "id"], name="attachment_by_slot")]

    def __str__(self) -> str:
        return self.name
