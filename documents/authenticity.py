"""Is this file one of ours, unchanged, in force? Asked by `verify_document` and the public check.

The register's digest of the archived bytes decides; everything else explains. A changed file is
recognised by the record it carries or by its unsigned bytes, so that people are told *what* is
wrong: something appended, a page cut, another key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from documents import embedded, files, record, selectors
from documents.models import Document

if TYPE_CHECKING:
    from documents.signing.checking import SignatureCheck


class Verdict(StrEnum):
    """The answer in one word."""

    AUTHENTIC = "authentic"
    NOT_IN_FORCE = "not in force"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `code` for programs, `message` for people."""

    code: str
    message: str


@dataclass
class Report:
    """What was found out about a file."""

    sha256: str
    document: Document | None = None
    same: bool = False
    """The bytes are those in the archive."""
    unsigned_agrees: bool = False
    attachment_agrees: bool | None = None
    """None: the paper has no attachment."""
    signatures: list[SignatureCheck] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        codes = {fault.code for fault in self.faults}
        if self.document is None:
            return Verdict.UNKNOWN
        if codes - {"state"}:
            return Verdict.ALTERED
        return Verdict.NOT_IN_FORCE if codes else Verdict.AUTHENTIC

    def add(self, code: str, message: str) -> None:
        self.faults.append(Fault(code, message))


def compare(content: bytes) -> Report:
    """Against the register, without reading the PDF as a PDF: safe for files of strangers."""
    report = Report(files.digest(content))
    records = embedded.records_in(content)
    report.document = _document_of(report.sha256, content, records)
    if report.document is None:
        report.add("unknown", "not in the register: not made here, or changed beyond recognition")
        return report
    document = report.document
    report.same = document.pdf_sha256 == report.sha256
    unsigned = files.digest(embedded.first_revision(content))
    report.unsigned_agrees = unsigned == document.unsigned_sha256
    if not report.same:
        report.add("changed", _what_changed(content, document))
    if not report.unsigned_agrees:
        report.add("unsigned", "the bytes before the signature are not those the register knows")
    _compare_attachment(report, document, records)
    _compare_state(report, document)
    return report


def examine(content: bytes) -> Report:
    """All of `compare`, and the signatures themselves (pyHanko). For files at the command line."""
    report = compare(content)
    checking = import_module("documents.signing.checking")
    try:
        report.signatures = checking.check_signatures(content)
    except checking.NoPdfError as error:
        report.add("no-pdf", f"no PDF, or damaged: {error}")
        return report
    _judge_signatures(report)
    return report


def _document_of(sha256: str, content: bytes, records: list[dict[str, Any]]) -> Document | None:
    """By the digest; else by its unsigned bytes; else by the code it carries."""
    found = selectors.document_by_digest(sha256)
    if found is not None:
        return found
    found = selectors.document_by_unsigned(files.digest(embedded.first_revision(content)))
    if found is not None:
        return found
    for told in records:
        found = selectors.document_by_code(str(told.get("verify_code", "")))
        if found is not None:
            return found
    return None


def _what_changed(content: bytes, document: Document) -> str:
    try:
        kept = files.read(document)
    except files.PdfMissingError:
        return "not the bytes of the register; the archive cannot be read to say more"
    if content.startswith(kept):
        return f"{len(content) - len(kept)} bytes were appended to the original"
    if kept.startswith(content):
        return f"cut off: {len(kept) - len(content)} bytes are missing at the end"
    pairs = zip(content, kept, strict=False)
    place = next((at for at, (one, other) in enumerate(pairs) if one != other), 0)
    return f"differs from the original from byte {place} on"


def _compare_attachment(report: Report, document: Document, records: list[dict[str, Any]]) -> None:
    if not document.content.get("record"):
        report.attachment_agrees = None
        return
    wanted = record.statement(document.content)
    report.attachment_agrees = records == [wanted]
    if not report.attachment_agrees:
        told = "the attached record does not agree with the register"
        report.add("attachment", told if records else "the attached record is missing")


def _compare_state(report: Report, document: Document) -> None:
    if document.state == Document.State.VALID:
        return
    successor = getattr(document, "superseded_by", None)
    by = f", superseded by {successor.number}" if successor is not None else ""
    since = document.state_changed_on
    report.add("state", f"not in force since {since}: {document.state}{by}")


def _judge_signatures(report: Report) -> None:
    document = report.document
    known = {row["serial"] for row in document.signatures} if document is not None else set()
    for one in report.signatures:
        if not one.intact:
            report.add(
                "broken", f"signature {one.field} is broken: {one.remark or 'bytes changed'}"
            )
        elif not one.trusted:
            report.add("untrusted", f"signature {one.field}: {one.subject} is not trusted here")
        if one.serial not in known:
            report.add("foreign", f"signature {one.field} is none the register knows")
    if report.signatures and not report.signatures[-1].covers_file:
        report.add("uncovered", "bytes follow the last signature")
    if document is not None and len(report.signatures) < len(document.signatures):
        report.add("missing", "a signature of the register is missing in the file")
