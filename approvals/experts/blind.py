"""Blind review: who sits on a blind seat does not learn who has applied (docs/experts.md).

One door. The case itself is behind the veil for him (`veil.blinded`): every page, file, list and
search that asks `readable_by` answers as if it did not exist. What still speaks of his task – the
queue, his vote, declaration, sheet, the acts on his seat – gets the case through `seen_by`, whose
party has no name. The material is shown on the seat's own page only, through `material_of`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from approvals.applications.answers import Answer, AnswerSection, answer_sections
from approvals.applications.models import Application, Attachment
from approvals.applications.selectors import filed_attachments
from approvals.programs.form_schema import AttachmentSlot, Column, Field, form_of, slots_of
from approvals.programs.models import Program
from organizations.models import Applicant, Membership, Organ, User
from organizations.roles import Role
from workflows.models import Task

_SHORTEST = 2
"""Characters a hidden word has at least: one alone would blot out the text."""
_TRADE = re.compile(
    "(科技|技术|信息|企业|孵化器|孵化|众创空间|创业|服务|管理|咨询|产业园|中心|发展|投资|智能|电子|网络|集团)$"
)
"""Words of a trade that stand behind the 字号 of a company."""
_LEGAL_FORM = re.compile(r"(（[^）]*）|\([^)]*\)|股份有限公司|有限责任公司|有限公司|公司)$")


def is_blind(content: Mapping[str, Any]) -> bool:
    """Does the program say that its experts review blind? (`panel.blind`)"""
    return bool(content.get("panel", {}).get("blind", False))


def blind_programs() -> frozenset[int]:
    """The programs whose experts review blind; one query."""
    found = Program.objects.filter(content__panel__blind=True)
    return frozenset(found.values_list("pk", flat=True))


def seen_by(application: Application) -> Application:
    """The case as a blind seat may know of it: a copy whose party has no name. For pages only,
    never to be saved; nothing of the answers is on it."""
    shown = copy.copy(application)
    nobody = Organ(name=_("（盲评，申报单位不公开）"), short_name=_("（盲评）"), kind="applicant")
    Applicant(organ=nobody, kind="")
    shown.applicant = nobody
    shown.county = None
    shown.data, shown.facts = {}, {}
    return shown


def seen_on(application: Application, task: Task) -> Application:
    """The same case, or what a blind seat sees of it."""
    blind = task.role == Role.EXPERT and is_blind(application.program.content)
    return seen_by(application) if blind else application


def seen_in_lists(
    cases: Mapping[int, Application], tasks: Iterable[Task]
) -> dict[int, Application]:
    """Cases by process as lists of tasks show them; one query when an expert's seat is listed."""
    seats = {task.process_id for task in tasks if task.role == Role.EXPERT}
    blind = blind_programs() if seats else frozenset()
    return {
        process: seen_by(case) if process in seats and case.program_id in blind else case
        for process, case in cases.items()
    }


# What tells who it is


def identity_of(application: Application) -> tuple[str, ...]:
    """Every word that tells who has applied, the longest first: names, code, persons, phones,
    addresses, bank, and what the form's identifying questions were answered with. Three queries."""
    party = application.applicant
    places = _places(application)
    words = set(_names(party.name, places)) | set(_names(party.short_name, places))
    details = getattr(party, "applicant", None)
    if details is not None:
        words |= {
            details.credit_code,
            details.legal_representative,
            details.address,
            details.bank_account,
            details.contact_name,
            details.contact_phone,
        }
    held = Membership.objects.filter(organ=party).values("user_id")
    for person in User.objects.filter(pk__in=held):
        words |= {person.name, person.username, person.phone, person.email}
    for field in form_of(application.program.content).fields():
        for answer in _answered(field, application.data.get(field.key)):
            words |= set(_names(answer, places))
    kept = {word.strip() for word in words if word and len(word.strip()) >= _SHORTEST}
    return tuple(sorted(kept, key=lambda word: (-len(word), word)))


def _places(application: Application) -> tuple[str, ...]:
    """The names of the place that a company's name begins with, with and without 市, 区, 县."""
    city = Organ.objects.filter(city=application.city, kind="city").first()
    known = [organ.short_name for organ in (city, application.county) if organ is not None]
    known += [organ.name for organ in (city, application.county) if organ is not None]
    bare = [name[:-1] for name in known if name[-1:] in "市区县" and len(name) > _SHORTEST]
    return tuple(sorted({*known, *bare}, key=len, reverse=True))


def _names(name: str, places: Sequence[str]) -> Iterable[str]:
    """A name, without its legal form, and its 字号: what is left without place and trade."""
    core = _core(name)
    trade = core
    for place in places:
        trade = trade.removeprefix(place)
    before = ""
    while before != trade:
        before, trade = trade, _TRADE.sub("", trade)
    return name, core, trade


def _core(name: str) -> str:
    """A company's name without legal form and brackets: how it is written in running text."""
    before = ""
    while before != name:
        before, name = name, _LEGAL_FORM.sub("", name.strip())
    return name


def _answered(field: Field, value: Any) -> list[str]:
    if field.type != "table":
        return [str(value)] if field.identifying and value not in (None, "") else []
    columns = [column.key for column in field.columns if column.identifying]
    return [str(row[key]) for row in value or () for key in columns if row.get(key)]


def masked(text: str, identity: Sequence[str]) -> str:
    """The text with every word of the identity blotted out, however it is spaced or cased."""
    for word in identity:
        loose = r"\s*".join(re.escape(letter) for letter in word if not letter.isspace())
        text = re.sub(loose, _("〔隐去〕"), text, flags=re.IGNORECASE)
    return text


# The material


@dataclass(frozen=True, slots=True)
class Paper:
    """A file under a name that tells nothing."""

    attachment: Attachment
    name: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One entry of the material list; `withheld`: its files tell who it is."""

    label: str
    withheld: bool
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """What a blind seat reads."""

    sections: tuple[AnswerSection, ...]
    slots: tuple[Slot, ...]


def material_of(application: Application) -> Material:
    """Answers and files of the filed version, masked; four queries."""
    identity = identity_of(application)
    content = application.program.content
    fields = {field.key: field for field in form_of(content).fields()}
    sections = tuple(
        replace(
            section,
            answers=tuple(_shown(one, fields[one.key], identity) for one in section.answers),
        )
        for section in answer_sections(application)
    )
    files = filed_attachments(application)
    slots = enumerate(slots_of(content), 1)
    return Material(sections, tuple(_slot(slot, place, files) for place, slot in slots))


def _shown(answer: Answer, field: Field, identity: Sequence[str]) -> Answer:
    if not answer.head:
        text = _("〔隐去〕") if field.identifying and answer.text else answer.text
        return replace(answer, text=masked(text, identity))
    lines = tuple(
        tuple(
            _cell(cell, column, identity) for cell, column in zip(line, field.columns, strict=True)
        )
        for line in answer.lines
    )
    return replace(answer, lines=lines)


def _cell(cell: str, column: Column, identity: Sequence[str]) -> str:
    return _("〔隐去〕") if column.identifying and cell else masked(cell, identity)


def _slot(slot: AttachmentSlot, place: int, files: Sequence[Attachment]) -> Slot:
    own = [file for file in files if file.slot == slot.key]
    if slot.identifying:
        return Slot(slot.label, bool(own), ())
    papers = tuple(Paper(file, _name(file, place, number)) for number, file in enumerate(own, 1))
    return Slot(slot.label, False, papers)


def _name(file: Attachment, place: int, number: int) -> str:
    ending = file.name.rpartition(".")[2].lower()
    kind = f".{ending}" if ending.isalnum() and len(ending) <= 5 else ""
    return _("材料%(place)d-%(number)d%(kind)s") % {"place": place, "number": number, "kind": kind}


def paper_of(application: Application, attachment: int) -> Paper | None:
    """One file a blind seat may open; None for one that is withheld or not of the material."""
    files = filed_attachments(application)
    for place, slot in enumerate(slots_of(application.program.content), 1):
        for paper in _slot(slot, place, files).papers:
            if paper.attachment.pk == attachment:
                return paper
    return None
