"""Whether an edited template is fit to be proposed, and the very page it would become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

import clock
from approvals.notices.composing import Issuer, compose
from approvals.notices.facts import FactsRefused, Words, words_of
from approvals.notices.kinds import Kind, kind_of
from approvals.notices.models import TemplateVersion
from approvals.notices.samples import Sample, sample_of
from approvals.notices.services.issuing import organs_of
from approvals.notices.templates import faults_of, missing_glyphs, used_names
from approvals.programs.filling import FillingError
from approvals.programs.models import Program
from approvals.programs.pack_checks import form_keys
from approvals.programs.pack_source import content_sha256, plain
from approvals.programs.program_shape import NOTICE
from documents import rendering, whereabouts
from documents.content import validate
from organizations.pack_schema import Examination
from organizations.yaml_lines import YamlError, load_with_lines


def names_for(version: TemplateVersion) -> dict[str, str]:
    """Every field the template may name, with its label: of its kind and, for a program's own
    notice, of the forms of the programs that name it."""
    kind = kind_of(version.kind)
    return kind.names | (_form_names(version) if kind.is_of_a_program else {})


def _form_names(version: TemplateVersion) -> dict[str, str]:
    found: dict[str, str] = {}
    for program in Program.objects.filter(city=version.city):
        named = map(content_sha256, program.content["notices"].values())
        if version.root_sha256 in named:
            labels = {
                field["key"]: field["label"]
                for section in program.content["form"]["sections"]
                for field in section["fields"]
            }
            found |= {key: labels[key] for key in form_keys(program.content)}
    return found


def problems(version: TemplateVersion, content: Mapping[str, Any]) -> list[str]:
    """Every fault of an edited template in words, empty = it may be proposed."""
    shape = Examination("", {})
    NOTICE.examine(dict(content), (), shape)
    if shape.issues:
        return list(dict.fromkeys(_unfilled(issue.key) for issue in shape.issues))
    kind = kind_of(version.kind)
    faults = faults_of(kind, content, also=names_for(version).keys())
    said = [fault.message for fault in (*faults, *missing_glyphs(content))]
    if said:
        return list(dict.fromkeys(said))
    return [str(error) for error in validate(sample_page(version, content))]


def _unfilled(key: str) -> str:
    """A box left empty, or the name of a table's rows that is none: `key` is ``body.3.table.rows``.

    The checks of a pack speak to whoever writes its files; an office has boxes before it.
    """
    path = re.sub(r"\.([0-9]+)", r"[\1]", key)
    words = {"place": whereabouts.said(path), "path": path}
    if path.endswith(".rows"):
        said = _("%(place)s（%(path)s）：数据名不对。请在 @ 后写右侧列出的数据名。")
    else:
        said = _("%(place)s（%(path)s）：没有填写。请填写后再检查。")
    return said % words


def preview(version: TemplateVersion, content: Mapping[str, Any]) -> bytes:
    """The very PDF, with sample facts and marked 样张. Raises ValueError when it cannot be made:
    `problems` says why."""
    page = sample_page(version, content)
    errors = validate(page)
    if errors:
        raise ValueError("\n".join(map(str, errors)))
    return rendering.pdf(page)


def sample_page(version: TemplateVersion, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content document of the template with its city's sample facts; what a sample lacks is
    shown by the name of its field, so that a new field never hides."""
    kind = kind_of(version.kind)
    city, organs = organs_of(version.city, content)
    issuer = Issuer(
        city=city.name,
        organs=[organ.name for organ in organs],
        vocabulary=city.vocabulary,
        day=clock.today(),
        specimen=True,
    )
    sample = _sample(version, kind)
    words = _sample_words(kind, sample)
    shown = {name: f"〈{label}〉" for name, label in names_for(version).items()}
    shown.pop("remedy", None)
    texts = {**{n: w for n, w in shown.items() if n in used_names(content)}, **words.texts}
    texts = {name: word for name, word in texts.items() if name not in issuer.common(sample.basis)}
    filled = Words(texts, {**{row: () for row in kind.row_names}, **words.rows})
    return compose(kind, content, filled, issuer, basis=sample.basis)


def _sample(version: TemplateVersion, kind: Kind) -> Sample:
    path = settings.POLICIES_DIR / version.city / "samples" / "notices.yaml"
    try:
        data, _lines = load_with_lines(path)
    except (OSError, YamlError):
        return Sample(("", ""), {}, {}, {})
    return sample_of(plain(data), version.key, kind)


def _sample_words(kind: Kind, sample: Sample) -> Words:
    if kind.is_of_a_program:
        return Words({**sample.common, **sample.facts}, sample.rows)
    try:
        own = words_of(kind, {**sample.facts, **sample.rows})
    except (FactsRefused, FillingError):
        return Words(sample.common, sample.rows)
    return Words({**sample.common, **own.texts}, own.rows)
