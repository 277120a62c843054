"""What is wrong with a template, as a pack's file or as an office edits it: every fault at once.

A template is plain data (docs/policies.md, "A notice"); `{name}` stands for a field of its kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.notices.kinds import Kind
from approvals.programs.filling import FillingError, names_in
from approvals.programs.notices import placed_rows, placed_texts
from approvals.programs.pack_shape import nearest
from documents import glyphs
from organizations.yaml_lines import Place


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """Where in the template, what rule it breaks, and the way out."""

    place: Place
    message: str
    hint: str = ""


def faults_of(
    kind: Kind, template: Mapping[str, Any], *, also: Collection[str] = ()
) -> list[TemplateFault]:
    """Unknown fields and rows, what the kind demands and is missing, the wrong format.

    `also`: further fields the template may name (those of a program's form).
    """
    known = {*kind.names, *also}
    faults = [*_texts(template, known), *_rows(kind, template)]
    if template["format"] not in kind.formats:
        named = ", ".join(kind.formats)
        faults.append(TemplateFault(("format",), _("这种文书不用这一版式。"), f"use: {named}"))
    if kind.upward and not template.get("signer"):
        faults.append(TemplateFault(("signer",), _("上行文须标明签发人。"), "signer: {signer}"))
    used = used_names(template)
    for name in kind.needs:
        if name not in used:
            label = kind.names.get(name) or kind.row_names[name].label
            message = _("缺少必备内容“%(label)s”：{%(name)s}。") % {"label": label, "name": name}
            faults.append(TemplateFault(("body",), message, f"add a block that names {name}"))
    return faults


def _texts(template: Mapping[str, Any], known: Collection[str]) -> Iterator[TemplateFault]:
    for place, text in placed_texts(template):
        try:
            names = names_in(text)
        except FillingError:
            message = _("花括号没有成对：%(text)s") % {"text": text[:40]}
            yield TemplateFault(place, message, "write {name}")
            continue
        for name in sorted(names - set(known)):
            message = _("没有名为 {%(name)s} 的字段。") % {"name": name}
            yield TemplateFault(place, message, nearest(name, frozenset(known)))


def _rows(kind: Kind, template: Mapping[str, Any]) -> Iterator[TemplateFault]:
    tables = _tables(template)
    for place, name in placed_rows(template):
        rows = kind.row_names.get(name)
        if rows is None:
            message = _("没有名为 %(name)s 的表。") % {"name": name}
            yield TemplateFault(place, message, nearest(name, frozenset(kind.row_names)))
        elif rows.columns and rows.columns != len(tables[place]["header"]):
            message = _("表“%(label)s”有 %(columns)s 栏，表头写了 %(header)s 栏。")
            words = {"label": rows.label, "columns": rows.columns}
            yield TemplateFault(place, message % (words | {"header": len(tables[place]["header"])}))


def _tables(template: Mapping[str, Any]) -> dict[Place, Mapping[str, Any]]:
    found: dict[Place, Mapping[str, Any]] = {}
    bodies: list[tuple[Place, Any]] = [(("body",), template["body"])]
    for number, annex in enumerate(template.get("annexes", ())):
        bodies.append((("annexes", number, "body"), annex["body"]))
    for place, body in bodies:
        for position, block in enumerate(body):
            if "table" in block:
                found[(*place, position, "table", "rows")] = block["table"]
    return found


def used_names(template: Mapping[str, Any]) -> frozenset[str]:
    """Every field and table the template names; texts with open braces name nothing."""
    names: set[str] = {name for _place, name in placed_rows(template)}
    for _place, text in placed_texts(template):
        try:
            names |= names_in(text)
        except FillingError:
            continue
    return frozenset(names)


def missing_glyphs(template: Mapping[str, Any]) -> list[TemplateFault]:
    """Characters of the template that no font prints, each with its code point."""
    faults = []
    for place, text in placed_texts(template):
        for character in glyphs.missing(text):
            words = {"character": character, "code": glyphs.code_point(character)}
            message = _("字库没有“%(character)s”（%(code)s），请换一种写法。") % words
            faults.append(TemplateFault(place, message))
    return faults
