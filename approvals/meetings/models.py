"""A meeting of an organ, what is put before it, and what its minutes say of each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application
from approvals.worklist.models import BulkRun
from documents.models import Document
from organizations.models import Organ
from workflows.models import Task

if TYPE_CHECKING:
    from organizations.models import User

PEOPLE = settings.AUTH_USER_MODEL
REASON_LENGTH = 300
TEXT_LENGTH = 1000


class Kind(models.TextChoices):
    """The keys are those of a step's form (`form_schema.MEETING_KINDS`)."""

    LEADERS = "leaders", _("局长办公会")
    PARTY = "party", _("党组会")


class State(models.TextChoices):
    """`services` is its one writer."""

    PREPARING = "preparing", _("筹备和记录中")
    SUBMITTED = "submitted", _("纪要待确认")
    CONFIRMED = "confirmed", _("纪要已确认")
    CANCELLED = "cancelled", _("已取消")


class Meeting(models.Model):
    """The n-th meeting of this kind of the organ in its year; a cancelled one keeps its number."""

    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("会议类别"), max_length=20, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveSmallIntegerField(_("次数"))
    day = models.DateField(_("会议日期"))
    begins = models.TimeField(_("开始时间"))
    place = models.CharField(_("地点"), max_length=100)
    chair = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    recorder = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    attendees: models.ManyToManyField[User, Any] = models.ManyToManyField(
        PEOPLE, related_name="meetings", verbose_name=_("出席人员")
    )
    """With the chair, without the recorder unless he sits there too."""
    state = models.CharField(
        _("状态"), max_length=12, choices=State.choices, default=State.PREPARING
    )
    remark = models.CharField(_("说明"), max_length=REASON_LENGTH, blank=True)
    """Why the chair sent the minutes back, or why the meeting was cancelled."""
    made_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("建立时间"))
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)
    run = models.OneToOneField(BulkRun, on_delete=models.PROTECT, null=True, related_name="meeting")
    """The run that carries the decisions out, one transaction an item."""
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, related_name="meeting"
    )
    """The numbered minutes, where the organ has a series for them."""

    class Meta:
        verbose_name = _("会议")
        verbose_name_plural = _("会议")
        ordering: ClassVar[list[Any]] = ["-day", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["organ", "kind", "year", "number"], name="meetings_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(chair=models.F("recorder")), name="chair_does_not_record"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["organ", "-day"], name="meetings_of_organ")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """`局长办公会2026年第3次会议`."""
        words = {"kind": self.get_kind_display(), "year": self.year, "number": self.number}
        return gettext("%(kind)s%(year)d年第%(number)d次会议") % words

    @property
    def is_open(self) -> bool:
        """The agenda and what is recorded may still change."""
        return self.state == State.PREPARING

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        message = "a meeting is cancelled, not deleted"
        raise TypeError(message)


class ItemState(models.TextChoices):
    LISTED = "listed", _("列入议程")
    WITHDRAWN = "withdrawn", _("已撤下")
    DEFERRED = "deferred", _("缓议")
    DECIDED = "decided", _("已议定")


class AgendaItem(models.Model):
    """One case before one meeting. Once withdrawn, deferred or decided it is history."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="agenda_items")
    place = models.PositiveSmallIntegerField(_("顺序"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ItemState.choices, default=ItemState.LISTED
    )
    reason = models.CharField(_("撤下或者缓议的原因"), max_length=REASON_LENGTH, blank=True)
    number = models.PositiveSmallIntegerField(_("纪要第几项"), null=True)
    """Given when the minutes are confirmed: what the opinion cites."""
    papers_version = models.PositiveIntegerField(_("材料版本"))
    """Of the papers the meeting has before it; another one when it is recorded is told."""
    outcome = models.CharField(_("结论"), max_length=40, blank=True)
    conclusion = models.TextField(_("会议意见"), blank=True)
    dissent = models.TextField(_("不同意见"), blank=True)
    abstained: models.ManyToManyField[User, Any] = models.ManyToManyField(
        PEOPLE, related_name="+", verbose_name=_("弃权")
    )
    recused: models.ManyToManyField[User, Any] = models.ManyToManyField(
        PEOPLE, related_name="+", verbose_name=_("回避")
    )
    """Who left the room: he finds nothing of the item any more."""
    added_by = models.ForeignKey(PEOPLE, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("列入时间"))

    class Meta:
        verbose_name = _("议题")
        verbose_name_plural = _("议题")
        ordering: ClassVar[list[Any]] = ["place", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(state="listed"), name="a_task_on_one_agenda"
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}/{self.place}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        message = "an item is withdrawn or deferred, not deleted"
        raise TypeError(message)


class MeetingAct(models.Model):
    """One act under its idempotency key."""

    key = models.CharField(max_length=64, unique=True)
    payload_sha256 = models.CharField(max_length=64)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("会议操作")
        verbose_name_plural = _("会议操作")

    def __str__(self) -> str:
        return self.key
