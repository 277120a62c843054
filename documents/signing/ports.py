"""What a signer is, what it is given, and what comes back: adapters stand behind the port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Protocol

from documents.rendering.rendered import Place


class SigningError(Exception):
    """The original could not be signed; `passing` says whether another try may succeed."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


@dataclass(frozen=True)
class Organ:
    """Who signs: the name on the paper, and the key of its certificate (`city.key`)."""

    name: str
    key: str


@dataclass(frozen=True)
class Request:
    """An unsigned PDF and how it is to be signed."""

    pdf: bytes
    level: str
    """The content's `mark`: none (not signed), hidden (no visible mark), box."""
    specimen: bool
    number: str
    signers: Sequence[Organ]
    """The lead organ first; each signs once."""
    places: Sequence[Place]
    """Of each signer's visible mark, in their order; empty: no mark is drawn."""
    at: datetime


@dataclass(frozen=True)
class Signature:
    """One signature of an organ, as the register keeps it."""

    organ: str
    subject: str
    """Common name of the certificate."""
    issuer: str
    serial: str
    """Hexadecimal."""
    signed_at: str
    """ISO, with offset."""
    adapter: str
    timestamped: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Signed:
    """The bytes to archive, and who signed them."""

    pdf: bytes
    signatures: Sequence[Signature] = field(default=())


class Signer(Protocol):
    """A port: local keys, PKCS#12, PKCS#11, or a service outside the house."""

    @property
    def name(self) -> str:
        """How the register calls it."""

    def sign(self, request: Request) -> Signed:
        """Every organ's signature on the PDF. Raises SigningError."""
