"""常用意见: wordings an office or a person keeps for the opinion of a step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Wording(models.Model):
    """`owner` empty: the whole office's. `form` empty: for every step."""

    organ = models.ForeignKey("organizations.Organ", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    form = models.CharField(_("环节"), max_length=100, blank=True)
    title = models.CharField(_("名称"), max_length=60)
    text = models.TextField(_("内容"))
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = _("常用意见")
        verbose_name_plural = _("常用意见")
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title
