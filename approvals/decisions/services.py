"""Deciding a case: one transaction with the leader's signature; and what a draft looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

import clock
from approvals.applications.models import Application
from approvals.decisions import kinds
from approvals.decisions.fields import CaseFile, case_file, fields_of
from approvals.decisions.models import Decision, DecisionOrgan, Verdict
from approvals.programs import notices
from approvals.reviews.models import Opinion
from documents import services as documents
from documents.models import Document
from organizations.holders import successor_on
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
    document = documents.issue(
        kind=str(notices.notice_of(application.program.content, TEMPLATES[verdict])["kind"]),
        organs=organs,
        content=compose(file, verdict),
        holder_masked=application.applicant.name,
        by=signer,
        case_stream=application.stream,
        amount=application.amount if verdict != Verdict.REFUSED else None,
    )
    decision = _record(file, verdict, document, signer)
    kinds.write_details(decision)
    return decision


def organs_for(application: Application, verdict: Verdict) -> list[Organ]:
    """The organs that sign, the lead first; a reorganised one is replaced by its successor."""
    keys = notices.organ_keys(application.program.content, TEMPLATES[verdict])
    named = {
        organ.key: organ
        for organ in Organ.objects.filter(city=application.city, key__in=keys).select_related(
            "successor"
        )
    }
    found = [successor_on(named[key], clock.today()) for key in keys]
    return [organ for organ in found if organ is not None]


def compose(file: CaseFile, verdict: Verdict) -> dict[str, Any]:
    """The content document of the verdict for this case."""
    basis = file.application.program.content.get("legal_basis", {})
    if not basis.get("number"):
        raise NoLegalBasis(file.application.program.code)
    return notices.compose(file.application.program, TEMPLATES[verdict], fields_of(file))


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


def follow_paper(old: Document, new: Document) -> None:
    """A renumbered paper carries the same decision: it follows, nothing else of it changes."""
    Decision.objects.filter(document=old).update(document=new)


def draft_content(application: Application, proposed: str) -> dict[str, Any]:
    """The 送审稿 as it would be issued today, without number and code."""
    verdict = VERDICTS.get(proposed, Verdict.APPROVED)
    return compose(case_file(application, organs_for(application, verdict)), verdict)


def decisions_on(applications: Sequence[int]) -> dict[int, Decision]:
    """The effective decision of each case, by application; one query."""
    found = Decision.objects.filter(application__in=applications, superseded_by=None)
    return {decision.application_id: decision for decision in found.select_related("document")}
