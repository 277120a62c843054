"""Deciding a case: one transaction with the leader's signature; and what a draft looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import translation

import clock
from approvals.applications.models import Application
from approvals.decisions import kinds
from approvals.decisions.fields import CaseFile, case_file, fields_of
from approvals.decisions.models import Decision, DecisionOrgan, Verdict
from approvals.notices.composing import CHINESE
from approvals.notices.models import TemplateVersion
from approvals.notices.selectors import in_line_of
from approvals.notices.services.issuing import keep, organs_of
from approvals.programs import notices
from approvals.programs.pack_source import content_sha256
from approvals.reviews.models import Opinion
from documents import services as documents
from documents.models import Document
from documents.replacement import Replacement
from organizations.models import Organ, User

VERDICTS = {
    "approve": Verdict.APPROVED,
    "conditional": Verdict.CONDITIONAL,
    "reject": Verdict.REFUSED,
}
"""What the proposing reviewer said, and the verdict it becomes when the leader signs."""
TEMPLATES = {
    Verdict.APPROVED: "approved",
    Verdict.CONDITIONAL: "approved",
    Verdict.REFUSED: "refused",
}


class NoLegalBasis(Exception):
    """The pack has no measure to cite: nothing may be issued (domain §7.27)."""


@transaction.atomic
def decide(application: Application, *, proposed: str) -> Decision:
    """Issues the paper and records the decision, in the transaction of the signature.

    Raises `documents.services.MissingGlyphs` before a number is taken, and `NoLegalBasis`.
    """
    verdict = VERDICTS[proposed]
    organs = organs_for(application, verdict)
    file = case_file(application, organs)
    signer = _signer(file)
    notice = notices.notice_of(application.program.content, TEMPLATES[verdict])
    version = wording_of(file, verdict)
    document = documents.issue(
        kind=str(notice["kind"]),
        organs=organs,
        content=compose(file, verdict, version),
        holder_masked=application.applicant.name,
        by=signer,
        case_stream=application.stream,
        amount=application.amount if verdict != Verdict.REFUSED else None,
    )
    decision = _record(file, verdict, document, signer)
    keep(application, document, kind=document.kind, about=decision.about, template=version)
    kinds.write_details(decision)
    return decision


def organs_for(application: Application, verdict: Verdict) -> list[Organ]:
    """The organs that sign, the lead first, as they stand today (`notices` gives way to
    successors). Raises PaperRefused when one is gone for good."""
    notice = notices.notice_of(application.program.content, TEMPLATES[verdict])
    return organs_of(application.city, notice)[1]


def wording_of(file: CaseFile, verdict: Verdict) -> TemplateVersion | None:
    """The office's newest wording of the very notice the case's program names; one query."""
    named = notices.notice_of(file.application.program.content, TEMPLATES[verdict])
    return in_line_of(file.application.city, content_sha256(named))


@translation.override(CHINESE)
def compose(
    file: CaseFile, verdict: Verdict, version: TemplateVersion | None = None
) -> dict[str, Any]:
    """The content document of the verdict for this case."""
    basis = file.application.program.content.get("legal_basis", {})
    if not basis.get("number"):
        raise NoLegalBasis(file.application.program.code)
    template = None if version is None else version.content
    return notices.compose(file.application.program, TEMPLATES[verdict], fields_of(file), template)


def _signer(file: CaseFile) -> User:
    """Who signed for the lead organ, else who signed last."""
    signed = [opinion for opinion in file.opinions if opinion.outcome == "sign"]
    lead = [opinion for opinion in signed if opinion.organ_id == file.organs[0].pk]
    chosen: Opinion = (lead or signed)[-1]
    return chosen.author


def _record(file: CaseFile, verdict: Verdict, document: Document, signer: User) -> Decision:
    application = file.application
    basis = application.program.content["legal_basis"]
    decision = Decision.objects.create(
        application=application,
        program=application.program,
        document=document,
        verdict=verdict,
        amount=application.amount if verdict != Verdict.REFUSED else None,
        sum=file.assessment.as_json()["sum"],
        reasons=file.reasons if verdict == Verdict.REFUSED else [],
        legal_basis=f"《{basis['title']}》（{basis['number']}）",
        signed_by=signer,
        decided_at=clock.now(),
    )
    DecisionOrgan.objects.bulk_create(
        [
            DecisionOrgan(decision=decision, organ=organ, place=place)
            for place, organ in enumerate(file.organs)
        ]
    )
    return decision


def follow_paper(change: Replacement) -> None:
    """A renumbered paper carries the same decision: it follows, nothing else of it changes."""
    Decision.objects.filter(document=change.old).update(document=change.new)


def draft_content(application: Application, proposed: str) -> dict[str, Any]:
    """The 送审稿 as it would be issued today, without number and code."""
    verdict = VERDICTS.get(proposed, Verdict.APPROVED)
    file = case_file(application, organs_for(application, verdict))
    return compose(file, verdict, wording_of(file, verdict))


def decisions_on(applications: Sequence[int]) -> dict[int, Decision]:
    """The effective decision of each case, by application; one query."""
    found = Decision.objects.filter(application__in=applications, superseded_by=None)
    return {decision.application_id: decision for decision in found.select_related("document")}
