"""Electronic signatures on originals: the only folder that imports pyHanko.

`mark_for` decides at issue how a paper will be signed (it says so in its foot line, so the decision
is frozen with the content); `sign` does it in the job after the commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from django.conf import settings

from documents.signing.ports import Organ, Request, Signature, Signed, Signer, SigningError
from organizations import models as organizations

__all__ = [
    "Organ",
    "Request",
    "Signature",
    "Signed",
    "SigningError",
    "mark_for",
    "sign",
    "signers_of",
]

NONE, HIDDEN, BOX = "none", "hidden", "box"


def mark_for(content: Mapping[str, Any]) -> str:
    """none, hidden or box: level 1 or level 2 of docs/signatures.md.

    The demo keys sign specimens (样张) only: a real decision never bears a demo certificate.
    """
    chosen: str = settings.SIGNING
    if chosen == "off" or (chosen == "demo" and not content.get("specimen")):
        return NONE
    return HIDDEN if settings.SIGNING_MARK == HIDDEN else BOX


def sign(request: Request) -> Signed:
    """The original to archive; without a signature when the paper is not to bear one.

    pyHanko is loaded by the first signature of a process: it costs half a second that web servers
    and commands need not spend. Raises SigningError.
    """
    if request.level == NONE:
        return Signed(request.pdf)
    signer: Signer = import_module("documents.signing.adapters").chosen(specimen=request.specimen)
    return signer.sign(request)


def signers_of(lead: organizations.Organ, names: Sequence[str]) -> list[Organ]:
    """The organs of a document, lead first, with the keys of their certificates.

    An organ renamed or dissolved since the issue is found by the name on the paper.
    """
    found = {
        organ.name: organ
        for organ in organizations.Organ.objects.filter(city=lead.city, name__in=names)
    }
    found[names[0]] = lead
    return [
        Organ(name, f"{lead.city}.{found[name].key}" if name in found else "") for name in names
    ]
