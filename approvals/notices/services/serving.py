"""送达回证 (D24): the slip on which the addressee of a paper signs for it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.applications.errors import NotAllowedError, WrongStateError
from approvals.applications.models import Application
from approvals.applications.services.sight import locked_in_sight
from approvals.notices.kinds import OFFICES, SERVICE
from approvals.notices.models import Paper
from approvals.notices.rights import may_read, may_serve, reader_of
from approvals.notices.services.issuing import Order, PaperRefused, issue_for_case
from organizations.models import User
from organizations.positions import positions
from workflows.errors import NotVisible


def slip_of(paper: Paper) -> str:
    """What the slip of a paper is `about`: the very document that is served."""
    return f"document:{paper.document_id}"


@transaction.atomic
def make_service_record(application: Application, paper_id: int, *, by: User) -> Paper:
    """Issues the slip for a paper of the case, once: asked again, the same slip answers. A paper
    that was corrected has a new number and is served anew.

    Raises NotVisible (no such paper for this reader), NotAllowedError, PaperRefused.
    """
    case = locked_in_sight(application.pk, by)
    reader = reader_of(case, positions(by))
    found = Paper.objects.select_related("document__lead_organ")
    paper = found.filter(application=case, pk=paper_id).first()
    if paper is None or reader != OFFICES or not may_read(paper, reader):
        raise NotVisible
    if not may_serve(by, paper):
        raise NotAllowedError(_("只有文印、受理和承办人员可以出具送达回证。"))
    about = slip_of(paper)
    known = Paper.objects.filter(application=case, kind=SERVICE, about=about).first()
    if known is not None:
        return known
    if paper.kind == SERVICE:
        raise WrongStateError(_("送达回证本身不需要送达。"))
    document = paper.document
    facts = {
        "served_number": document.number,
        "served_title": document.title,
        "recipient": case.applicant.name,
        "address": case.applicant.applicant.address,
        "way": "□直接送达　□邮寄送达　□电子送达　□留置送达",
    }
    made = issue_for_case(case, Order(SERVICE, facts, about=about), by=by)
    if made is None:
        raise PaperRefused(_("本市的政策包没有送达回证的模板。"), code="no_template")
    return made
