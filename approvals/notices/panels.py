"""The papers of a case on its status page and beside a reviewer's task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.applications import panels
from approvals.applications.models import Application
from approvals.notices.kinds import OFFICES, SERVICE, all_kinds
from approvals.notices.models import Paper
from approvals.notices.rights import may_read, reader_of, serves
from approvals.notices.selectors import papers_of
from approvals.notices.services.serving import slip_of
from organizations.models import User
from organizations.positions import positions


@dataclass(frozen=True, slots=True)
class Line:
    """One paper as the list shows it."""

    paper: Paper
    name: str
    servable: bool
    """A proof of service may still be made."""


def lines_for(application: Application, user: User) -> list[Line]:
    """The papers this reader may read, in the order they were issued; two queries."""
    held = positions(user)
    reader = reader_of(application, held)
    papers = [paper for paper in papers_of(application.pk) if may_read(paper, reader)]
    served = {paper.about for paper in papers if paper.kind == SERVICE}
    may = reader == OFFICES and serves(held)
    return [
        Line(
            paper,
            all_kinds()[paper.kind].name,
            may and paper.kind != SERVICE and slip_of(paper) not in served,
        )
        for paper in papers
    ]


def paper_panel(application: Application, user: User) -> Sequence[panels.Panel]:
    """Nothing when there is nothing to read."""
    lines = lines_for(application, user)
    if not lines:
        return ()
    facts = {"lines": lines, "application": application}
    return (panels.Panel(_("文书"), "papers/list.html", facts, order=20),)


def register_all() -> None:
    """Called once at start-up."""
    panels.register("papers", paper_panel)
