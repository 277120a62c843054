"""Review flags: kept, told to the supervisors, closed with a note."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import clock
from approvals.applications.models import Application
from approvals.applications.rights import supervisors_of
from approvals.applications.services.sight import locked_in_sight
from approvals.notifications.services import notify
from approvals.supervision import idempotency
from approvals.supervision.models import TEXT_LENGTH, ReviewFlag
from approvals.supervision.sight import visible_flags
from journal.services import record
from organizations.models import User
from workflows.errors import NotVisible, WrongState

KIND = "review_flag"
LABELS = {
    "recused_after_decision": gettext_lazy("决定后回避"),
    "transfer_chain": gettext_lazy("转办次数过多"),
    "transfer_back": gettext_lazy("转回原经办人"),
    "recusal_unruled": gettext_lazy("回避申请逾期未决定"),
    "silent_red": gettext_lazy("红色督办逾期未答复"),
}
"""Words for the kinds that are known; another kind is shown as it is named."""


def flag(application: Application, kind: str, text: str) -> None:
    """Keeps the flag and tells the city's supervisors, in the caller's transaction.

    An open flag with the same words is not raised twice.
    """
    same = ReviewFlag.objects.filter(
        application=application, kind=kind, reason=text, closed_at=None
    )
    if same.exists():
        return
    raised = ReviewFlag.objects.create(
        application=application, kind=kind, reason=text, raised_at=clock.now()
    )
    record(application.stream, "review_flagged", data={"kind": kind, "text": text})
    notify(
        supervisors_of(application.city),
        kind=KIND,
        title=_("核查提示：%(what)s（%(number)s）")
        % {"what": label_of(kind), "number": application.number},
        body=text,
        link="/supervision/flags/",
        key=f"flag:{raised.pk}",
        case=application.stream,
    )


def label_of(kind: str) -> str:
    """The kind in words."""
    return str(LABELS.get(kind, kind))


@transaction.atomic
def close_flag(flag_pk: int, *, actor: User, key: str, reason: str) -> ReviewFlag:
    """A supervisor has looked at it and says what came of it.

    Raises NotVisible, KeyReused, WrongState (`flag_closed`, `no_text`).
    """
    found = visible_flags(actor).filter(pk=flag_pk).first()
    if found is None:
        raise NotVisible
    case = locked_in_sight(found.application_id, actor)
    row = ReviewFlag.objects.select_for_update().get(pk=flag_pk)
    payload = {"flag": flag_pk, "text": reason}
    if idempotency.earlier(key, actor, payload) is not None:
        return row
    text = reason.replace("\x00", "").strip()[:TEXT_LENGTH]
    if row.closed_at is not None:
        raise WrongState(_("这条核查提示已经处理。"), code="flag_closed")
    if not text:
        raise WrongState(_("请写明处理意见。"), code="no_text")
    idempotency.remember(key, actor, payload)
    row.closed_at, row.closed_by, row.closing = clock.now(), actor, text
    row.save(update_fields=["closed_at", "closed_by", "closing"])
    record(case.stream, "review_flag_closed", actor=actor, data={"kind": row.kind, "text": text})
    return row
