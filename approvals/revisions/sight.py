"""Who sees an office's papers here, who may propose and who may rule."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from approvals.applications.errors import ApplicationActError, NotAllowedError
from approvals.decisions.models import DecisionOrgan
from approvals.revisions.models import Revision
from documents import sight
from documents.models import Document
from organizations.models import Organ, User
from organizations.permissions import Permission, can, cities_where
from organizations.positions import positions
from organizations.roles import roles_with

_RIGHTS = (Permission.PROPOSE_DECISION, Permission.SIGN_DECISION)


class NoSuchPaper(ApplicationActError):
    """For this person there is no such paper."""

    code = "not_found"
    status = 404


def signers_of(document: Document) -> list[Organ]:
    """The organs that issued it, the lead first; a query for a joint paper only. Its text is often
    drafted by another than the lead: the treasury signs first and drafts nothing."""
    lead, others = document.lead_organ, document.organ_names[1:]
    if not others:
        return [lead]
    return [lead, *Organ.objects.filter(city=lead.city, name__in=others).exclude(pk=lead.pk)]


def may_propose(user: User, document: Document) -> bool:
    """Drafts decisions at one of the organs that issued it."""
    return _has(user, Permission.PROPOSE_DECISION, signers_of(document))


def _has(user: User, right: Permission, organs: Sequence[Organ]) -> bool:
    return any(can(user, right, organ) for organ in organs)


def may_rule(user: User, revision: Revision) -> bool:
    """Signs for the organ, and is another than who proposed. Whether he may know of the paper is
    asked before (`paper_for`)."""
    organ = revision.document.lead_organ
    return revision.proposed_by_id != user.pk and bool(can(user, Permission.SIGN_DECISION, organ))


def offices_of(user: User) -> frozenset[int]:
    """The organs whose papers he handles: where he proposes or signs; no query beyond his posts."""
    roles = frozenset[str]().union(*map(roles_with, _RIGHTS))
    return frozenset(held.organ_id for held in positions(user) if held.role in roles)


def require_office(user: User) -> frozenset[int]:
    """Raises NotAllowedError for who handles no papers."""
    offices = offices_of(user)
    if not offices:
        raise NotAllowedError(_("只有拟定和签发决定的人员可以更正或者撤销公文。"))
    return offices


def paper_for(user: User, pk: int) -> Document:
    """The paper, for those who propose or sign at an organ that issued it; readers of the city's
    register are told the missing right (403), for all others, and for who is kept from its case,
    there is none (404)."""
    rows = Document.objects.select_related(
        "lead_organ", "entry__series", "supersedes", "superseded_by"
    )
    document = rows.filter(~sight.kept_from(user), pk=pk).first()
    if document is None:
        raise NoSuchPaper("")
    organs = signers_of(document)
    if any(_has(user, right, organs) for right in _RIGHTS):
        return document
    if document.lead_organ.city in cities_where(user, Permission.READ_REGISTER):
        raise NotAllowedError(_("只有该公文发文机关拟定和签发决定的人员可以办理。"))
    raise NoSuchPaper("")


def papers(user: User, offices: frozenset[int], words: str) -> QuerySet[Document]:
    """Papers of these organs, joint ones too, that he may know of, newest first."""
    joint = DecisionOrgan.objects.filter(decision__document=OuterRef("pk"), organ__in=offices)
    issued = Q(lead_organ__in=offices) | Q(Exists(joint))
    found = Document.objects.filter(~sight.kept_from(user), issued).select_related("lead_organ")
    if words:
        found = found.filter(Q(number__icontains=words) | Q(title__icontains=words))
    return found.defer("content").order_by("-pk")


def open_revisions(user: User, offices: frozenset[int]) -> QuerySet[Revision]:
    """What waits for a ruling at these organs, of papers that he may know of."""
    rows = Revision.objects.filter(
        ~sight.on_kept_paper(user), state="open", document__lead_organ__in=offices
    )
    return rows.select_related("document", "proposed_by").defer("document__content")
