"""What a channel is, and what it is given: name, step and number, never more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from organizations.models import User


class Reach(Enum):
    """Which notifications go by a channel."""

    CHOSEN = "by the person's preference, in his hours"
    URGENT = "urgent kinds only, at once"
    EVERYTHING = "everything, at once: another system keeps its own hours"


class Unreachable(Exception):
    """It did not work now; the job repeats it. The text carries no personal data."""


class Refused(Exception):
    """The other side will never take this message; repeating it is of no use."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person."""

    key: str
    """Idempotency key: the same message sent twice bears the same key."""
    address: str
    name: str
    kind: str
    title: str
    lines: tuple[str, ...]
    """What a digest lists; a single message has none."""
    url: str


class Channel(Protocol):
    """A port: an adapter stands behind each name."""

    @property
    def name(self) -> str:
        """How deliveries call it."""

    @property
    def reach(self) -> Reach:
        """Which notifications go by it."""

    def address(self, person: User) -> str:
        """Where this person is reached; "" = he is not."""

    def send(self, message: Message) -> None:
        """Raises Unreachable (try again) or Refused (give up)."""
