"""Reads the attached record out of a PDF without parsing the PDF.

The public check gets files from strangers: a PDF parser is a large surface, so this looks only for
embedded file streams, of bounded number and size, and for our own JSON in them.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

from documents.record import FORMAT

_EMBEDDED = re.compile(rb"/Type\s*/EmbeddedFile\b")
_STREAM = re.compile(rb"stream\r?\n")
_NEAR = 600  # bytes between the type and the data of a stream
_MOST_STREAMS = 20
_MOST_BYTES = 64 * 1024
_END = re.compile(rb"%%EOF\r?\n?")


def _inflated(content: bytes, start: int) -> bytes:
    """At most _MOST_BYTES of the stream; empty when it is no such stream."""
    raw = content[start : start + _MOST_BYTES]
    try:
        return zlib.decompressobj().decompress(raw, _MOST_BYTES)
    except zlib.error:
        return raw


def _candidates(content: bytes) -> Iterator[bytes]:
    for count, found in enumerate(_EMBEDDED.finditer(content)):
        if count >= _MOST_STREAMS:
            return
        begin = _STREAM.search(content, found.end(), found.end() + _NEAR)
        if begin is not None:
            yield _inflated(content, begin.end())


def records_in(content: bytes) -> list[dict[str, Any]]:
    """Every record of ours in the file; a file of ours has exactly one."""
    found: list[dict[str, Any]] = []
    for candidate in _candidates(content):
        try:
            told, _end = json.JSONDecoder().raw_decode(candidate.decode("utf-8", "ignore"))
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict) and told.get("format") == FORMAT:
            found.append(told)
    return found


def first_revision(content: bytes) -> bytes:
    """What was there before anything was appended: the unsigned bytes of a file of ours."""
    end = _END.search(content)
    return content[: end.end()] if end is not None else b""
