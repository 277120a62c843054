"""Versions of templates, kept for ever; the papers of cases with the version they came of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application
from documents.models import Document


class VersionChanged(TypeError):
    """Somebody tried to change the words of a version, or to delete it."""


class TemplateVersion(models.Model):
    """One wording of one template of a city. Its content never changes; only its state is settled,
    once. In force is the version that was put in force last.

    `root_sha256` is the content of the pack's version it descends from: a case whose program names
    that notice is served by the newest version of this line.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        IN_FORCE = "in_force", _("已启用")
        DECLINED = "declined", _("未批准")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Source(models.TextChoices):
        PACK = "pack", _("政策包")
        OFFICE = "office", _("机关修改")
        REVERT = "revert", _("恢复旧版")

    city = models.CharField(_("城市"), max_length=40)
    key = models.CharField(_("模板"), max_length=60)
    number = models.PositiveIntegerField(_("版本"))
    kind = models.CharField(_("文种"), max_length=40)
    content = models.JSONField(_("内容"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    root_sha256 = models.CharField(max_length=64, db_index=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    base = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The version it was written from."""
    reason = models.CharField(_("修改说明"), max_length=500, blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField(_("提出时间"))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(_("处理时间"), null=True)
    answer = models.CharField(_("处理意见"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("文书模板版本")
        verbose_name_plural = _("文书模板版本")
        ordering = ["city", "key", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["city", "key", "number"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["city", "key"],
                condition=Q(state="proposed"),
                name="one_open_proposal_a_template",
            ),
        ]
        indexes = [
            models.Index(
                fields=["city", "key", "-settled_at"],
                name="template_in_force",
                condition=Q(state="in_force"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.city}/{self.key} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Inserts; what follows goes through `services.editing`, which settles the state."""
        if not self._state.adding:
            raise VersionChanged(f"{self} is kept as it is: write a new version")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused: papers were made of it."""
        raise VersionChanged(f"{self} is kept for ever")


class Paper(models.Model):
    """One paper of a case besides or with its decision: which document, of which template.

    `about` names what in the case it came of (`correction:7`); one paper of a kind comes of it.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    kind = models.CharField(_("文种"), max_length=40)
    about = models.CharField(max_length=60)
    document = models.OneToOneField(Document, models.PROTECT, related_name="paper")
    template = models.ForeignKey(TemplateVersion, models.PROTECT, null=True, related_name="+")
    """None: the program's own notice, which the case's program version holds."""

    class Meta:
        verbose_name = _("办件文书")
        verbose_name_plural = _("办件文书")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "about"], name="one_paper_of_a_kind_about_a_thing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind} {self.about}"
