"""What a flow's names are bound to outside the diagram."""

from __future__ import annotations

from dataclasses import dataclass

SHORT_ROLES = frozenset({"applicant", "county", "department", "bureau", "finance", "expert"})
"""The lanes' short names of the contract: the officer or leader of that organ."""


@dataclass(frozen=True, slots=True)
class Bindings:
    """The names that exist; None = not known here, so it is not checked (see each check)."""

    roles: frozenset[str] | None = None
    handlers: frozenset[str] | None = None
    forms: frozenset[str] | None = None
    documents: frozenset[str] | None = None
    decisions: frozenset[str] | None = None
    organs: frozenset[str] | None = None
    """Organ keys of the pack, for approval:organ."""
    phases: frozenset[str] | None = None
    known_variables: frozenset[str] = frozenset()
    """Case variables that the start of a case or a handler writes."""
