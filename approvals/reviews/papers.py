"""The papers that come of a reviewer's act: acceptance, correction, non-acceptance (D01 to D03)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from approvals.applications.models import Application, CorrectionRequest
from approvals.notices.case_words import long_rows
from approvals.notices.models import Paper
from approvals.notices.services import intake
from approvals.notices.services.issuing import Order, PaperRefused, issue_for_case
from approvals.reviews.errors import OpinionRefused
from approvals.reviews.models import Opinion
from approvals.reviews.statement import Statement
from documents import cleaning, glyphs
from organizations.models import User

NOT_ACCEPTED = "not_accept"


def last_opinion(case: Application) -> Opinion | None:
    """What was said last, and by whom: the act an automatic step follows; one query."""
    return case.opinions.select_related("author").order_by("-pk").first()


def accepted(case: Application, *, deemed: bool = False) -> Paper | None:
    """D01, in the name of who accepted; what is deemed accepted nobody did."""
    said = None if deemed else last_opinion(case)
    return intake.acceptance(case, by=said.author if said is not None else None, deemed=deemed)


def asked_to_correct(request: CorrectionRequest, *, by: User) -> Paper | None:
    """D02; what cannot be printed is refused at once, and nothing typed is lost."""
    try:
        return intake.correction(request, by=by)
    except PaperRefused as refusal:
        raise OpinionRefused({"items": refusal.detail}) from refusal


def unprintable(statement: Statement) -> dict[str, str]:
    """What a statement says that no font prints, by field, when its words go on paper at once.

    Asked before anything is written: an automatic step has nobody to ask.
    """
    if statement.outcome != NOT_ACCEPTED:
        return {}
    words = [statement.text, *(reason.finding for reason in statement.reasons)]
    found = sorted({one for text in words for one in cleaning.unprintable(text)})
    if not found:
        return {}
    named = "、".join(f"{one}（{glyphs.code_point(one)}）" for one in found)
    return {"text": _("通知书无法印出以下字符：%(named)s，请换一种写法。") % {"named": named}}


def refused_acceptance(case: Application) -> Paper | None:
    """D03 with the reasons the intake officer gave."""
    said = last_opinion(case)
    if said is None:
        return None
    facts = {
        "conclusion": said.text,
        "reasons": [
            row
            for reason in said.reasons
            for row in long_rows([reason["clause"], reason["requirement"]], reason["finding"])
        ],
    }
    order = Order("non_acceptance", facts, about="acceptance")
    return issue_for_case(case, order, by=said.author)
