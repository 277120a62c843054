"""Reading by the discipline office is itself an act: it is journalled (semantics C0)."""

from __future__ import annotations

from approvals.applications.models import Application
from journal.services import record
from organizations.models import User
from organizations.permissions import Visitor
from organizations.positions import positions


def record_reading(case: Application, reader: Visitor, *, file: str = "") -> None:
    """Journals the reading of a case or file by somebody whose only way in is supervision.

    Must run in a transaction; for everybody else it writes nothing.
    """
    held = positions(reader)
    if held and all(position.role == "discipline" for position in held):
        told = {"file": file} if file else {}
        record(case.stream, "read_by_discipline", actor=_person(reader), data=told)


def _person(reader: Visitor) -> User:
    if not isinstance(reader, User):
        message = "only persons with an account hold positions"
        raise TypeError(message)
    return reader
