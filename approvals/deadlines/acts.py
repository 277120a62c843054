"""The acts on a clock as pages: what each is called, asks and does, and who is offered it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.applications.models import Application
from approvals.deadlines import services
from approvals.deadlines.forms import (
    ClockForm,
    ConfirmForm,
    EndForm,
    ExtendForm,
    ResumeForm,
    SpecialForm,
    SuspendForm,
)
from approvals.deadlines.models import ClockEvent
from approvals.deadlines.services.gate import APPROVE, HANDLE, may
from organizations.models import User
from organizations.permissions import Permission


@dataclass(frozen=True, slots=True)
class ClockAct:
    """One act: `name` is its route, `done` what is said afterwards."""

    name: str
    title: str | Promise
    help: str | Promise
    button: str | Promise
    done: str | Promise
    form: type[ClockForm]
    perform: Callable[..., ClockEvent]
    right: Permission = HANDLE


SPECIAL = ClockAct(
    "special",
    _("启动特别程序"),
    _("听证、检验检测、鉴定、专家评审和现场核查所需时间不计入办理期限，并书面告知申请人。"),
    _("启动并告知申请人"),
    _("已启动特别程序，并已告知申请人。"),
    SpecialForm,
    services.special_procedure,
)
END_SPECIAL = ClockAct(
    "end_special",
    _("结束特别程序"),
    _("自明日起恢复计算期限。"),
    _("登记结束"),
    _("特别程序已结束，期限自明日起恢复计算。"),
    EndForm,
    services.end_special_procedure,
)
SUSPEND = ClockAct(
    "suspend",
    _("中止办理"),
    _("自明日起停止计算期限，直至恢复办理；须有法律依据，并告知申请人。"),
    _("中止并告知申请人"),
    _("已中止办理，并已告知申请人。"),
    SuspendForm,
    services.suspend,
)
RESUME = ClockAct(
    "resume",
    _("恢复办理"),
    _("自明日起恢复计算期限。"),
    _("恢复办理"),
    _("已恢复办理，期限自明日起恢复计算。"),
    ResumeForm,
    services.resume,
)
EXTEND = ClockAct(
    "extend",
    _("申请延长期限"),
    _("期限只能延长一次，由承办人以外的负责人批准，理由将告知申请人。"),
    _("提交审批"),
    _("已提交，等待负责人批准。"),
    ExtendForm,
    services.propose_extension,
)
CONFIRM = ClockAct(
    "confirm",
    _("审批延长期限"),
    _("批准后期限即延长，并将理由告知申请人。"),
    _("提交意见"),
    _("意见已记录。"),
    ConfirmForm,
    services.confirm_extension,
    APPROVE,
)
ACTS = (SPECIAL, END_SPECIAL, SUSPEND, RESUME, EXTEND, CONFIRM)


@dataclass(frozen=True, slots=True)
class Link:
    """One offered act."""

    label: str
    url: str


def offered(application: Application, user: User) -> list[Link]:
    """What this person may do now with the clock; two queries for who may, one for who may not."""
    if application.accepted_at is None or application.closed_at is not None:
        return []
    if not may(user, application, HANDLE):
        return []
    rows = list(application.clock_events.all())
    extensions = {row.state for row in rows if row.kind == ClockEvent.Kind.EXTENSION}
    chosen = _pausing(rows)
    if ClockEvent.State.PROPOSED in extensions:
        chosen += [CONFIRM] if may(user, application, APPROVE) else []
    elif ClockEvent.State.IN_FORCE not in extensions:
        chosen.append(EXTEND)
    return [
        Link(str(act.title), reverse(f"deadlines:{act.name}", args=[application.pk]))
        for act in chosen
    ]


def _pausing(rows: list[ClockEvent]) -> list[ClockAct]:
    running = next((row for row in rows if row.is_open), None)
    if running is None:
        return [SPECIAL, SUSPEND]
    return [END_SPECIAL if running.kind == ClockEvent.Kind.SPECIAL_PROCEDURE else RESUME]
