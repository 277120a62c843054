"""The people of a simulation: a fresh holder for every act, and whoever the diagram names."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from organizations.models import Organ, User
from organizations.positions import Position
from organizations.roles import acting_roles
from workflows.directory import Person
from workflows.models import Process, Task


class SimulatedDirectory:
    """Roles without organs: whoever holds the role may act; a named person exists when named."""

    def __init__(self) -> None:
        """Nobody exists yet."""
        self._roles: dict[int, str] = {}
        self._named: dict[str, User] = {}

    def fresh(self, role: str) -> User:
        """A person who has never acted and holds this role."""
        user = self._account("simulated")
        self._roles[user.pk] = role
        return user

    def organ(
        self, process: Process, *, role: str, scope: str | None, key: str | None
    ) -> Organ | None:
        """There are no organs here."""
        return None

    def person(self, named: int | str) -> Person | None:
        """The account of this number, else one made for the name."""
        if isinstance(named, int):
            known = User.objects.filter(pk=named).first()
            if known is not None:
                return known
        name = str(named)
        if name not in self._named:
            self._named[name] = self._account(name)
        return self._named[name]

    def position(self, user: Person, task: Task, process: Process) -> Position | None:
        """By role alone; a named owner has the role of his task."""
        role = task.role if user.pk == task.owner_id else self._roles.get(user.pk, "")
        if role != task.role and task.role not in acting_roles(role):
            return None
        return Position(role, 0, frozenset({task.role}))

    def barred(self, user: Person, task: Task, process: Process) -> bool:
        """Nobody has interests here."""
        return False

    def awaits_ruling(self, user: Person, process: Process) -> bool:
        """Nobody asks for a recusal in a simulation."""
        return False

    def foreseen(self, user: Person, task_id: int) -> None:
        """Nothing is read."""

    def told(self, user: Person, process: Process, rows: list[Any]) -> None:
        """Nothing was asked."""

    @staticmethod
    def _account(name: str) -> User:
        username = f"simulated-{uuid4().hex}"
        return User.objects.create(username=username, name=name[:60])
