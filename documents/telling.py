"""Journal entries about a document, in the register's stream and in the case's if it has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from documents import numbering
from documents.models import Document
from journal.services import Actor, record


def journal(document: Document, verb: str, by: Actor | None, data: Mapping[str, Any]) -> None:
    """One act, in the caller's transaction."""
    told = {"document": document.pk, "number": document.number, "kind": document.kind, **data}
    record(numbering.register_stream(document.entry), verb, actor=by, data=told)
    if document.case_stream:
        record(document.case_stream, verb, actor=by, data=told)
