"""A city's policy folder: check everything at once, then load all of it or nothing.

`policies/` holds data only; organs are loaded by organizations, flows by workflows, programs here.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

import clock
import organizations.packs
from approvals.programs import pack_checks, pack_parts, pack_source
from approvals.programs.models import PackRelease, Program
from approvals.programs.pack_shape import Record
from approvals.programs.pack_source import PackSource, SourceFile
from approvals.programs.program_shape import NOTICE, PROGRAM, TASK_FORMS
from journal.services import record
from organizations.pack_schema import ERROR, Examination, Issue
from organizations.roles import Role
from workflows import handlers, releases
from workflows.bpmn import SHORT_ROLES, Bindings
from workflows.bpmn import check as check_flows

if TYPE_CHECKING:
    from organizations.models import User

PackIssue = Issue
START_VARIABLES = frozenset({"application", "direct", "departments", "experts", "amount"})
"""What approvals gives a case at its start or at intake (docs/flows.md)."""
DOCUMENTS = frozenset({"decision"})
"""Papers a step may show as 送审稿 (`approval:document`): the decision by the pack's notices."""


class PackRefusedError(ValueError):
    """The folder has errors and nothing was loaded; `issues` tells them all."""

    def __init__(self, issues: list[PackIssue]) -> None:
        super().__init__("\n".join(as_text(issue) for issue in issues))
        self.issues = issues


def as_text(issue: PackIssue) -> str:
    """`programs/J09.yaml:12: error amount.steps: message (hint)`."""
    hint = f" ({issue.hint})" if issue.hint else ""
    key = f" {issue.key}:" if issue.key else ""
    return f"{issue.file}:{issue.line}: {issue.severity}{key} {issue.message}{hint}"


def city_folders(root: Path | None = None) -> list[Path]:
    """The city folders under `policies/` (or another root), by name."""
    base = root or settings.POLICIES_DIR
    return sorted(path.parent for path in base.glob("*/organs.yaml"))


def check(folder: Path) -> list[PackIssue]:
    """Every issue of the folder, by file and line; no database is read."""
    return _examined(pack_source.read_pack(folder))


def load(folder: Path, by: User | None = None) -> PackRelease:
    """Organs, flows and programs of a city in one transaction; the same bytes again change nothing.

    Raises PackRefusedError with every issue, also when a loaded version stands with other contents:
    a version never changes, a new one is counted up.
    """
    pack = pack_source.read_pack(folder)
    errors = [issue for issue in _examined(pack) if issue.severity == ERROR]
    if errors:
        raise PackRefusedError(errors)
    sha256 = pack_source.pack_sha256(folder)
    with transaction.atomic():
        known = PackRelease.objects.filter(city=pack.city, sha256=sha256).first()
        if known is not None:
            return known
        organizations.packs.load(folder, by)
        _load_flows(pack, by)
        versions = [_load_program(pack, source) for source in pack.programs]
        for part in pack_parts.parts():
            part.load(pack, by)
        release = PackRelease(city=pack.city, sha256=sha256, loaded_at=clock.now(), by=by)
        release.save()
        facts = {"city": pack.city, "sha256": sha256, "programs": versions}
        record("system", "load_pack", actor=by, data=facts)
    return release


def content_for(folder: Path, code: str, day: date) -> dict[str, Any] | None:
    """The content of a code's version in force on a day, straight from the folder; no database.

    None when there is none; raises PackRefusedError when the program's own files are at fault.
    """
    pack = pack_source.read_pack(folder)
    examinations = _shapes(pack)
    broken = [i for e in examinations.values() for i in e.issues if i.severity == ERROR]
    if broken or pack.issues:
        raise PackRefusedError([*pack.issues, *broken])
    sources = [s for s in pack.programs if s.data["code"] == code and _in_force(s.data, day)]
    newest = max(sources, key=lambda s: (s.data["valid_from"], s.data["version"]), default=None)
    return None if newest is None else pack_source.content_of(pack, newest)


def _in_force(program: dict[str, Any], day: date) -> bool:
    end: date | None = program.get("valid_to")
    begin: date = program["valid_from"]
    return begin <= day and (end is None or day <= end)


def _examined(pack: PackSource) -> list[PackIssue]:
    examinations = _shapes(pack)
    flow_issues, flow_keys = _flows(pack)
    sound = {
        name for name, e in examinations.items() if not any(i.severity == ERROR for i in e.issues)
    }
    known = pack_checks.known_in(pack, flow_keys)
    programs = [source for source in pack.programs if source.name in sound]
    for source in programs:
        pack_checks.check_program(source, known, examinations[source.name])
        for key in dict.fromkeys(source.data["notices"].values()):
            notice = pack.notices.get(key)
            if notice is not None and notice.name in sound:
                pack_checks.check_notice(notice, source.data, known, examinations[notice.name])
    pack_checks.check_doubles(programs, examinations)
    found = [issue for e in examinations.values() for issue in e.issues]
    found += [issue for part in pack_parts.parts() for issue in part.check(pack, frozenset(sound))]
    issues = [*organizations.packs.check(pack.folder), *pack.issues, *found, *flow_issues]
    if not pack.programs:
        issues.append(Issue(ERROR, "programs", 0, "", "no program", "add programs/<code>.yaml"))
    return sorted(dict.fromkeys(issues), key=lambda issue: (issue.file, issue.line))


def _shapes(pack: PackSource) -> dict[str, Examination]:
    """An examination of each file by its shape."""
    shaped: list[tuple[SourceFile, Record]] = [
        *((source, PROGRAM) for source in pack.programs),
        *((source, TASK_FORMS) for source in pack.task_forms.values()),
        *((source, NOTICE) for source in pack.notices.values()),
    ]
    examinations = {}
    for source, shape in shaped:
        examination = Examination(source.name, source.lines)
        shape.examine(source.data, (), examination)
        examinations[source.name] = examination
    return examinations


def _flows(pack: PackSource) -> tuple[list[PackIssue], frozenset[str] | None]:
    """What check_flow says of the folder's diagrams, and their keys (None: some are at fault)."""
    if not pack.flows:
        return [Issue(ERROR, "flows", 0, "", "no flow", "add flows/<name>.bpmn")], None
    checked = check_flows(_flow_sources(pack), _bindings(pack))
    issues = [
        Issue(i.severity, i.file, i.line, i.element or "", f"{i.code} {i.message}", i.hint)
        for i in checked.issues
    ]
    return issues, frozenset(model.key for model in checked.models.values()) or None


def _flow_sources(pack: PackSource) -> list[tuple[str, bytes]]:
    return [(path.relative_to(pack.folder).as_posix(), path.read_bytes()) for path in pack.flows]


def _bindings(pack: PackSource) -> Bindings:
    forms = {
        form
        for source in pack.task_forms.values()
        if isinstance(source.data, dict) and isinstance(source.data.get("forms"), dict)
        for form in source.data["forms"]
        if isinstance(form, str)
    }
    return Bindings(
        roles=frozenset(Role.values) | SHORT_ROLES | {"zone"},
        handlers=handlers.registered(),
        forms=frozenset(forms),
        documents=DOCUMENTS,
        known_variables=START_VARIABLES,
    )


def _load_flows(pack: PackSource, by: User | None) -> None:
    try:
        releases.load(_flow_sources(pack), city=pack.city, bindings=_bindings(pack), by=by)
    except releases.ReleaseRefused as refused:
        raise PackRefusedError(
            [
                Issue(i.severity, i.file, i.line, i.element or "", i.message, i.hint)
                for i in refused.issues
            ]
        ) from refused


def _load_program(pack: PackSource, source: SourceFile) -> str:
    """Stores a version that is new; refuses one that is known with other contents."""
    content = pack_source.content_of(pack, source)
    sha256 = pack_source.content_sha256(content)
    data = source.data
    name = f"{data['code']} v{data['version']}"
    known = Program.objects.filter(
        city=pack.city, code=data["code"], version=data["version"]
    ).first()
    if known is not None:
        if known.sha256 != sha256:
            message = f"{name} is loaded with other contents"
            hint = "a version never changes: raise `version` (also when a notice or form changes)"
            line = source.lines.get(("version",), 1)
            raise PackRefusedError([Issue(ERROR, source.name, line, "version", message, hint)])
        return name
    Program(
        city=pack.city,
        code=data["code"],
        version=data["version"],
        kind=data["kind"],
        title=data["title"],
        valid_from=data["valid_from"],
        valid_to=data.get("valid_to"),
        flow_key=data["flow"],
        content=content,
        sha256=sha256,
        loaded_at=clock.now(),
    ).save()
    return name
