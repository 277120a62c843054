"""The automatic tasks that decide and that record a payment; names as in docs/flows.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from approvals.decisions import kinds, papers, services
from approvals.decisions.models import Decision, Recognition, Verdict
from approvals.reviews import following
from approvals.reviews.handlers import case_of
from documents import replacement
from documents.services import (
    JOB_KIND,
    LONG_JOB_KIND,
    LONG_LEASE,
    IssueRefused,
    MissingGlyphs,
    render_job,
)
from jobs import registry
from workflows.handlers import BusinessError, Call, register


def issue_decision(call: Call) -> Mapping[str, Any]:
    """Number, frozen paper and decision, in the signing leader's transaction.

    A character that no font prints, or a text the page cannot hold, is a business error of the
    diagram (`missing_glyph`): the text goes back to the reviewer and no number is lost.
    """
    application = case_of(call)
    try:
        decision = services.decide(application, proposed=str(call.variables.get("verdict", "")))
    except MissingGlyphs as error:
        named = "、".join(error.characters)
        raise BusinessError(
            "missing_glyph", _("文稿中有字库没有的字：%(characters)s") % {"characters": named}
        ) from error
    except IssueRefused as error:
        raise BusinessError("missing_glyph", str(error)) from error
    return {"document_number": decision.document.number}


def record_payment(call: Call) -> None:
    """The money has left: day and bank serial, as the finance officer entered them."""
    application = case_of(call)
    decision = Decision.objects.select_related("program").get(
        application=application, superseded_by=None
    )
    paid_on = date.fromisoformat(str(call.variables["paid_on"]))
    kinds.record_payment(decision, paid_on, str(call.variables["payment_serial"]))


def write_recognition(decision: Decision) -> None:
    """The standing that an approved recognition gives; level and name are the program's data."""
    if decision.verdict == Verdict.REFUSED:
        return
    granted = decision.program.content.get("grants", {})
    papers.certificate_and_plaque(decision)
    Recognition.objects.create(
        decision=decision,
        holder=decision.application.applicant,
        level=granted.get("level", "municipal"),
        title=granted.get("title", decision.program.title),
        valid_from=decision.document.date,
    )


def register_all() -> None:
    """Called once at start-up."""
    register("issue_decision", issue_decision)
    register("record_payment", record_payment)
    kinds.register("recognition", write_recognition)
    registry.register(JOB_KIND, render_job, detached=True)
    registry.register(LONG_JOB_KIND, render_job, detached=True, lease=LONG_LEASE)
    replacement.register(services.follow_paper)
    following.register(papers.publicity)
