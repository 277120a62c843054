"""Papers that rest on a decision's paper: certificate, plaque, voucher slip (D11, D12, D17).

They go out with the decision and cite its number. When that paper gets another number, those that
cite the old one are replaced in the same transaction; when it is revoked, they are revoked with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from approvals.decisions.models import Decision
from approvals.notices.composing import CHINESE
from approvals.notices.models import Paper
from documents import services as documents
from documents.models import Document
from documents.replacement import Replacement
from organizations.models import User

_TEXTS = ("title", "addressees", "body", "annexes", "note")
"""What may be edited, and may therefore cite a number; the rest is decided at issue."""


def resting_on(*papers: Document) -> list[Document]:
    """The valid papers that rest on the decision these carry, in the order of issue; two queries,
    one for a paper without a decision."""
    decisions = list(Decision.objects.filter(document__in=papers).only("pk", "application_id"))
    if not decisions:
        return []
    rows = Paper.objects.filter(
        application__in={decision.application_id for decision in decisions},
        about__in=[decision.about for decision in decisions],
        document__state=Document.State.VALID,
    ).exclude(document__in=papers)
    joined = rows.select_related("document__lead_organ", "document__entry__series")
    return [row.document for row in joined.order_by("document_id")]


def cites(content: Mapping[str, Any], number: str) -> bool:
    """Whether the text names this number."""
    return renumbered(content, number, "") != dict(content)


def renumbered(content: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """The content with another number wherever its text cites the old one."""
    told = {key: _renumbered(content[key], old, new) for key in _TEXTS if key in content}
    return {**content, **told}


def _renumbered(part: Any, old: str, new: str) -> Any:
    if isinstance(part, str):
        return part.replace(old, new)
    if isinstance(part, Mapping):
        return {key: _renumbered(value, old, new) for key, value in part.items()}
    return [_renumbered(one, old, new) for one in part] if isinstance(part, list) else part


def _renewed(
    paper: Document, along: Mapping[int, Mapping[str, Any]], old: str, new: str
) -> dict[str, Any] | None:
    """Its text as it goes out anew, or None when it may stay as it is."""
    made = renumbered(along.get(paper.pk, paper.content), old, new)
    return None if made == paper.content else made


def drafts(
    document: Document, content: Mapping[str, Any], along: Mapping[int, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """What a correction would issue: the paper, then what goes out anew with it; where the number
    will stand, that it is new."""
    place = str(_("（新文号）"))
    made = (_renewed(paper, along, document.number, place) for paper in resting_on(document))
    return [content, *(one for one in made if one is not None)]


@translation.override(CHINESE)
def follow(change: Replacement) -> None:
    """Replaces what cites the old number or was corrected along with it; runs in the transaction of
    the replacement. A plaque that names no number and needs no correction stays."""
    for paper in resting_on(change.old, change.new):
        renewed = _renewed(paper, change.along, change.old.number, change.new.number)
        if renewed is None:
            continue
        told = {"old": change.old.number, "new": change.new.number, "reason": change.reason}
        reason = _("所依据的公文%(old)s已由%(new)s代替：%(reason)s") % told
        documents.supersede(paper, reason=reason, by=change.by, content=renewed)


@translation.override(CHINESE)
def revoke_with(document: Document, *, reason: str, by: User) -> None:
    """Revokes what rests on a revoked paper; in the caller's transaction."""
    why = _("所依据的公文%(number)s已撤销：%(reason)s")
    for paper in resting_on(document):
        told = {"number": document.number, "reason": reason}
        documents.revoke(paper, reason=why % told, by=by)


def became(papers: Sequence[Document]) -> str:
    """One sentence of what was replaced or revoked along; one query."""
    rows = Document.objects.filter(pk__in=[paper.pk for paper in papers])
    told = []
    for paper in rows.exclude(state=Document.State.VALID).select_related("superseded_by"):
        successor = getattr(paper, "superseded_by", None)
        words = {"old": paper.number, "new": successor.number if successor else ""}
        line = _("%(old)s换发为%(new)s") if successor else _("%(old)s撤销")
        told.append(line % words)
    return _("随同办理：%s。") % "，".join(told) if told else ""
