"""How a process that lives long treats Python's garbage collector."""

from __future__ import annotations

import gc

YOUNG = 20_000
"""Objects made since the last look at the young ones; Python's own 700 makes a page of a document
look at them some hundred times, for a quarter of its time."""
_AGES = (20, 20)


def settle() -> None:
    """What is loaded by now stays for the life of the process and is not looked at again; garbage
    of later work is looked for less often. To be called once the process is warm."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *_AGES)
