"""Runs pyHanko's coroutines to their end, also where an event loop is running already.

A thread of its own for each: a server or a test that keeps a loop in its thread forbids a second
one there. Nothing in these coroutines touches the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

_T = TypeVar("_T")


def finished(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """The coroutine's result; its exceptions come through."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(copy_context().run, asyncio.run, coroutine).result()
