"""The state's electronic seal service and the OFD conversion, as services outside the house.

Off by default. One request each: the PDF as body, what it is in headers, both signed by
HMAC-SHA256 over time, facts and body; the answer is the sealed PDF, or the OFD file. The services
of provinces differ; what stands between theirs and this is a small gateway (docs/signatures.md).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

import clock
from documents.signing.ports import Request, Signature, Signed, SigningError

MOST_BYTES = 50 * 1024 * 1024
_TIMEOUT = 30  # seconds; a job's lease has sixty
_PDF, _OFD = b"%PDF-", b"PK\x03\x04"  # OFD is a ZIP (GB/T 33190)
_PASSING = {408, 425, 429, *range(500, 600)}


def signature_of(secret: str, timestamp: str, facts: str, body: bytes) -> str:
    """hex(HMAC-SHA256(secret, time.facts.body)): what the service recomputes."""
    signed = f"{timestamp}.{facts}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _checked(address: str, secret: str) -> None:
    parts = urlsplit(address)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise SigningError(_("服务地址 %(address)s 须用 https。") % {"address": address})
    if len(secret) < 16:
        raise SigningError(_("与服务约定的密钥至少 16 个字符。"))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A paper goes to the configured address and nowhere else."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


def _post(
    address: str, secret: str, facts: Mapping[str, Any], body: bytes
) -> tuple[bytes, dict[str, str]]:
    """The answer's body and headers. Raises SigningError."""
    _checked(address, secret)
    told = b64encode(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).decode()
    timestamp = str(int(clock.now().timestamp()))
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        address,
        data=body,
        headers={
            "Content-Type": "application/pdf",
            "X-Document": told,
            "X-Timestamp": timestamp,
            "X-Signature": signature_of(secret, timestamp, told, body),
        },
    )
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=_TIMEOUT) as response:
            content = response.read(MOST_BYTES + 1)
            headers = {key.lower(): value for key, value in response.headers.items()}
    except urllib.error.HTTPError as error:
        message = _("服务拒绝了请求：HTTP %(status)s") % {"status": error.code}
        raise SigningError(message, passing=error.code in _PASSING) from None
    except OSError as error:
        message = _("服务没有应答（%(error)s）") % {"error": type(error).__name__}
        raise SigningError(message, passing=True) from None
    if len(content) > MOST_BYTES:
        raise SigningError(_("服务的应答超过 50 MB。"))
    return content, headers


@dataclass(frozen=True)
class ElectronicSealService:
    """Level 3: the PDF goes out, comes back with the organ's state seal, and is archived so."""

    address: str
    secret: str
    name: str = "eseal"

    def sign(self, request: Request) -> Signed:
        """One call for each organ, the lead first."""
        content = request.pdf
        signatures: list[Signature] = []
        for organ in request.signers:
            facts = {
                "organ": organ.name,
                "key": organ.key,
                "number": request.number,
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            content, headers = _post(self.address, self.secret, facts, content)
            if not content.startswith(_PDF):
                raise SigningError(_("签章服务的应答不是 PDF 文件。"))
            signatures.append(
                Signature(
                    organ=organ.name,
                    subject=headers.get("x-seal-subject", organ.name),
                    issuer=headers.get("x-seal-issuer", ""),
                    serial=headers.get("x-seal-serial", ""),
                    signed_at=request.at.astimezone(clock.BEIJING).isoformat(timespec="seconds"),
                    adapter=self.name,
                )
            )
        return Signed(content, signatures)


def convert_to_ofd(address: str, secret: str, number: str, pdf: bytes) -> bytes:
    """The paper in the national fixed layout, made by a service. Raises SigningError."""
    facts = {"number": number, "sha256": hashlib.sha256(pdf).hexdigest()}
    content, _headers = _post(address, secret, facts, pdf)
    if not content.startswith(_OFD):
        raise SigningError(_("转换服务的应答不是 OFD 文件。"))
    return content
