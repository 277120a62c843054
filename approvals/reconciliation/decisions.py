"""Decision = document: what only approvals can compare, as a pure function over rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from documents.print_room.findings import Finding, Kind


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """One closed case with its effective decision and that decision's paper."""

    city: str
    case: int
    number: str
    verdict: str
    """Of the process: how the case ended."""
    decision: int | None
    document: int | None
    document_number: str
    document_state: str


@dataclass(frozen=True, slots=True)
class RestingPaper:
    """A valid certificate, plaque or voucher slip whose ground is not what it was."""

    city: str
    document: int
    number: str
    ground: str
    """The number of the decision's paper that it cites, or that was revoked."""


DECIDED = frozenset({"approved", "conditional", "refused"})
"""Ends of a case that are a decision; withdrawn and lapsed cases have none."""
CLOSED_PAPER = frozenset({"void", "superseded"})
"""A revoked paper keeps its decision: the public check shows both (docs/printing.md)."""


def of_resting(papers: Iterable[RestingPaper]) -> Iterator[Finding]:
    """A paper follows its ground: cited under its present number, revoked with it."""
    for paper in papers:
        kind = Kind.RESTS_ON_CLOSED_PAPER
        yield Finding(kind, paper.city, paper.document, paper.number, paper.ground)


def of_decisions(cases: Iterable[DecidedCase]) -> Iterator[Finding]:
    """Every decided case has a decision, every decision a document that is in force."""
    for case in cases:
        if case.decision is None:
            if case.verdict in DECIDED:
                yield _of_case(Kind.ENDED_WITHOUT_DECISION, case)
        elif case.document is None:
            yield _of_case(Kind.DECISION_WITHOUT_DOCUMENT, case)
        elif case.document_state in CLOSED_PAPER:
            detail = _("办件%s") % case.number
            kind, about = Kind.DECISION_ON_CLOSED_PAPER, case.document_number
            yield Finding(kind, case.city, case.document, about, detail)


def _of_case(kind: Kind, case: DecidedCase) -> Finding:
    return Finding(kind, case.city, None, case.number, case=f"case:{case.case}")
