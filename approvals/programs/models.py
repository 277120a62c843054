"""The programs people apply under, one immutable row a version, and the packs they came from."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ImmutableRow(models.Model):
    """A row that is written once: a filed case points at it and must find it unchanged."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Inserts; refuses to change a stored row."""
        if not self._state.adding:
            message = f"{self._meta.label} {self.pk} is immutable: publish a new version"
            raise TypeError(message)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: cases and journal entries point at it."""
        message = f"{self._meta.label} {self.pk} is never deleted: end its validity instead"
        raise TypeError(message)


class Program(ImmutableRow):
    """One version of a program (认定、创新券兑付、奖励) of a city.

    `content` is the whole policy as loaded: conditions, form, material list, amount, notices (shape
    in docs/policies.md). A case stays on the version it was filed under.
    """

    class Kind(models.TextChoices):
        RECOGNITION = "recognition", _("认定（备案）")
        VOUCHER = "voucher", _("创新券兑付")
        AWARD = "award", _("奖励补助")

    city = models.CharField(_("城市"), max_length=40)
    code = models.CharField(_("项目代码"), max_length=20)
    version = models.PositiveIntegerField(_("版本"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("名称"), max_length=200)
    valid_from = models.DateField(_("施行日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    flow_key = models.CharField(_("流程"), max_length=80)
    content = models.JSONField(_("政策内容"))
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("申报项目")
        constraints = [
            models.UniqueConstraint(fields=["city", "code", "version"], name="program_version")
        ]
        indexes = [models.Index(fields=["city", "code", "valid_from"], name="program_by_day")]
        ordering = ["city", "code", "-version"]

    def __str__(self) -> str:
        return f"{self.city}/{self.code} v{self.version}"


class PackRelease(ImmutableRow):
    """One loading of a city's pack: which bytes, when, by whom (None = the system)."""

    city = models.CharField(_("城市"), max_length=40)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("载入时间"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("载入人"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("政策包发布")
        constraints = [models.UniqueConstraint(fields=["city", "sha256"], name="pack_release_once")]
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.city} {self.sha256[:12]}"
