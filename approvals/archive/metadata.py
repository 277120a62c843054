"""What a package says about its case: plain data that any program reads in twenty years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

import clock
from approvals.applications.models import Application
from approvals.reviews.models import Opinion
from documents.models import Document, NumberSeries, RegisterEntry
from journal import selectors as journal
from journal.canonical import moment
from journal.models import Entry, Stream

FORMAT = "incubator-approvals/archive/1"


def documents_of(application: Application) -> list[Document]:
    """Every paper of the case in the order of issue, void and superseded ones too."""
    rows = Document.objects.filter(case_stream=application.stream)
    return list(rows.select_related("entry__series", "lead_organ", "superseded_by").order_by("pk"))


def case_facts(application: Application) -> dict[str, Any]:
    """The case: who, what, when, how it ended."""
    accepted, due = application.accepted_at, application.due_on
    return {
        "number": application.number,
        "city": application.city,
        "program": {"code": application.program.code, "title": application.program.title},
        "applicant": {
            "name": application.applicant.name,
            "credit_code": application.applicant.applicant.credit_code,
        },
        "county": application.county.name if application.county else None,
        "submitted_at": _moment(application.submitted_at),
        "submitted_sha256": application.submitted_sha256,
        "accepted_on": accepted.isoformat() if accepted else None,
        "due_on": due.isoformat() if due else None,
        "closed_at": _moment(application.closed_at),
        "verdict": application.verdict,
        "amount": f"{application.amount:.2f}" if application.amount is not None else None,
        "data": application.data,
        "opinions": [
            _opinion(one) for one in application.opinions.select_related("organ", "author")
        ],
    }


def _moment(at: Any) -> str | None:
    return at.astimezone(clock.BEIJING).isoformat(timespec="seconds") if at else None


def _opinion(opinion: Opinion) -> dict[str, Any]:
    return {
        "step": opinion.title,
        "organ": opinion.organ.name if opinion.organ else None,
        "role": opinion.role,
        "author": opinion.author.name,
        "outcome": opinion.outcome,
        "text": opinion.text,
        "reasons": opinion.reasons,
        "given_at": _moment(opinion.given_at),
    }


def document_facts(document: Document, path: str) -> dict[str, Any]:
    """One row of the register, and where its file lies in the package."""
    successor: Model | None = getattr(document, "superseded_by", None)
    changed = document.state_changed_on
    return {
        "number": document.number,
        "title": document.title,
        "kind": document.kind,
        "organs": document.organ_names,
        "date": document.date.isoformat(),
        "state": document.state,
        "state_reason": document.state_reason,
        "state_changed_on": changed.isoformat() if changed else None,
        "superseded_by": getattr(successor, "number", None),
        "series": str(document.entry.series),
        "n": document.entry.n,
        "verify_code": document.verify_code,
        "content_sha256": document.content_sha256,
        "sha256": document.pdf_sha256,
        "unsigned_sha256": document.unsigned_sha256,
        "signatures": document.signatures,
        "made_with": {
            "fonts": document.font_set,
            "layout": document.template_version,
            "renderer": document.renderer,
        },
        "path": path,
    }


def register_extract(documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Every number of the series used, 1 to the last one of the case: state only, no titles."""
    last: dict[int, int] = {}
    for document in documents:
        key = document.entry.series_id
        last[key] = max(last.get(key, 0), document.entry.n)
    found = []
    for series in NumberSeries.objects.filter(pk__in=last).order_by("pk"):
        rows = RegisterEntry.objects.filter(series=series, n__lte=last[series.pk]).order_by("n")
        numbers = [{"n": row.n, "state": row.state} for row in rows]
        found.append({"series": str(series), "last": last[series.pk], "numbers": numbers})
    return found


def journal_extract(application: Application) -> dict[str, Any]:
    """The case's whole chain with its head: its digests can be computed again from this alone."""
    stream = Stream.objects.filter(key=application.stream).first()
    return {
        "stream": application.stream,
        "length": stream.length if stream else 0,
        "head": stream.head if stream else "",
        "entries": [_entry(one) for one in journal.entries(application.stream)],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "position": entry.position,
        "at": moment(entry.at),
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "verb": entry.verb,
        "data": entry.data,
        "previous": entry.previous,
        "digest": entry.digest,
    }
