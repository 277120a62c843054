"""Why an operation refuses (code, HTTP status, sentence), and what faults a flow can have."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

import clock


class OperationError(Exception):
    """Nothing was done. `detail` is a sentence for the person who acts."""

    code = "operation_refused"
    status = 422

    def __init__(self, detail: str = "", *, code: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code


class NotVisible(OperationError):
    """No such task, or none this person may know of: the same answer for both."""

    code = "not_found"
    status = 404

    def __init__(self) -> None:
        super().__init__(_("没有找到这项任务。"))


class NotAllowed(OperationError):
    """The person sees the task but may not act on it."""

    code = "not_allowed"
    status = 403


class KeyReused(OperationError):
    """The idempotency key came before with another payload."""

    code = "key_reused"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("该操作标识已用于另一次提交，请刷新页面后重试。"))


class Stale(OperationError):
    """The material changed since the person saw it."""

    code = "stale"
    status = 409

    def __init__(self, current: int) -> None:
        super().__init__(_("申请材料已更新为第%d版，请查看新版本后再办理。") % current)
        self.current = current


class AlreadyDecided(OperationError):
    """The seat has acted: who and when."""

    code = "already_decided"
    status = 409

    def __init__(self, by: str, at: datetime | None) -> None:
        when = at.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M") if at else ""
        super().__init__(_("该任务已由%(by)s于%(at)s办理。") % {"by": by or _("系统"), "at": when})
        self.by = by
        self.at = at


class WrongState(OperationError):
    """The task or the outcome does not fit."""

    code = "wrong_state"
    status = 422


class UnknownFlow(OperationError):
    """No version of the flow is valid on the day."""

    code = "unknown_flow"


class FlowFault(Exception):
    """The diagram cannot go on here: the token is parked and the case shown as blocked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StepLimit(FlowFault):
    """One act produced more steps than a sound flow can: an automatic loop."""
