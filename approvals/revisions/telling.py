"""Who hears of a proposal, and of what became of a paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from approvals.applications.models import Application
from approvals.applications.rights import filers_of
from approvals.notifications.services import notify
from approvals.notifications.sight import case_number
from approvals.revisions.models import Act, Revision
from documents import sight
from organizations.holders import holders
from organizations.models import User
from organizations.permission_names import Permission
from organizations.roles import roles_with

PROPOSED = "revision_proposed"
CHANGED = "paper_changed"


def tell_signers(revision: Revision) -> None:
    """Everybody else who signs for the organ and may know of the paper: one of them rules. One
    query a signer."""
    organ = revision.document.lead_organ
    signers: dict[int, User] = {}
    for role in sorted(roles_with(Permission.SIGN_DECISION)):
        signers.update({person.pk: person for person in holders(role, organ)})
    signers.pop(revision.proposed_by_id, None)
    words = {"act": revision.get_act_display(), "number": revision.document.number}
    notify(
        [one for one in signers.values() if not sight.is_kept(revision.document, one)],
        kind=PROPOSED,
        title=_("公文%(act)s待审定：%(number)s") % words,
        link=f"/papers/{revision.document_id}/",
        key=f"revision:{revision.pk}",
        case=revision.document.case_stream,
    )


def tell_applicant(revision: Revision, along: str) -> None:
    """The people of the case's applicant; a paper without a case has nobody to tell here. `along`:
    what became of the papers that rest on it."""
    document = revision.document
    if not document.case_stream.startswith("case:"):
        return
    case = (
        Application.objects.filter(pk=case_number(document.case_stream))
        .select_related("applicant")
        .first()
    )
    if case is None:
        return
    words = {"number": document.number}
    if revision.act == Act.REVOKE:
        title = _("公文%(number)s已被撤销") % words
    else:
        new = revision.result.number if revision.result is not None else ""
        title = _("公文%(number)s已更正，新文号为%(new)s") % {**words, "new": new}
    notify(
        filers_of(case.applicant),
        kind=CHANGED,
        title=title,
        body="\n".join(filter(None, (revision.reason, along))),
        link=f"/applications/{case.pk}/",
        key=f"paper_changed:{document.pk}",
        case=document.case_stream,
    )
