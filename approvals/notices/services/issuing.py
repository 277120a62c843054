"""Issues a paper in the transaction of the act that produces it: number, frozen content, its link.

`issue_for_case` is called by the slices that know the act; `issue_from_facts` issues the kinds no
act of the product makes yet (D08, D13 to D15, D19 to D23). Both issue through documents.services.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

import clock
from approvals.applications.errors import ApplicationActError
from approvals.applications.models import Application
from approvals.notices.case_words import basis_of, case_words
from approvals.notices.composing import Issuer, compose
from approvals.notices.facts import Words, words_of
from approvals.notices.kinds import Kind, kind_of
from approvals.notices.models import Paper, TemplateVersion
from approvals.notices.selectors import in_force
from documents import services as documents
from documents.models import Document
from documents.replacement import Replacement
from journal.services import Actor
from organizations.holders import successor_on
from organizations.kinds import Kind as OrganKind
from organizations.models import Organ


class PaperRefused(ApplicationActError):
    """The paper cannot be issued: no legal basis, no organ on the day, a character without glyph.

    Nothing is written; `detail` says the way out.
    """

    code = "paper_refused"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be issued: which template, in whose name, from which facts."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""
    """What in the case it comes of; one paper of a kind comes of it."""
    organs: Sequence[Organ] = ()
    """Who signs instead of the organs that the template names."""


@dataclass(frozen=True, slots=True)
class _Made:
    kind: Kind
    template: TemplateVersion
    organs: Sequence[Organ]
    content: Mapping[str, Any]
    series: str


@transaction.atomic
def issue_for_case(case: Application, order: Order, *, by: Actor | None) -> Paper | None:
    """The paper of an act on a case, in the act's transaction. None when the city's pack has no
    such notice, or the organ that acts has no series of numbers for it (docs/notices.md).

    Raises PaperRefused and `facts.FactsRefused`.
    """
    template = in_force(case.city, order.key)
    if template is None:
        return None
    kind = kind_of(template.kind)
    city, organs = organs_of(case.city, template.content, order.organs)
    if not _series(template.content, organs[0], foreign=bool(order.organs)):
        return None
    words = words_of(kind, order.facts)
    made = _composed(
        kind,
        template,
        city,
        organs,
        Words({**case_words(case), **words.texts}, words.rows),
        basis_of(case.program.content),
        specimen=bool(case.program.content.get("specimen")),
    )
    document = _issued(made, holder=case.applicant.name, by=by, stream=case.stream)
    return keep(case, document, kind=kind.key, about=order.about, template=template)


@transaction.atomic
def issue_from_facts(
    city: str,
    order: Order,
    *,
    by: Actor,
    holder: str,
    basis: tuple[str, str] = ("", ""),
    specimen: bool = True,
) -> tuple[Document, TemplateVersion]:
    """A paper of a kind about an organ, from data alone; `basis` is title and number of the
    measure. Raises PaperRefused (also when the pack has no such notice) and FactsRefused."""
    template = in_force(city, order.key)
    if template is None:
        raise PaperRefused(
            _("本市的政策包没有“%(key)s”这一文书模板。") % {"key": order.key}, code="no_template"
        )
    kind = kind_of(template.kind)
    town, organs = organs_of(city, template.content, order.organs)
    words = words_of(kind, order.facts)
    made = _composed(kind, template, town, organs, words, basis, specimen=specimen)
    return _issued(made, holder=holder, by=by, stream=""), template


def keep(
    case: Application,
    document: Document,
    *,
    kind: str,
    about: str,
    template: TemplateVersion | None,
) -> Paper:
    """Writes down which paper the case has, and of which template it was made."""
    return Paper.objects.create(
        application=case, kind=kind, about=about, document=document, template=template
    )


def follow_paper(change: Replacement) -> None:
    """A renumbered or changed document takes the place of the old one among the case's papers."""
    Paper.objects.filter(document=change.old).update(document=change.new)


def organs_of(
    city: str, template: Mapping[str, Any], named: Sequence[Organ] = ()
) -> tuple[Organ, list[Organ]]:
    """The city, and the organs that sign, the lead first, as they exist today: a reorganised organ
    is replaced by its successor (domain §7.15). One query. Raises PaperRefused."""
    keys = [] if named else template["organs"]
    wanted = Q(key__in=keys) | Q(kind=OrganKind.CITY)
    rows = Organ.objects.filter(wanted, city=city).select_related("successor")
    found = {organ.key: organ for organ in rows}
    town = next(organ for organ in found.values() if organ.kind == OrganKind.CITY)
    today = clock.today()
    signing = []
    called: list[Organ | None] = [*named] or [found.get(key) for key in keys]
    for organ in called:
        standing = successor_on(organ, today) if organ is not None else None
        if standing is None:
            raise PaperRefused(
                _("发文机关在成文日期不存在，也没有承接机关，请先维护机构后再办理。"),
                code="no_organ",
            )
        signing.append(standing)
    return town, signing


def _series(template: Mapping[str, Any], lead: Organ, *, foreign: bool) -> str:
    """The code of the numbers: the template's own, else the lead organ's document code. A code that
    stands without an organ belongs to the organs the template names, not to a `foreign` one."""
    named = template.get("series")
    if isinstance(named, Mapping):
        return str(named.get(lead.key, ""))
    if named is None:
        return str(lead.document_code)
    return "" if foreign and lead.key not in template["organs"] else str(named)


def _composed(
    kind: Kind,
    template: TemplateVersion,
    city: Organ,
    organs: Sequence[Organ],
    words: Words,
    basis: tuple[str, str],
    *,
    specimen: bool,
) -> _Made:
    if kind.needs_basis and not all(basis):
        raise PaperRefused(
            _("政策包没有配置依据的办法和文号，不能出具“%(kind)s”，请先配置后再办理。")
            % {"kind": kind.name},
            code="no_basis",
        )
    issuer = Issuer(
        city=city.name,
        organs=[organ.name for organ in organs],
        vocabulary=city.vocabulary,
        day=clock.today(),
        specimen=specimen,
    )
    content = compose(kind, template.content, words, issuer, basis=basis)
    series = _series(template.content, organs[0], foreign=False)
    return _Made(kind, template, organs, content, series)


def _issued(made: _Made, *, holder: str, by: Actor | None, stream: str) -> Document:
    try:
        return documents.issue(
            kind=made.kind.key,
            organs=made.organs,
            content=made.content,
            holder_masked=holder,
            by=by,
            case_stream=stream,
            organ_code=made.series,
        )
    except documents.IssueRefused as refusal:
        raise PaperRefused(str(refusal), code="not_printable") from refusal
