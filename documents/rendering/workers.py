"""Renders in child processes with limits on time and memory, so that no text can stall a server.

A few nested boxes or a long table can keep the layout busy for minutes (documents.md §6); a child
is ended after its wall time, ends itself by its CPU and memory limits, and is replaced after a
number of documents.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _

from documents.fonts import sets
from documents.rendering.errors import RenderingError
from documents.rendering.rendered import Place, Rendered
from documents.rendering.sizes import CLASSES, SHORT, Limits

DOCUMENTS_PER_CHILD = 200
_CHUNK = 1 << 16
_ENDED = _("生成文件的进程已经结束，请稍后再试。")
_AT_ITS_LIMIT = _(
    "生成文件的进程到了时间或者内存的上限而结束，请稍后再试；再次失败的，请拆分文书。"
)
_TOO_LONG = _("生成文件超过%(seconds)s秒，没有完成。请缩短表格或者拆分文书。")


class _Child:
    """One rendering process and its pipes."""

    def __init__(self, limits: Limits) -> None:
        sets.pin(settings.FONTS_DIR)
        self.limits = limits
        self.served = 0
        self.process = subprocess.Popen(  # noqa: S603 - our own module, a name of the table
            [sys.executable, "-m", "documents.rendering.child", limits.name],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
        )

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _read(self, size: int, deadline: float) -> bytes:
        pipe = self.process.stdout
        if pipe is None:
            raise RenderingError(_ENDED, passing=True)
        parts: list[bytes] = []
        while size > 0:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([pipe], [], [], left)[0]:
                wall = self.limits.wall_seconds
                raise RenderingError(_TOO_LONG, {"seconds": f"{wall:.0f}"})
            part = os.read(pipe.fileno(), min(size, _CHUNK))
            if not part:
                raise RenderingError(_AT_ITS_LIMIT, passing=True)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def render(self, content: Mapping[str, Any]) -> Rendered:
        """Send one content document and read the answer: a length and JSON, then the PDF."""
        request = json.dumps(content, ensure_ascii=False).encode()
        deadline = time.monotonic() + self.limits.wall_seconds
        stdin = self.process.stdin
        if stdin is None:
            raise RenderingError(_ENDED, passing=True)
        try:
            stdin.write(len(request).to_bytes(8) + request)
            stdin.flush()
        except OSError as error:
            raise RenderingError(_ENDED, passing=True) from error
        header = json.loads(self._read(int.from_bytes(self._read(8, deadline)), deadline))
        self.served += 1
        if "error" in header:
            raise RefusedByChildError(header["error"], header["words"])
        marks = tuple(Place(*place) for place in header["marks"])
        pdf = self._read(header["size"], deadline)
        return Rendered(pdf, header["pages"], header["renderer"], marks)


class RefusedByChildError(RenderingError):
    """The child is well; the document cannot be rendered."""


class WorkerPool:
    """As many processes as the class of documents has; callers wait for a free one."""

    def __init__(self, limits: Limits = SHORT) -> None:
        self._limits = limits
        self._free = threading.BoundedSemaphore(limits.children)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._owner = os.getpid()

    def _taken(self) -> _Child:
        with self._lock:
            if self._owner != os.getpid():  # a forked server process starts children of its own
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.close()
        return _Child(self._limits)

    def _returned(self, child: _Child) -> None:
        if child.served >= DOCUMENTS_PER_CHILD:
            child.close()
            return
        with self._lock:
            self._idle.append(child)

    def render(self, content: Mapping[str, Any]) -> Rendered:
        """Render in a child; a child that failed in any other way than by refusing is ended."""
        with self._free:
            child = self._taken()
            try:
                made = child.render(content)
            except RefusedByChildError:
                self._returned(child)
                raise
            except BaseException:
                child.close()
                raise
            self._returned(child)
            return made

    def close(self) -> None:
        """End the idle children."""
        with self._lock:
            for child in self._idle:
                child.close()
            self._idle = []


POOLS = {name: WorkerPool(limits) for name, limits in CLASSES.items()}
"""Long documents have a child of their own: a short one never waits behind them."""
