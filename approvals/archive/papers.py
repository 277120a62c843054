"""Checks one paper of a package: digest, signatures, record, PDF/A claim, nothing active."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from approvals.archive.faults import Fault, Property
from documents import embedded

_PART = re.compile(rb"pdfaid:part(?:>|=[\"'])3")
_LEVEL = re.compile(rb"pdfaid:conformance(?:>|=[\"'])[BUA]")
_ACTIVE = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition"})
_DEEPEST = 6
_SAME = ("number", "title", "organs", "date", "kind", "verify_code", "content_sha256")


def faults_of(path: str, content: bytes, row: Mapping[str, Any]) -> Iterator[Fault]:
    """Every fault of the PDF that the metadata row describes."""
    yield from _authenticity(path, content, row)
    yield from _readable(path, content)


def _authenticity(path: str, content: bytes, row: Mapping[str, Any]) -> Iterator[Fault]:
    if hashlib.sha256(content).hexdigest() != row.get("sha256"):
        yield Fault(Property.AUTHENTICITY, "altered-document", path, "not the registered bytes")
    records = embedded.records_in(content)
    if len(records) != 1:
        yield Fault(Property.AUTHENTICITY, "no-record", path, "the attached record is missing")
    elif any(records[0].get(key) != row.get(key) for key in _SAME):
        yield Fault(Property.AUTHENTICITY, "record-differs", path, "record and metadata differ")
    wanted = [str(one.get("serial")) for one in row.get("signatures", [])]
    yield from _signatures(path, content, wanted)


def _signatures(path: str, content: bytes, wanted: list[str]) -> Iterator[Fault]:
    checking = import_module("documents.signing.checking")  # loads pyHanko
    try:
        found = checking.check_signatures(content)
    except checking.NoPdfError as error:
        yield Fault(Property.USABILITY, "no-pdf", path, f"cannot be read: {error}")
        return
    for one in found:
        if not (one.intact and one.trusted):
            message = f"signature of {one.subject}: {one.remark or 'broken or not trusted'}"
            yield Fault(Property.AUTHENTICITY, "bad-signature", path, message)
    if [one.serial for one in found] != wanted:
        message = "not the signatures the register knows"
        yield Fault(Property.AUTHENTICITY, "other-signatures", path, message)


def _readable(path: str, content: bytes) -> Iterator[Fault]:
    try:
        reader = PdfReader(io.BytesIO(content))
        pages, locked = len(reader.pages), reader.is_encrypted
        archival, active = _claims_archival(reader), _is_active(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = f"cannot be opened ({type(error).__name__})"
        yield Fault(Property.USABILITY, "no-pdf", path, message)
        return
    if locked or not pages:
        yield Fault(Property.USABILITY, "no-pages", path, "locked or without pages")
    if not archival:
        yield Fault(Property.USABILITY, "not-pdfa", path, "does not claim to be PDF/A-3")
    if active:
        yield Fault(Property.SAFETY, "active-content", path, "holds a script or starts something")


def _claims_archival(reader: PdfReader) -> bool:
    """The claim in the metadata and an output intent; a validator proves more (docs)."""
    root = reader.root_object
    described = root["/Metadata"].get_object() if "/Metadata" in root else None
    told = described.get_data() if isinstance(described, StreamObject) else b""
    return bool(_PART.search(told) and _LEVEL.search(told)) and "/OutputIntents" in root


def _is_active(reader: PdfReader) -> bool:
    """Any object that is a script or starts something."""
    numbers = {number for table in reader.xref.values() for number in table}
    numbers |= set(reader.xref_objStm)
    return any(_starts(reader.get_object(number), 0) for number in numbers if number)


def _starts(value: object, depth: int) -> bool:
    """Direct values only: indirect ones are objects of their own."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, DictionaryObject):
        if value.get("/S") in _ACTIVE or "/JS" in value:
            return True
        inner = [value.raw_get(key) for key in value]
    elif isinstance(value, ArrayObject):
        inner = list(value)
    else:
        return False
    return any(_starts(one, depth + 1) for one in inner if not isinstance(one, IndirectObject))
