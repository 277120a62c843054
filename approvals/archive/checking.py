"""Is an archive package what it should be? Four properties, each fault named (after DA/T 70).

真实 authenticity, 完整 completeness, 可用 usability, 安全 safety. Reads the ZIP file alone, no
database, so that it can be checked years later; signatures are trusted by this house's roots.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from approvals.archive import metadata, papers
from approvals.archive.faults import Fault, Property
from approvals.archive.package import JOURNAL, MANIFEST, METADATA, READABLE, REGISTER
from journal.canonical import GENESIS, digest

MOST_FILES, MOST_BYTES = 5_000, 4 * 1024**3
_NAMED = 10
"""Missing numbers that are named; whatever last number is written down, no more are looked for."""
_RATIO = 400  # a member that grows more than this is a bomb


class NoPackageError(Exception):
    """The file is no package at all."""


@dataclass
class Checked:
    """The package's members and what is wrong with it."""

    case: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, property_: Property, code: str, path: str, message: str) -> None:
        self.faults.append(Fault(property_, code, path, message))

    def faults_of(self, property_: Property) -> list[Fault]:
        return [fault for fault in self.faults if fault.property is property_]

    def data(self, name: str) -> Any:
        """A JSON member; None when it is missing or unreadable (which is a fault)."""
        content = self.files.get(name)
        if content is None:
            self.add(Property.COMPLETENESS, "missing-file", name, "is not in the package")
            return None
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            self.add(Property.USABILITY, "unreadable", name, f"no JSON in UTF-8: {error}")
            return None

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """A member of another shape is a fault of the package, not the end of the check."""
        try:
            yield
        except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
            message = f"not what a package has there ({type(error).__name__}: {error})"
            self.add(Property.USABILITY, "unreadable", name, message)


def check(path: Path) -> Checked:
    """Everything that can be said about the package. Raises NoPackageError."""
    checked = Checked()
    try:
        with zipfile.ZipFile(path) as package:
            _read(package, checked)
    except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
        raise NoPackageError(f"{path} is no readable ZIP file: {error}") from error
    manifest = checked.data(MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != metadata.FORMAT:
        raise NoPackageError(f"{path} has no manifest of the format {metadata.FORMAT}")
    checked.case = str(manifest.get("case", ""))
    with checked.reading(MANIFEST):
        _check_manifest(checked, manifest)
    told = checked.data(METADATA)
    if READABLE not in checked.files:
        checked.add(Property.COMPLETENESS, "missing-file", READABLE, "is not in the package")
    if isinstance(told, dict):
        with checked.reading(METADATA):
            _check_documents(checked, told)
            _check_attachments(checked, told)
        with checked.reading(REGISTER):
            _check_register(checked, told)
    with checked.reading(JOURNAL):
        _check_journal(checked)
    return checked


def _read(package: zipfile.ZipFile, checked: Checked) -> None:
    """Safe names, bounded number, size and growth; a damaged member is named."""
    members = package.infolist()
    if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
        raise NoPackageError("the package holds too many files or too many bytes")
    for member in members:
        name = member.filename
        if name.startswith("/") or ".." in Path(name).parts or "\\" in name:
            checked.add(Property.SAFETY, "unsafe-path", name, "leads out of the package")
        elif member.flag_bits & 1:
            checked.add(Property.USABILITY, "encrypted", name, "needs a password")
        elif member.file_size > _RATIO * max(member.compress_size, 64):
            checked.add(Property.SAFETY, "bomb", name, "grows beyond measure when unpacked")
        elif name in checked.files:
            checked.add(Property.SAFETY, "double", name, "is in the package twice")
        else:
            _take(package, member, checked)


def _take(package: zipfile.ZipFile, member: zipfile.ZipInfo, checked: Checked) -> None:
    try:
        checked.files[member.filename] = package.read(member)
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        name = member.filename
        checked.add(Property.COMPLETENESS, "altered-file", name, f"cannot be unpacked: {error}")
        checked.files[name] = b""


def _check_manifest(checked: Checked, manifest: Mapping[str, Any]) -> None:
    listed = {str(one.get("path")): one for one in manifest.get("files", [])}
    for path, one in listed.items():
        content = checked.files.get(path)
        if content is None:
            checked.add(Property.COMPLETENESS, "missing-file", path, "named in the manifest only")
        elif hashlib.sha256(content).hexdigest() != one.get("sha256"):
            message = "its SHA-256 is not the manifest's"
            checked.add(Property.COMPLETENESS, "altered-file", path, message)
    for path in checked.files.keys() - listed.keys() - {MANIFEST}:
        checked.add(Property.COMPLETENESS, "unlisted-file", path, "not named in the manifest")


def _check_documents(checked: Checked, told: Mapping[str, Any]) -> None:
    for row in told.get("documents", []):
        path = str(row.get("path", ""))
        content = checked.files.get(path)
        if content is None:
            message = f"the paper {row.get('number')} is missing"
            checked.add(Property.COMPLETENESS, "missing-document", path, message)
            continue
        checked.faults.extend(papers.faults_of(path, content, row))


def _check_attachments(checked: Checked, told: Mapping[str, Any]) -> None:
    for row in told.get("attachments", []):
        path = str(row.get("path", ""))
        content = checked.files.get(path)
        if content is None:
            checked.add(Property.COMPLETENESS, "missing-file", path, "a material is missing")
        elif hashlib.sha256(content).hexdigest() != row.get("sha256"):
            message = "not the file that was handed in"
            checked.add(Property.AUTHENTICITY, "altered-attachment", path, message)
        elif not content:
            checked.add(Property.USABILITY, "empty", path, "holds nothing")


def _check_register(checked: Checked, told: Mapping[str, Any]) -> None:
    """Numbers 1 to the last without a gap, and every paper of the case among them."""
    extract = checked.data(REGISTER)
    if not isinstance(extract, list):
        return
    taken: dict[str, set[int]] = {}
    for row in extract:
        numbers = {int(one["n"]) for one in row["numbers"]}
        taken[row["series"]] = numbers
        missing = (n for n in range(1, int(row["last"]) + 1) if n not in numbers)
        gaps = list(islice(missing, _NAMED))
        if gaps:
            message = f"numbers missing in {row['series']}: {', '.join(map(str, gaps))}"
            checked.add(Property.COMPLETENESS, "number-gap", REGISTER, message)
    for row in told.get("documents", []):
        if row.get("n") not in taken.get(str(row.get("series")), set()):
            message = f"{row.get('number')} is not in the register's extract"
            checked.add(Property.COMPLETENESS, "missing-number", REGISTER, message)
    listed = {str(row.get("number")) for row in told.get("documents", [])}
    for number in _issued(checked):
        if number not in listed:
            message = f"the journal tells of {number}, the package has no such paper"
            checked.add(Property.COMPLETENESS, "missing-document", METADATA, message)


def _entries(checked: Checked) -> list[Mapping[str, Any]]:
    content = checked.files.get(JOURNAL, b"{}")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return []
    entries = told.get("entries", []) if isinstance(told, dict) else []
    return [one for one in entries if isinstance(one, dict)]


def _issued(checked: Checked) -> Iterator[str]:
    for entry in _entries(checked):
        if entry.get("verb") == "document_issued":
            yield str(entry.get("data", {}).get("number"))


def _check_journal(checked: Checked) -> None:
    """The chain computed again from its first entry to the head."""
    told = checked.data(JOURNAL)
    if not isinstance(told, dict):
        return
    previous, expected = GENESIS, 1
    for entry in _entries(checked):
        if entry.get("position") != expected:
            message = f"entry {expected} is missing"
            checked.add(Property.COMPLETENESS, "journal-gap", JOURNAL, message)
            return
        if entry.get("previous") != previous or entry.get("digest") != _digest(told, entry):
            message = f"entry {expected} does not match its digest"
            checked.add(Property.AUTHENTICITY, "journal-altered", JOURNAL, message)
            return
        previous, expected = str(entry["digest"]), expected + 1
    if (told.get("length"), told.get("head")) != (expected - 1, previous):
        message = f"the head remembers {told.get('length')} entries, {expected - 1} are there"
        checked.add(Property.COMPLETENESS, "journal-gap", JOURNAL, message)


def _digest(told: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    names = ("position", "at", "actor_id", "actor_name", "verb", "data")
    content = {"stream": told.get("stream"), **{name: entry.get(name) for name in names}}
    return digest(str(entry.get("previous")), content)
