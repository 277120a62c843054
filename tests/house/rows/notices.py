"""Rows of the permission table: the papers of a case."""

from __future__ import annotations

from typing import Any

from approvals.notices.models import Paper
from approvals.notices.selectors import in_force
from documents import services as documents
from tests.house.table import About, Route, Told, Who


def _templates(methods: str, sentence: str) -> Route:
    return Route(methods, Who.TEMPLATES, sentence, "template", Told.NOT_FOUND)


ROUTES: dict[str, Route] = {
    "notices:paper": Route(
        "GET", Who.READERS, "A paper of the case meant for this reader.", "paper", Told.NOT_FOUND
    ),
    "notices:serve": Route(
        "POST",
        Who.SERVERS,
        "Have the proof of service of a paper made.",
        "paper",
        Told.NOT_FOUND,
        Who.OFFICES,
    ),
    "notices:templates": Route(
        "GET", Who.TEMPLATES, "The templates of the city's offices.", About.AREA
    ),
    "notices:history": _templates("GET", "Every version of one template."),
    "notices:edit": Route(
        "GET POST",
        Who.TEMPLATE_WRITERS,
        "Check, preview and propose a wording.",
        "template",
        Told.NOT_FOUND,
        Who.TEMPLATES,
    ),
    "notices:version": _templates("GET", "One version of a template."),
    "notices:version_pdf": _templates("GET", "The very page of a version."),
    "notices:settle": _templates("POST", "Approve, decline or withdraw a proposed wording."),
    "notices:revert": _templates("POST", "Propose an old wording again."),
}


def prepare(house: Any) -> None:
    """The certificate of the decided case is made."""
    paper = Paper.objects.get(application=house.cases["decided"], kind="certificate")
    documents.render(paper.document_id)
    house.things["paper"] = paper


def doors(house: Any, name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """(title, kwargs, insiders, fits) of this slice's routes about its own things."""
    if ROUTES[name].about == "template":
        return _of_templates(name)
    case = house.cases["decided"]
    kwargs = {"pk": case.pk, "paper": house.things["paper"].pk}
    if name == "notices:serve":
        servers = {"printing_office", "intake", "reviewer", "bureau_leader"}
        return [("paper of the decided case", kwargs, servers, True)]
    readers = set(house.readers["decided"]) - {"panel_expert"}
    return [("paper of the decided case", kwargs, readers, True)]


def _of_templates(name: str) -> list[tuple[str, dict[str, Any], set[str], bool]]:
    """A template in force; what settles or brings back needs another version, so it does not fit."""
    version = in_force("jiaxing", "extension")
    readers = {"printing_office", "reviewer", "bureau_leader"}
    if name in {"notices:history", "notices:edit"}:
        kwargs: dict[str, Any] = {"city": "jiaxing", "key": "extension"}
        who = readers - {"bureau_leader"} if name == "notices:edit" else readers
        return [("template in force", kwargs, who, True)]
    fits = name not in {"notices:settle", "notices:revert"}
    return [("version in force", {"pk": version.pk}, readers, fits)]
