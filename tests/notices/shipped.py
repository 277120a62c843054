"""The shipped templates with their sample facts, and copies of a pack to spoil."""

from __future__ import annotations

from functools import cache
from typing import Any

from approvals.notices.kinds import all_kinds
from approvals.notices.pack_part import city_of, composed_sample
from approvals.notices.samples import sample_of
from approvals.programs.pack_source import PackSource, plain, read_pack
from tests.programs.packs_for_tests import POLICIES

CITIES = ("jiaxing", "mudanjiang")


@cache
def pack(city: str) -> PackSource:
    return read_pack(POLICIES / city)


TEMPLATES = [(city, key) for city in CITIES for key in sorted(pack(city).notices)]


def city(town: str) -> dict[str, Any]:
    """Name, vocabulary and organs of a pack's city."""
    return dict(city_of(pack(town)))


def template(city: str, key: str) -> dict[str, Any]:
    """A template as the pack has it; the caller may change his copy."""
    found: dict[str, Any] = plain(pack(city).notices[key].data)
    return found


def sample_content(city: str, key: str) -> dict[str, Any]:
    """The content document of a template with its sample facts."""
    found = template(city, key)
    kind = all_kinds()[found["kind"]]
    sample = sample_of(plain(pack(city).samples.data), key, kind)
    return composed_sample(kind, found, sample, city_of(pack(city)))
