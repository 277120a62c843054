"""What people are told about: the kinds of notifications. Upper slices fill the registry.

A kind is what a person sets a preference for. An *urgent* kind (a red supervision order, a recusal
that must be ruled) is mailed at once, in quiet hours too.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

NAME_LENGTH = 40


class UnknownKindError(LookupError):
    """Somebody is told about something no slice has registered."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name in the database, its label on the pages."""

    name: str
    label: str | Promise
    urgent: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: str, label: str | Promise, urgent: bool = False) -> None:
    """Publishes a kind; called in `AppConfig.ready`. A second, different one is a ValueError."""
    if not kind or len(kind) > NAME_LENGTH:
        message = f"a kind's name has 1 to {NAME_LENGTH} characters: {kind!r}"
        raise ValueError(message)
    made = Kind(kind, label, urgent)
    known = _kinds.setdefault(kind, made)
    if (str(known.label), known.urgent) != (str(label), urgent):
        message = f"the kind {kind!r} is registered twice"
        raise ValueError(message)


def known(kind: str) -> Kind:
    """Raises UnknownKindError."""
    try:
        return _kinds[kind]
    except KeyError:
        message = f"no slice has registered the kind {kind!r}"
        raise UnknownKindError(message) from None


def label_of(kind: str) -> str:
    """The label; the name itself for a kind that a later version no longer knows."""
    found = _kinds.get(kind)
    return str(found.label) if found is not None else kind


def everything() -> tuple[Kind, ...]:
    """Every kind, in the order of registration."""
    return tuple(_kinds.values())
