"""What became of an opinion: opinions stay as they were given, their standing is told beside them.

That a person took his opinion back, or that it was annulled by a recusal, is a row here. That a
return has passed over it is no row: the engine knows what a return has undone, and an opinion
counts again when the case goes straight back (`workflows.reopened`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

import clock
from workflows.reopened import superseded


class Standing(models.TextChoices):
    """Why an opinion does not count any more."""

    SUPERSEDED = "superseded", _("办件已退回，本意见不再计入")
    RETRACTED = "retracted", _("本人已取回")
    ANNULLED = "annulled", _("因回避作废")


class OpinionStanding(models.Model):
    """Append-only: one row says that an opinion stopped counting, by whom and why."""

    opinion = models.ForeignKey(
        "reviews.Opinion", on_delete=models.PROTECT, related_name="standings"
    )
    state = models.CharField(_("效力"), max_length=20, choices=Standing.choices)
    """`retracted` or `annulled`."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(_("原因"), blank=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        app_label = "reviews"
        verbose_name = _("意见效力")
        verbose_name_plural = _("意见效力")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["opinion"], name="an_opinion_stops_counting_once")
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id} {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise RuntimeError(f"standing {self.pk} is immutable")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise RuntimeError(f"standing {self.pk} is immutable")


def stop_counting(opinions: Iterable[Any], state: str, *, by: Any, reason: str) -> int:
    """These opinions count no more; the caller gives those that still do."""
    now = clock.now()
    found = [
        OpinionStanding(opinion=opinion, state=state, by=by, reason=reason, at=now)
        for opinion in opinions
    ]
    return len(OpinionStanding.objects.bulk_create(found))


def with_standing(opinions: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Each opinion with `stopped` (the state, or None) and `stopped_why`; no further query."""
    rows = OpinionStanding.objects.filter(opinion=OuterRef("pk"))
    found: QuerySet[Any, Any] = opinions.annotate(
        stopped=Subquery(rows.values("state")[:1]), stopped_why=Subquery(rows.values("reason")[:1])
    )
    return found


def passed_over(application: Any) -> frozenset[int]:
    """Tasks whose opinions a return has passed over; no query while nothing was returned."""
    process = application.process
    if process is None or process.material_version == 1:
        return frozenset()
    return superseded(process)


def struck(opinion: Any, passed: frozenset[int]) -> str:
    """Why an opinion read by `with_standing` does not count, in words; empty while it does."""
    if opinion.stopped:
        why = f"：{opinion.stopped_why}" if opinion.stopped_why else ""
        return f"{Standing(opinion.stopped).label}{why}"
    return str(Standing.SUPERSEDED.label) if opinion.task_id in passed else ""
