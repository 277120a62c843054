"""Printing from the queue: the effective decision's document of each chosen case, in one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from approvals.decisions.models import Decision
from approvals.worklist.bulk.acts import Order
from approvals.worklist.bulk.desk import Entry
from documents.models import Document
from documents.print_room.printing import LARGEST_BATCH
from organizations.permissions import Permission, cities_where

if TYPE_CHECKING:
    from organizations.models import User


def documents_of(cases: Sequence[int]) -> dict[int, Document]:
    """The document of each case's effective decision, by case; one query."""
    decisions = Decision.objects.filter(application__in=cases, superseded_by=None)
    found = decisions.select_related("document__lead_organ").defer("document__content")
    return {decision.application_id: decision.document for decision in found}


def rule(user: User, entries: Sequence[Entry], order: Order) -> Callable[[Entry], str]:
    """Why a line cannot be printed; "" = it can. Two queries for all lines."""
    papers = documents_of([entry.case.pk for entry in entries if entry.case is not None])
    cities = cities_where(user, Permission.PRINT_DOCUMENT)
    taken: set[int] = set()

    def refusal(entry: Entry) -> str:
        paper = papers.get(entry.case.pk) if entry.case is not None else None
        if paper is None:
            return _("这个办件还没有决定文书。")
        if paper.lead_organ.city not in cities:
            return _("您没有印制该文书的权限。")
        if sentence := _unprintable(paper, order):
            return sentence
        if paper.pk in taken:
            return _("同一文书已在本批次中。")
        if len(taken) >= LARGEST_BATCH:
            return _("一个批次最多 %d 件，请分批打印。") % LARGEST_BATCH
        taken.add(paper.pk)
        return ""

    return refusal


def _unprintable(paper: Document, order: Order) -> str:
    if not paper.pdf_sha256:
        return _("%s 的文件尚未生成，请稍后再试") % paper.number
    if paper.state != Document.State.VALID:
        words = {"number": paper.number, "state": paper.get_state_display()}
        return _("%(number)s %(state)s，不能再打印") % words
    if paper.copies_printed and not order.text.strip():
        return _("%s 已经打印过，请填写重印原因") % paper.number
    return ""
