"""The notices of a city's pack: checked with file, line and hint; loaded as template versions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from approvals.notices.composing import Issuer, compose
from approvals.notices.facts import FactsRefused, Words, words_of
from approvals.notices.kinds import Kind, all_kinds
from approvals.notices.samples import SHAPE as SAMPLES_SHAPE
from approvals.notices.samples import Sample, sample_of
from approvals.notices.services.templates import load_from_pack
from approvals.notices.templates import faults_of, missing_glyphs
from approvals.programs.filling import FillingError
from approvals.programs.pack_checks import form_keys
from approvals.programs.pack_parts import Part
from approvals.programs.pack_shape import nearest
from approvals.programs.pack_source import PackSource, SourceFile, plain
from documents.content import validate
from documents.glyphs import FontsMissingError
from organizations.pack_schema import ERROR, Examination, Issue
from organizations.packs import check as check_organs

if TYPE_CHECKING:
    from organizations.models import User

SAMPLES = "samples/notices.yaml"
SERIES = re.compile(r"[\u4e00-\u9fff]{1,20}")
DAY = date(2026, 11, 21)


def check(pack: PackSource, sound: frozenset[str]) -> list[Issue]:
    """Every kind has a template; every template is of a kind, names what there is, comes out as a
    valid content document with the pack's sample facts."""
    issues = _samples_at_fault(pack)
    sources = {key: source for key, source in pack.notices.items() if source.name in sound}
    whole = not issues and not any(i.severity == ERROR for i in check_organs(pack.folder))
    for key, source in sources.items():
        issues += _check_template(pack, key, source, filled=whole)
    if len(sources) == len(pack.notices):
        kinds = {source.data["kind"] for source in sources.values()}
        issues += [_without(kind) for kind in all_kinds().values() if kind.key not in kinds]
    return issues


def _without(kind: Kind) -> Issue:
    message = f"{kind.code} {kind.name}: no template of kind {kind.key!r}"
    return Issue(ERROR, "notices", 0, kind.key, message, f"add notices/{kind.key}.yaml")


def _samples_at_fault(pack: PackSource) -> list[Issue]:
    """What is wrong with the file of sample facts itself."""
    source = pack.samples
    if source is None:
        return []
    examination = Examination(source.name, source.lines)
    SAMPLES_SHAPE.examine(source.data, (), examination)
    return list(examination.issues)


def _check_template(
    pack: PackSource, key: str, source: SourceFile, *, filled: bool
) -> Sequence[Issue]:
    """`filled`: organs and sample facts are in order, so that the template can be filled."""
    examination = Examination(source.name, source.lines)
    kind = all_kinds().get(source.data["kind"])
    if kind is None:
        hint = nearest(source.data["kind"], all_kinds())
        examination.error(("kind",), f"unknown kind {source.data['kind']!r}", hint)
        return examination.issues
    for fault in faults_of(kind, source.data, also=_form_fields(pack, key)):
        if kind.is_of_a_program and "{" in fault.message and fault.place != ("body",):
            continue  # programs.pack_checks tells of these with the program's own form
        examination.error(fault.place, fault.message, fault.hint)
    _organs(pack, source, examination)
    _filed_is_not_recognised(pack, key, source, examination)
    if filled and not examination.issues:
        _with_samples(pack, key, kind, source, examination)
    return examination.issues


def _form_fields(pack: PackSource, key: str) -> set[str]:
    """Fields of the forms of the programs that use this notice."""
    return {field for program in _programs_of(pack, key) for field in form_keys(program)}


def _programs_of(pack: PackSource, key: str) -> list[Mapping[str, Any]]:
    programs = (source.data for source in pack.programs if isinstance(source.data, dict))
    return [
        program
        for program in programs
        if isinstance(program.get("notices"), dict) and key in program["notices"].values()
    ]


def _organs(pack: PackSource, source: SourceFile, examination: Examination) -> None:
    """The organs that sign and those of the series exist; the lead has a code or a series."""
    organs = _organs_by_key(pack)
    known = frozenset(organs)
    series = source.data.get("series")
    by_organ = series if isinstance(series, dict) else {}
    places = [(("organs", n), key) for n, key in enumerate(source.data["organs"])]
    places += [(("series", key), key) for key in by_organ]
    for place, key in places:
        if key not in known:
            examination.error(place, f"unknown organ {key!r}", nearest(key, known))
    lead = organs.get(source.data["organs"][0], {})
    if series is None and not lead.get("document_code"):
        message = f"the lead organ {lead.get('key')!r} has no document code and there is no series"
        examination.error(("series",), message, "add series: a code of Chinese characters")
    for code in [series] if isinstance(series, str) else by_organ.values():
        if not isinstance(code, str) or not SERIES.fullmatch(code):
            hint = "up to 20 Chinese characters, as in 示科受"
            examination.error(("series",), f"{code!r} is no series of numbers", hint)


def _organs_by_key(pack: PackSource) -> dict[str, Mapping[str, Any]]:
    told = pack.organs.data if pack.organs is not None else {}
    listed = told.get("organs") if isinstance(told, dict) else None
    rows = (
        [organ for organ in listed if isinstance(organ, dict)] if isinstance(listed, list) else []
    )
    return {organ["key"]: organ for organ in rows if isinstance(organ.get("key"), str)}


def _filed_is_not_recognised(
    pack: PackSource, key: str, source: SourceFile, examination: Examination
) -> None:
    """认定 ≠ 备案 (domain §7.2): a program that files must not say that it recognises."""
    for program in _programs_of(pack, key):
        if (program.get("grants") or {}).get("level") != "filed" and "备案" not in program["title"]:
            continue
        for place, text in _texts(source.data):
            if "认定" in text:
                hint = f"{program['code']} is a 备案"
                examination.error(place, "the text says 认定 of a filing", hint)


def _texts(template: Mapping[str, Any]) -> list[tuple[Any, str]]:
    return [
        ((part, position), text)
        for part in ("body",)
        for position, block in enumerate(template[part])
        for text in block.values()
        if isinstance(text, str)
    ] + [(("title",), template["title"])]


def _with_samples(
    pack: PackSource, key: str, kind: Kind, source: SourceFile, examination: Examination
) -> None:
    """The very path of issuing, with sample facts; a missing fact is told by its name."""
    samples = pack.samples
    if samples is None:
        examination.error((), "there are no sample facts", f"add {SAMPLES}")
        return
    try:
        content = composed_sample(
            kind, plain(source.data), sample_of(plain(samples.data), key, kind), city_of(pack)
        )
    except (FactsRefused, FillingError) as refused:
        hint = f"mend {SAMPLES}: {key}"
        examination.error((), f"the sample facts do not fill it: {refused}", hint)
        return
    for error in validate(content):
        examination.error(
            (), _("用样例数据填写以后，%(fault)s") % {"fault": error}, f"mend {SAMPLES}: {key}"
        )
    try:
        for fault in missing_glyphs(source.data):
            examination.error(fault.place, fault.message, fault.hint)
    except FontsMissingError:
        return


def composed_sample(
    kind: Kind, template: Mapping[str, Any], sample: Sample, city: Mapping[str, Any]
) -> dict[str, Any]:
    """A template filled with its sample facts, marked 样张."""
    named = {organ["key"]: organ["name"] for organ in city["organs"]}
    issuer = Issuer(
        city=city["name"],
        organs=[named[key] for key in template["organs"]],
        vocabulary=city.get("vocabulary", {}),
        day=DAY,
        specimen=True,
    )
    words = Words(sample.facts, sample.rows)
    if not kind.is_of_a_program:
        own = words_of(kind, {**sample.facts, **sample.rows})
        words = Words({**sample.common, **own.texts}, own.rows)
    else:
        words = Words({**sample.common, **sample.facts}, sample.rows)
    return compose(kind, template, words, issuer, basis=sample.basis)


def city_of(pack: PackSource) -> Mapping[str, Any]:
    """Name, vocabulary and organs of the folder's city."""
    found: Mapping[str, Any] = pack.organs.data if pack.organs is not None else {}
    return found


def load(pack: PackSource, by: User | None) -> None:
    """New contents become a new version; the same contents change nothing."""
    load_from_pack(pack.city, {key: plain(s.data) for key, s in pack.notices.items()}, by)


PART = Part(check, load)
