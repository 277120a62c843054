"""Where the bytes lie: under MEDIA_ROOT by their SHA-256, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_CHUNK = 1 << 20


class FileDamagedError(Exception):
    """The stored bytes are gone or no longer have the recorded hash."""


def relative_path(sha256: str) -> str:
    """`attachments/ab/cd/abcd…`: two levels of folders keep every folder small."""
    return f"attachments/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def sha256_of(stream: BinaryIO) -> str:
    """The hash of everything from where the stream stands."""
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def store(stream: BinaryIO, sha256: str) -> str:
    """Writes the bytes unless they are there already; returns the path under MEDIA_ROOT.

    Temporary file in the same folder, fsync, rename: a reader sees the whole file or none. A
    rolled back transaction leaves a file that no row names, which does no harm.
    """
    path = relative_path(sha256)
    target = Path(settings.MEDIA_ROOT) / path
    if target.exists():
        return path
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as out:
            stream.seek(0)
            while chunk := stream.read(_CHUNK):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


@contextmanager
def opened(path: str, sha256: str) -> Iterator[BinaryIO]:
    """The stored file for reading, its hash proved first; raises FileDamagedError."""
    target = Path(settings.MEDIA_ROOT) / path
    try:
        stream = target.open("rb")
    except OSError as error:
        raise FileDamagedError(path) from error
    with stream:
        if sha256_of(stream) != sha256:
            raise FileDamagedError(path)
        stream.seek(0)
        yield stream


def read(path: str, sha256: str) -> bytes:
    """The whole file, its hash proved; raises FileDamagedError."""
    with opened(path, sha256) as stream:
        return stream.read()
