"""What is wrong with a package, by the four properties of an electronic record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Property(Enum):
    """The four properties (四性) that an archive proves of what it takes in."""

    AUTHENTICITY = "真实性"
    COMPLETENESS = "完整性"
    USABILITY = "可用性"
    SAFETY = "安全性"


@dataclass(frozen=True)
class Fault:
    """One fault: which property, a code for programs, where, and a sentence."""

    property: Property
    code: str
    path: str
    message: str
