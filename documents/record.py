"""The decision as data: the JSON attached to a PDF, and the digest of a content document.

What the JSON says is decided by the content key `record`, so that the same content gives the same
bytes. It repeats what the paper and the public check show, and nothing more: the holder as masked
there, the sum only where the paper names it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

FORMAT = "incubator-approvals/record/1"
FILE_NAME = "record.json"
KEYS = {"kind": True, "holder": False, "amount": False}
"""Keys of the content's `record`; true: needed."""


def canonical(value: Any) -> str:
    """JSON in one form: sorted keys, no spaces, characters as themselves."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_digest(content: Mapping[str, Any]) -> str:
    """SHA-256 over the content in canonical form (UTF-8), as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def statement(content: Mapping[str, Any]) -> dict[str, Any]:
    """What the attached JSON says of a content document that has a `record`."""
    record = content["record"]
    return {
        "format": FORMAT,
        "kind": record["kind"],
        "number": content.get("number"),
        "title": content["title"],
        "organs": list(content["organs"]),
        "date": content["date"],
        "holder": record.get("holder") or None,
        "amount": record.get("amount") or None,
        "verify_code": content.get("verify_code"),
        "content_sha256": content_digest(content),
    }


def attachment(content: Mapping[str, Any]) -> bytes:
    """The attached file: canonical JSON in UTF-8."""
    return canonical(statement(content)).encode()
