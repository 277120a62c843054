"""Whether an application may be filed: every problem at once, each linked to where it is mended."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from approvals.applications.errors import Problem
from approvals.applications.forms.sections import SectionForm, stored_as_posted
from approvals.applications.models import Application, Attachment
from approvals.programs.form_schema import AttachmentSlot, Field, Section, form_of, slots_of
from approvals.programs.rules import Assessment
from documents import glyphs

FILES = "files"
CHECK = "check"
PROFILE = "profile"
_PRINTED_TYPES = frozenset({"text"})


def section_form(
    section: Section, data: Mapping[str, Any], *, only: Collection[str] | None = None
) -> SectionForm:
    """The section as it is stored, judged as for filing."""
    return SectionForm(section, stored_as_posted(section, data), required=True, only=only)


def section_problems(
    section: Section, data: Mapping[str, Any], *, only: Collection[str] | None = None
) -> list[Problem]:
    """What is missing or unreadable on one page."""
    form = section_form(section, data, only=only)
    if form.is_valid():
        return []
    clauses = {f"id_{field.key}": field.clause for field in section.fields}
    return [
        Problem(section.key, anchor, label, message, clauses.get(anchor, ""))
        for anchor, label, message in form.problems()
    ]


def file_problems(
    content: Mapping[str, Any],
    attachments: Collection[Attachment],
    *,
    only: Collection[str] | None = None,
    promised: bool = False,
) -> list[Problem]:
    """Required materials that are not there; with a promise (容缺), those that cannot wait."""
    return [
        Problem(FILES, f"slot_{slot.key}", slot.label, _wanted(slot), slot.clause)
        for slot in missing_slots(content, attachments)
        if (only is None or slot.key in only) and not (promised and slot.deferrable)
    ]


def _wanted(slot: AttachmentSlot) -> str:
    if slot.deferrable:
        return _("请上传此项材料；暂时无法提供的，可以在核对页承诺容缺后补。")
    return _("请上传此项材料。")


def missing_slots(
    content: Mapping[str, Any], attachments: Collection[Attachment]
) -> list[AttachmentSlot]:
    """Required slots without a file."""
    present = {attachment.slot for attachment in attachments}
    return [slot for slot in slots_of(content) if slot.required and slot.key not in present]


def eligibility_problems(assessment: Assessment) -> list[Problem]:
    """Every hard condition that is not met, with its clause; soft ones only warn."""
    return [
        Problem(CHECK, f"rule_{rule.id}", rule.clause, rule.message, rule.clause)
        for rule in assessment.rules
        if rule.hard and not rule.passed
    ]


def glyph_problems(application: Application) -> list[Problem]:
    """Names with a character that cannot be printed: better said now than after the decision."""
    found = [
        Problem(section.key, f"id_{field.key}", field.label, _unprintable(missing))
        for section in form_of(application.program.content).sections
        for field in section.fields
        if (missing := glyphs.missing(list(_printed_texts(field, application.data))))
    ]
    missing = glyphs.missing(application.applicant.name)
    if missing:
        found.append(Problem(PROFILE, "name", _("申请单位名称"), _unprintable(missing)))
    return found


def _printed_texts(field: Field, data: Mapping[str, Any]) -> Iterator[str]:
    value = data.get(field.key)
    if field.type in _PRINTED_TYPES and isinstance(value, str):
        yield value
    if field.type == "table" and isinstance(value, list):
        for row in value:
            for column in field.columns:
                cell = row.get(column.key) if isinstance(row, dict) else None
                if column.type in _PRINTED_TYPES and isinstance(cell, str):
                    yield cell


def _unprintable(missing: list[str]) -> str:
    named = "、".join(f"「{character}」（{glyphs.code_point(character)}）" for character in missing)
    return _(
        "%(characters)s 暂无印刷字形，无法印制公文；请核对用字，"
        "确需使用的请联系受理窗口添加字形后再提交。"
    ) % {"characters": named}


def form_problems(
    application: Application, attachments: Collection[Attachment], *, promised: bool = False
) -> list[Problem]:
    """Everything but eligibility: pages in order, then materials, then characters."""
    content = application.program.content
    problems = [
        problem
        for section in form_of(content).sections
        for problem in section_problems(section, application.data)
    ]
    problems += file_problems(content, attachments, promised=promised)
    return problems + glyph_problems(application)
