"""Checks the signatures of a PDF offline: integrity, coverage, and trust by the roots alone."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import x509
from django.conf import settings
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError as Unreadable
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import PathError

from documents.signing.authority import KeyRing
from documents.signing.keys import configured_trust
from documents.signing.running import finished

_DAMAGED = (
    *(LookupError, TypeError, AttributeError, RecursionError, ArithmeticError),
    *(NotImplementedError, AssertionError, struct.error, zlib.error),
)
"""What the reader stumbles over in objects and streams whose bytes were changed."""


class NoPdfError(Exception):
    """The bytes cannot be read as a PDF."""


@dataclass(frozen=True)
class SignatureCheck:
    """What one signature in the file is worth."""

    field: str
    subject: str
    serial: str
    signed_at: datetime | None
    timestamped: bool
    intact: bool
    """The signed bytes are those the signature was made over."""
    trusted: bool
    """Its chain ends at a root this house believes, nothing in it revoked."""
    covers_file: bool
    """Nothing follows it in the file."""
    remark: str = ""


def roots() -> list[x509.Certificate]:
    """The roots this house believes; the demo's own only while it signs with demo keys."""
    known = list(configured_trust().root_certificates())
    if settings.SIGNING == "demo":
        known += KeyRing(settings.KEYS_DIR / "demo").trust().root_certificates()
    return known


def check_signatures(content: bytes) -> list[SignatureCheck]:
    """Every signature of the file in the order of signing; empty when it has none.

    Raises NoPdfError.
    """
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=True)
        embedded = list(reader.embedded_regular_signatures)
        return finished(_all(reader, embedded))
    except (PdfError, Unreadable, ValueError) as error:
        raise NoPdfError(str(error)) from error
    except _DAMAGED as error:
        raise NoPdfError(f"not readable ({type(error).__name__})") from error


async def _all(reader: PdfFileReader, embedded: list[EmbeddedPdfSignature]) -> list[SignatureCheck]:
    store: DocumentSecurityStore | None = None
    with suppress(ValidationInfoReadingError):
        store = DocumentSecurityStore.read_dss(reader)
    return [await _one(one, store) for one in embedded]


def _context(store: DocumentSecurityStore | None, at: datetime | None) -> ValidationContext:
    """Offline: chain and revocation lists come from the file. Without lists revocation is open."""
    told: dict[str, Any] = {
        "trust_roots": roots(),
        "allow_fetching": False,
        "revocation_mode": "hard-fail",
    }
    if at is not None:
        told["moment"] = at
    if store is None or not (store.crls or store.ocsps):
        told["revocation_mode"] = "soft-fail"
    return ValidationContext(**told) if store is None else store.as_validation_context(told)


def _stamped_at(one: EmbeddedPdfSignature) -> datetime | None:
    """The time of the signature's time stamp, else None."""
    token = next(extract_tst_data_iter(one.signer_info, signed=False), None)
    if token is None:
        return None
    info = token["encap_content_info"]["content"].parsed
    moment: datetime = info["gen_time"].native
    return moment


async def _one(one: EmbeddedPdfSignature, store: DocumentSecurityStore | None) -> SignatureCheck:
    certificate = one.signer_cert
    stamped = _stamped_at(one)
    told: dict[str, Any] = {
        "field": one.field_name,
        "subject": str(certificate.subject.native.get("common_name", "")),
        "serial": f"{certificate.serial_number:X}",
        "signed_at": stamped or one.self_reported_timestamp,
        "timestamped": stamped is not None,
    }
    try:
        status = await async_validate_pdf_signature(
            one,
            signer_validation_context=_context(store, stamped),
            ts_validation_context=_context(store, None),
        )
    except (SignatureValidationError, PathError) as error:
        return SignatureCheck(
            **told, intact=False, trusted=False, covers_file=False, remark=str(error)
        )
    return SignatureCheck(**told, **_judged(status))


def _judged(status: PdfSignatureStatus) -> dict[str, Any]:
    stamp = status.timestamp_validity
    stamp_good = stamp is None or (stamp.valid and stamp.trusted)
    remark = "" if stamp_good else "the time stamp is not valid or not trusted"
    return {
        "intact": bool(status.intact and status.valid),
        "trusted": bool(status.trusted and stamp_good),
        "covers_file": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "remark": remark,
    }
