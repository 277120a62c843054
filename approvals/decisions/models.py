"""What was decided, in whose name, on which paper."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application
from approvals.programs.models import Program
from documents.models import Document
from organizations.models import Organ


class Verdict(models.TextChoices):
    """How a case is decided; what is not a decision (withdrawn, lapsed) is no Decision row."""

    APPROVED = "approved", _("准予")
    CONDITIONAL = "conditional", _("附条件准予")
    REFUSED = "refused", _("不予")


class Decision(models.Model):
    """One case's decision. Several decisions may share a document, which may have several organs.

    Immutable but for `superseded_by` (a correction is a new decision) and for `document`, when the
    same paper goes out under another number.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="decisions")
    organs = models.ManyToManyField(Organ, through="DecisionOrgan", related_name="+")
    verdict = models.CharField(_("结论"), max_length=20, choices=Verdict.choices)
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, null=True)
    sum = models.JSONField(_("计算过程"), default=list)
    """Rows `{"step", "expression", "value", "clause"}` as `assess` gives them."""
    reasons = models.JSONField(_("理由"), default=list)
    legal_basis = models.CharField(_("依据"), max_length=300)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("决定时间"))
    superseded_by = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes"
    )

    class Meta:
        verbose_name = _("决定")
        verbose_name_plural = _("决定")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(superseded_by__isnull=True),
                name="one_effective_decision_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.verdict}"

    @property
    def about(self) -> str:
        """What its papers are `about`: its own, and those that rest on it (certificate, plaque)."""
        return f"decision:{self.pk}"


class DecisionOrgan(models.Model):
    """An organ that decides; `place` 0 is the lead, whose number the document carries."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT)
    organ = models.ForeignKey(Organ, on_delete=models.PROTECT)
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "place"], name="one_organ_a_place"),
            models.UniqueConstraint(fields=["decision", "organ"], name="an_organ_once_a_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.place}"


class Recognition(models.Model):
    """The standing a recognition gives: who is what, since when, by which decision."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="recognition")
    holder = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="recognitions")
    level = models.CharField(_("级别"), max_length=20)
    """`municipal`, `provincial`, `national`, or `filed` for a 备案."""
    title = models.CharField(_("名称"), max_length=200)
    valid_from = models.DateField(_("起"))
    revoked_on = models.DateField(_("撤销日期"), null=True)

    class Meta:
        verbose_name = _("认定")
        verbose_name_plural = _("认定")
        ordering = ["-valid_from", "-id"]

    def __str__(self) -> str:
        return f"{self.title} {self.level}"
