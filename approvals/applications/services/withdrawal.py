"""Withdrawal by the applicant (C7): until the decision is numbered, with a reason, for good."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

import clock
from approvals.applications import acts, filing, moves
from approvals.applications.errors import WrongStateError
from approvals.applications.models import Application
from approvals.applications.phases import WITHDRAWABLE, WITHDRAWN
from approvals.applications.rights import require_member
from approvals.applications.services.locking import locked
from approvals.applications.services.sight import locked_in_sight
from organizations.models import User
from workflows import operations

VERB = "withdraw"
REASON_LENGTH = 500


@transaction.atomic
def withdraw(application: Application, *, by: User, reason: str, key: str) -> Application:
    """Ends the case as withdrawn: every open seat is closed, no document number is consumed.

    Raises NotVisible (of a case one may not read), NotAllowedError, KeyReusedError, WrongStateError
    (draft, closed, or already numbered).
    """
    filed = application.process_id is not None
    case = locked_in_sight(application.pk, by) if filed else locked(application.pk)
    require_member(by, case.applicant_id)
    reason = reason.replace("\x00", "").strip()[:REASON_LENGTH]
    if acts.already_done(case, key, VERB, {"reason": reason}):
        return case
    if not can_withdraw(case):
        raise WrongStateError(_("申请已进入编号印发或已办结，不能撤回；如需变更请联系受理机关。"))
    if not reason:
        raise WrongStateError(_("请填写撤回原因。"))
    acts.remember(case, key, VERB, {"reason": reason})
    if case.process is not None:
        operations.cancel(
            case.process,
            by=by,
            verdict=WITHDRAWN,
            reason=reason,
            phase=WITHDRAWN,
            facts={"act": VERB, "from_phase": case.phase},
        )
    case.withdrawn_reason = reason
    case.verdict = WITHDRAWN
    case.closed_at = clock.now()
    case.save(update_fields=["withdrawn_reason", "verdict", "closed_at"])
    filing.ended(case, WITHDRAWN)
    moves.announce(case, [], by)
    return case


def can_withdraw(application: Application) -> bool:
    """Filed, not closed, and not yet numbered."""
    return (
        application.submitted_at is not None
        and application.closed_at is None
        and application.phase in WITHDRAWABLE
    )
