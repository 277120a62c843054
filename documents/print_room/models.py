"""The ledger of paper: every printed copy, what was sealed, what was handed over and proven.

Nothing here is ever deleted: a spoiled copy, a declined seal, a returned letter stay with their
reasons. The archived original is not touched by any of it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document, PrintJob

COPY_DIGITS = 6
"""份号 has six digits (GB/T 9704-2012, 7.2.1)."""


class Purpose(models.TextChoices):
    """Why a copy is printed; the file copy stays in the office and is not handed over."""

    ADDRESSEE = "addressee", _("主送")
    COPY = "copy", _("抄送")
    FILE = "file", _("存档")


class SealEntry(models.Model):
    """One line of 用印登记: who asked, who approved, who applied the seal, on how many copies."""

    class State(models.TextChoices):
        ASKED = "asked", _("待批准")
        APPROVED = "approved", _("待用印")
        APPLIED = "applied", _("已用印")
        DECLINED = "declined", _("未批准")

    document = models.ForeignKey(Document, models.PROTECT, related_name="seal_entries")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASKED)
    seal = models.CharField(_("印章"), max_length=120)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    applied_at = models.DateTimeField(_("用印时间"), null=True)
    copies_sealed = models.PositiveSmallIntegerField(_("用印份数"), default=0)
    reason = models.CharField(_("未批准原因"), max_length=300, blank=True, default="")
    version = models.PositiveSmallIntegerField(default=1)
    """Counts its acts and every copy spoiled under it: what is approved is what was seen."""

    class Meta:
        verbose_name = _("用印登记")
        verbose_name_plural = _("用印登记")
        indexes = [models.Index(fields=["state", "-id"], name="seal_state_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="seal_asked_and_approved_by_two"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(applied_by=None)
                | ~Q(approved_by=F("applied_by")),
                name="seal_approved_and_applied_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="seal_declined_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="applied")
                | Q(approved_by__isnull=False, applied_by__isnull=False, copies_sealed__gte=1),
                name="seal_applied_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.state}"


class Delivery(models.Model):
    """One hand-over of copies to one receiver, and its proof of service (送达回证)."""

    class Method(models.TextChoices):
        IN_PERSON = "in_person", _("当面")
        POST = "post", _("邮寄")
        ELECTRONIC = "electronic", _("电子")

    class Outcome(models.TextChoices):
        UNDER_WAY = "under_way", _("待回证")
        SERVED = "served", _("已送达")
        REFUSED = "refused", _("拒收，留置送达")
        RETURNED = "returned", _("退回")

    document = models.ForeignKey(Document, models.PROTECT, related_name="deliveries")
    purpose = models.CharField(_("类别"), max_length=10, choices=Purpose)
    recipient = models.CharField(_("受送达人"), max_length=120)
    method = models.CharField(_("送达方式"), max_length=12, choices=Method)
    tracking = models.CharField(_("邮件编号"), max_length=60, blank=True, default="")
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_at = models.DateTimeField(_("交付时间"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, default=Outcome.UNDER_WAY)
    served_on = models.DateField(_("送达日期"), null=True)
    signed_by = models.CharField(_("签收人"), max_length=60, blank=True, default="")
    signed_as = models.CharField(_("签收人身份"), max_length=60, blank=True, default="")
    reason = models.CharField(_("拒收或者退回原因"), max_length=300, blank=True, default="")
    witness = models.CharField(_("见证人"), max_length=120, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    recorded_at = models.DateTimeField(_("回证登记时间"), null=True)

    class Meta:
        verbose_name = _("送达")
        verbose_name_plural = _("送达")
        indexes = [models.Index(fields=["outcome", "-id"], name="delivery_outcome_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(method="post") | ~Q(tracking=""), name="delivery_post_is_tracked"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["served", "refused"]) | Q(served_on__isnull=False),
                name="delivery_served_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused") | (~Q(witness="") & ~Q(reason="")),
                name="delivery_refused_has_a_witness",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="returned") | ~Q(reason=""),
                name="delivery_returned_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.recipient}"


class Copy(models.Model):
    """One printed copy (份): its number never comes again, spoiled or not."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="copies")
    n = models.PositiveIntegerField(_("份号"))
    job = models.ForeignKey(PrintJob, models.PROTECT, related_name="printed")
    purpose = models.CharField(_("类别"), max_length=10, choices=Purpose)
    recipient = models.CharField(_("发往"), max_length=120)
    numbered = models.BooleanField(_("印份号"), default=False)
    """Whether the number stands on the paper; the ledger has it in any case."""
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    spoiled_at = models.DateTimeField(_("作废时间"), null=True)
    spoiled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    spoiled_reason = models.CharField(_("作废原因"), max_length=300, blank=True, default="")
    seal_entry = models.ForeignKey(
        SealEntry, models.PROTECT, null=True, blank=True, related_name="copies"
    )
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, related_name="copies"
    )

    class Meta:
        verbose_name = _("印制份")
        verbose_name_plural = _("印制份")
        constraints = [
            models.UniqueConstraint(fields=["document", "n"], name="copy_number_once"),
            models.CheckConstraint(
                condition=Q(spoiled_at=None) | ~Q(spoiled_reason=""), name="spoiled_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"

    @property
    def number(self) -> str:
        """Six digits, as stamped."""
        return f"{self.n:0{COPY_DIGITS}d}"


class Act(models.Model):
    """A key of a form that was sent: pressed twice, it acts once."""

    key = models.CharField(max_length=64, unique=True)
    payload_sha256 = models.CharField(max_length=64)
    answer = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("文印室操作")
        verbose_name_plural = _("文印室操作")

    def __str__(self) -> str:
        return self.key


class Reconciliation(models.Model):
    """One nightly look over decisions, numbers, originals, copies and deliveries."""

    at = models.DateTimeField(_("核对时间"))
    papers = models.PositiveIntegerField(_("核对公文数"))
    found = models.PositiveIntegerField(_("不符数"))

    class Meta:
        verbose_name = _("核对")
        verbose_name_plural = _("核对")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.found}"


class Discrepancy(models.Model):
    """One thing that does not add up, as a reconciliation found it."""

    reconciliation = models.ForeignKey(Reconciliation, models.CASCADE, related_name="discrepancies")
    city = models.CharField(max_length=40)
    kind = models.CharField(_("不符"), max_length=30)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    about = models.CharField(_("对象"), max_length=200)
    detail = models.CharField(_("说明"), max_length=300, blank=True, default="")
    case_stream = models.CharField(max_length=80, blank=True, default="")
    """Of a finding about a case without a paper."""

    class Meta:
        verbose_name = _("账实不符")
        verbose_name_plural = _("账实不符")
        indexes = [models.Index(fields=["reconciliation", "city"], name="discrepancy_by_city")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"
