"""The register of numbers and the paper that carries them.

A number is taken in the transaction that seals the decision and never returns: a voided number
stays in the register with its reason. A document's content never changes after issue; a
correction is a new document that supersedes the old one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents import codes

if TYPE_CHECKING:
    from organizations.models import User


class NumberSeries(models.Model):
    """One organ code in one Beijing year: the row that issuers lock (GB/T 9704-2012, 7.2.5)."""

    organ_code = models.CharField(_("机关代字"), max_length=20)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("最后编号"), default=0)

    class Meta:
        verbose_name = _("发文字号序列")
        verbose_name_plural = _("发文字号序列")
        constraints = [
            models.UniqueConstraint(fields=["organ_code", "year"], name="series_organ_code_year")
        ]

    def __str__(self) -> str:
        return f"{self.organ_code}〔{self.year}〕"


class RegisterEntry(models.Model):
    """One number of a series, taken or void; never deleted."""

    class State(models.TextChoices):
        TAKEN = "taken", _("已用")
        VOID = "void", _("作废")

    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="entries")
    n = models.PositiveIntegerField(_("编号"))
    state = models.CharField(max_length=8, choices=State, default=State.TAKEN)
    reason = models.CharField(_("作废原因"), max_length=500, blank=True, default="")
    taken_at = models.DateTimeField(_("取号时间"))

    class Meta:
        verbose_name = _("编号登记")
        verbose_name_plural = _("编号登记")
        constraints = [
            models.UniqueConstraint(fields=["series", "n"], name="register_number_once"),
            models.CheckConstraint(
                condition=Q(state="taken") | ~Q(reason=""), name="register_void_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}{self.n}号"


class Document(models.Model):
    """One issued document: frozen content, its number, and the PDF made from it."""

    class State(models.TextChoices):
        VALID = "valid", _("有效")
        SUPERSEDED = "superseded", _("已变更")
        REVOKED = "revoked", _("已撤销")
        EXPIRED = "expired", _("已失效")
        VOID = "void", _("已作废")

    kind = models.CharField(_("种类"), max_length=40)
    lead_organ = models.ForeignKey("organizations.Organ", models.PROTECT, related_name="+")
    organ_names = models.JSONField(_("发文机关"))
    entry = models.OneToOneField(RegisterEntry, models.PROTECT, related_name="document")
    number = models.CharField(_("发文字号"), max_length=60, unique=True)
    title = models.CharField(_("标题"), max_length=200)
    date = models.DateField(_("成文日期"))
    content = models.JSONField(_("内容"))
    content_sha256 = models.CharField(max_length=64)
    template_version = models.CharField(max_length=40)
    verify_code = models.CharField(_("验证码"), max_length=32, unique=True, default=codes.new_code)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.VALID)
    state_reason = models.CharField(max_length=500, blank=True, default="")
    state_changed_on = models.DateField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    holder_masked = models.CharField(_("持有人（脱敏）"), max_length=200, blank=True, default="")
    case_stream = models.CharField(max_length=80, blank=True, default="")
    withheld_from: models.ManyToManyField[User, Any] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True
    )
    """Who left the room for an item of these minutes; see `documents.sight`."""
    issued_at = models.DateTimeField(_("印发时间"))
    pdf_name = models.CharField(max_length=120, blank=True, default="")
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    """Of the bytes before any signature: what the frozen content must give again."""
    signatures = models.JSONField(_("电子签名"), default=list)
    """One row an organ, in the order of signing: documents.signing.ports.Signature."""
    font_set = models.CharField(max_length=16, blank=True, default="")
    renderer = models.CharField(max_length=120, blank=True, default="")
    pages = models.PositiveSmallIntegerField(_("页数"), default=0)
    rendered_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(_("生成失败原因"), blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    copies_printed = models.PositiveIntegerField(_("已印份数"), default=0)

    class Meta:
        verbose_name = _("公文")
        verbose_name_plural = _("公文")
        indexes = [
            models.Index(fields=["lead_organ", "-id"], name="document_organ_newest"),
            models.Index(
                fields=["lead_organ", "-id"],
                name="document_to_print",
                condition=Q(copies_printed=0) & ~Q(pdf_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Mention(models.Model):
    """A case a paper speaks of beside that of its stream: one row an item of minutes."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="mentions")
    case_stream = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("公文涉及的办件")
        verbose_name_plural = _("公文涉及的办件")
        constraints = [
            models.UniqueConstraint(fields=["document", "case_stream"], name="a_case_once_a_paper")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.case_stream}"


class PrintBatch(models.Model):
    """Several documents printed in one run, with a list on top."""

    organ = models.ForeignKey("organizations.Organ", models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("成批时间"))

    class Meta:
        verbose_name = _("打印批次")
        verbose_name_plural = _("打印批次")

    def __str__(self) -> str:
        return f"#{self.pk}"


class PrintJob(models.Model):
    """One printing of one document: who, when, how many, and why again."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="print_jobs")
    batch = models.ForeignKey(
        PrintBatch, models.PROTECT, null=True, blank=True, related_name="print_jobs"
    )
    copies = models.PositiveSmallIntegerField(_("份数"))
    reprint = models.BooleanField(_("重印"), default=False)
    reason = models.CharField(_("重印原因"), max_length=300, blank=True, default="")
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    printed_at = models.DateTimeField(_("打印时间"))

    class Meta:
        verbose_name = _("打印记录")
        verbose_name_plural = _("打印记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(copies__gte=1, copies__lte=200), name="print_copies_1_to_200"
            ),
            models.CheckConstraint(
                condition=Q(reprint=False) | ~Q(reason=""), name="reprint_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} × {self.copies}"
