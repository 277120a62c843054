"""The append-only journal: one hash chain per stream, and a daily anchor over all heads."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from journal.canonical import GENESIS, digest, moment


class AppendOnlyError(Exception):
    """Somebody tried to change or delete what has been recorded."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Reads and inserts; every mass change is refused."""

    def update(self, **changes: Any) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)

    def delete(self) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)

    def bulk_update(self, *arguments: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError(self.model.__name__)


class AppendOnly(models.Model):
    """A row that is written once. The digests reveal who goes around this class by SQL."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *arguments: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(type(self).__name__)
        super().save(*arguments, **options)

    def delete(self, *arguments: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError(type(self).__name__)


class Stream(models.Model):
    """One chain: a case, an organ, a register or the system. Its row is the lock of the chain."""

    key = models.CharField(_("流"), max_length=160, unique=True)
    length = models.PositiveBigIntegerField(_("条数"), default=0)
    head = models.CharField(_("最后摘要"), max_length=64, default=GENESIS)

    class Meta:
        verbose_name = _("日志流")
        verbose_name_plural = _("日志流")

    def __str__(self) -> str:
        return self.key


class Entry(AppendOnly):
    """One act: who did what, when, with which data."""

    stream = models.ForeignKey(
        Stream,
        on_delete=models.PROTECT,
        related_name="entries",
        verbose_name=_("流"),
        db_index=False,
    )
    """Found by the unique key (stream, position)."""
    position = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(_("经办人编号"), null=True)
    actor_name = models.CharField(_("经办人"), max_length=150, blank=True)
    verb = models.CharField(_("动作"), max_length=80)
    data = models.JSONField(_("内容"), default=dict)
    previous = models.CharField(_("上一摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = _("日志条目")
        verbose_name_plural = _("日志条目")
        constraints = [
            models.UniqueConstraint(fields=["stream", "position"], name="journal_entry_position")
        ]

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.position} {self.verb}"

    def computed_digest(self, stream_key: str) -> str:
        """The digest this row must have; differs from `digest` when the row was altered."""
        content = {
            "stream": stream_key,
            "position": self.position,
            "at": moment(self.at),
            "actor_id": self.actor_id,
            "actor_name": self.actor_name,
            "verb": self.verb,
            "data": self.data,
        }
        return digest(self.previous, content)


class Anchor(AppendOnly):
    """The heads that moved since the anchor before, chained to it.

    Written down outside the house (the command prints the digest), it reveals a tail that was cut
    off together with its head row. `heads` maps stream keys to [length, digest]; streams that did
    not move stay covered by the earlier anchor that names them.
    """

    day = models.DateField(_("日期"), primary_key=True)
    at = models.DateTimeField(_("时间"))
    heads = models.JSONField(_("各流末端"), default=dict)
    previous = models.CharField(_("上一摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = _("每日锚点")
        verbose_name_plural = _("每日锚点")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:12]}"

    def computed_digest(self) -> str:
        """The digest this anchor must have."""
        content = {"day": self.day.isoformat(), "at": moment(self.at), "heads": self.heads}
        return digest(self.previous, content)
