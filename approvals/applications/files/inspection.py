"""Looks into an uploaded file before anything is stored (OWASP ASVS 5.0, V5.2).

The name, the first bytes and a real parse must tell the same story: the extension alone is the
sender's word, magic bytes alone are fooled by a file that is two things at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext as _

from approvals.applications.files import parsers
from approvals.applications.files.refusal import FileRefusedError
from approvals.applications.files.storage import sha256_of

NAME_LENGTH = 120
"""Longest stored file name in characters; an extension is kept when the name is cut."""

_SEPARATORS = re.compile(r"[\\/:*?\"<>|\s]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file we take: its media type, extensions and the parser that must accept it."""

    media_type: str
    extensions: tuple[str, ...]
    parse: Callable[[BinaryIO], None]


_OOXML = "application/vnd.openxmlformats-officedocument"

KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", (".pdf",), parsers.pdf),
    "jpeg": Kind("image/jpeg", (".jpg", ".jpeg"), parsers.jpeg),
    "png": Kind("image/png", (".png",), parsers.png),
    "docx": Kind(f"{_OOXML}.wordprocessingml.document", (".docx",), parsers.docx),
    "xlsx": Kind(f"{_OOXML}.spreadsheetml.sheet", (".xlsx",), parsers.xlsx),
}

_SAME_KIND = {"jpg": "jpeg", "image": "jpeg"}


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that passed: its safe name, size in bytes, SHA-256 and true media type."""

    name: str
    size: int
    sha256: str
    media_type: str


def kind_names(types: Collection[str]) -> tuple[str, ...]:
    """The kinds a slot's list of types stands for; an empty list takes every kind."""
    wanted = {_SAME_KIND.get(word, word) for word in (t.lower().lstrip(".") for t in types)}
    return tuple(name for name in KINDS if name in wanted) or tuple(KINDS)


def extensions(types: Collection[str]) -> list[str]:
    """Every extension a slot takes, for the `accept` attribute and for messages."""
    return [extension for name in kind_names(types) for extension in KINDS[name].extensions]


def safe_name(given: str) -> str:
    """The sender's file name without path, control or bidirectional characters.

    Chinese and other letters stay as typed: the name is shown and sent back on download.
    """
    base = PurePosixPath(given.replace("\\", "/")).name
    shown = "".join(c for c in base if unicodedata.category(c)[0] != "C")
    cleaned = _SEPARATORS.sub(" ", shown).strip(" .")
    stem, dot, extension = cleaned.rpartition(".")
    if not dot:
        return cleaned[:NAME_LENGTH] or "file"
    room = NAME_LENGTH - len(extension) - 1
    return f"{stem[:room].strip(' .') or 'file'}.{extension}"


def inspect(
    stream: BinaryIO, *, name: str, size: int, types: Collection[str], max_bytes: int
) -> Inspected:
    """Reads the whole file once for its hash and once for its parser.

    Raises FileRefusedError naming the rule and the way out; the stream is rewound either way.
    """
    kept = safe_name(name)
    _check_size(size, max_bytes)
    kind = _kind_by_extension(kept, types)
    _check_magic(stream, kind)
    stream.seek(0)
    kind.parse(stream)
    stream.seek(0)
    digest = sha256_of(stream)
    stream.seek(0)
    return Inspected(name=kept, size=size, sha256=digest, media_type=kind.media_type)


def _check_size(size: int, max_bytes: int) -> None:
    if size == 0:
        raise FileRefusedError("empty", _("文件是空的，请检查后重新上传。"))
    if size > max_bytes:
        raise FileRefusedError(
            "too_large",
            _("文件为 %(size)s MB，超过上限 %(limit)s MB，请压缩或拆分后上传。")
            % {"size": f"{size / 1048576:.1f}", "limit": f"{max_bytes / 1048576:.0f}"},
        )


def _kind_by_extension(name: str, types: Collection[str]) -> Kind:
    extension = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    for kind_name in kind_names(types):
        if extension in KINDS[kind_name].extensions:
            return KINDS[kind_name]
    raise FileRefusedError(
        "wrong_extension",
        _("不接受“%(extension)s”文件，请上传：%(accepted)s。")
        % {"extension": extension or _("无扩展名"), "accepted": " ".join(extensions(types))},
    )


def _check_magic(stream: BinaryIO, kind: Kind) -> None:
    stream.seek(0)
    head = stream.read(8192)
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        found = set()
    if kind.media_type not in found:
        raise FileRefusedError(
            "content_differs",
            _("文件内容与扩展名不符，请用原软件另存为 %(accepted)s 后上传。")
            % {"accepted": " ".join(kind.extensions)},
        )
