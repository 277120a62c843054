"""Rows of the permission table: correcting and revoking papers."""

from __future__ import annotations

from typing import Any

from approvals.revisions import services
from tests.house.table import About, Route, Told, Who


def _paper(methods: str, sentence: str) -> Route:
    """About a paper of one's own organ; readers of the register are told the missing right."""
    return Route(methods, Who.HANDLERS, sentence, About.DOCUMENT, Told.NOT_FOUND, Who.REGISTER)


ROUTES: dict[str, Route] = {
    "revisions:list": Route(
        "GET", Who.HANDLERS, "Papers of one's organs and proposals that wait.", "papers"
    ),
    "revisions:paper": _paper("GET", "One paper, its chain, what was proposed."),
    "revisions:original": _paper("GET", "The archived PDF."),
    "revisions:revoke": _paper("POST", "Propose to revoke a paper."),
    "revisions:correct": _paper("GET POST", "Write, preview and propose a corrected paper."),
    "revisions:preview": Route(
        "GET",
        Who.HANDLERS,
        "The corrected paper as it would be issued.",
        "proposal",
        Told.NOT_FOUND,
        Who.REGISTER,
    ),
    "revisions:rule": Route(
        "POST",
        Who.APPROVERS,
        "Rule a proposal of somebody else, or take one's own back.",
        "proposal",
        Told.NOT_FOUND,
        Who.REGISTER,
    ),
}


def prepare(house: Any) -> None:
    """A correction of the decided case's paper, proposed by the reviewer."""
    content = {**house.document.content, "title": f"{house.document.title}（更正）"}
    house.things["revision"] = services.propose(
        house.document.pk,
        act="supersede",
        reason="标题有误",
        by=house.people["reviewer"],
        content=content,
    )


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """(title, kwargs, insiders, fits): the list, and the open proposal."""
    if name == "revisions:list":
        everywhere = {"reviewer", "bureau_leader", "finance_leader", "reviewer_of_another_city"}
        return [("papers", {}, everywhere & set(house.people), True)]
    kwargs = {"pk": house.things["revision"].pk}
    who = Who.HANDLERS if name == "revisions:preview" else Who.APPROVERS
    return [("proposal", kwargs, set(house.insiders(who, "proposal")), True)]
