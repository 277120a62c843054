"""The rendering process: reads content documents, writes PDFs, until its input closes."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any, BinaryIO

from django.utils.translation import gettext_noop as _

from documents.rendering import overlays
from documents.rendering.errors import RenderingError
from documents.rendering.pipeline import render
from documents.rendering.sizes import CLASSES, SHORT, Limits
from jobs.processes import settle


def _limit_cpu(seconds: int) -> None:
    """The limit counts the life of the process, so it moves ahead of each document."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))


def _read(stream: BinaryIO) -> Mapping[str, Any] | None:
    size = stream.read(8)
    if len(size) < 8:
        return None
    content: Mapping[str, Any] = json.loads(stream.read(int.from_bytes(size)))
    return content


def _write(stream: BinaryIO, header: Mapping[str, Any], body: bytes = b"") -> None:
    encoded = json.dumps(header).encode()
    stream.write(len(encoded).to_bytes(8) + encoded + body)
    stream.flush()


def _answer(content: Mapping[str, Any], stream: BinaryIO) -> None:
    try:
        made = overlays.render(content) if "sheets" in content else render(content)
    except RenderingError as error:
        _write(stream, {"error": error.message, "words": error.words})
    except (MemoryError, RecursionError) as error:
        message = _("文书太长或者层次太多，没有生成文件（%(kind)s）。请拆分文书。")
        _write(stream, {"error": message, "words": {"kind": type(error).__name__}})
    else:
        header = {
            "size": len(made.pdf),
            "pages": made.pages,
            "renderer": made.renderer,
            "marks": [astuple(place) for place in made.marks],
        }
        _write(stream, header, made.pdf)


def serve(source: BinaryIO, target: BinaryIO, limits: Limits = SHORT) -> None:
    """Answer requests one after another."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warm = False
    while (content := _read(source)) is not None:
        _limit_cpu(limits.cpu_seconds)
        _answer(content, target)
        if not warm:  # fonts and styles are there
            settle()
            warm = True


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer, CLASSES[sys.argv[1]])
