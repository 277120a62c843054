"""Why an act of the applicant was not done: a code, an HTTP status, a sentence with the way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _


class ApplicationActError(Exception):
    """Base of all refusals; `detail` is shown to the person who acted."""

    code: str = "refused"
    status: ClassVar[int] = 422

    def __init__(self, detail: str, *, code: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code


class NotAllowedError(ApplicationActError):
    """He sees the case but may not do this."""

    code = "not_allowed"
    status = 403


class WrongStateError(ApplicationActError):
    """The case is not in a state in which this can be done."""

    code = "wrong_state"
    status = 422


class KeyReusedError(ApplicationActError):
    """The idempotency key was used for something else."""

    code = "key_reused"
    status = 409

    def __init__(self) -> None:
        super().__init__(_("这个操作编号已用于另一操作，请刷新页面后重试。"))


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two windows changed to different values."""

    field: str
    label: str
    stored: Any
    entered: Any


class DraftConflictError(ApplicationActError):
    """Another window saved other values of the same fields meanwhile; nothing was written."""

    code = "draft_conflict"
    status = 409

    def __init__(self, differences: Sequence[Difference]) -> None:
        labels = "、".join(difference.label for difference in differences)
        super().__init__(_("另一窗口已修改：%(labels)s。请核对后再保存。") % {"labels": labels})
        self.differences = tuple(differences)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps the application from being filed, linked to where it is mended.

    `section` is the page (a section key, `files` for materials, `check` for eligibility), `anchor`
    the element's id there, `clause` the rule's source when it has one.
    """

    section: str
    anchor: str
    label: str
    message: str
    clause: str = ""


class IncompleteError(ApplicationActError):
    """The application cannot be filed as it is; every problem at once."""

    code = "incomplete"
    status = 422

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_("还有 %(count)s 处需要完善后才能提交。") % {"count": len(problems)})
        self.problems = tuple(problems)
