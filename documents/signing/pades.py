"""PAdES signatures by pyHanko: one an organ, with time stamp and the data for later checking.

Chain and revocation lists are written into the file together with the first signature, so that
every byte but the signature itself is covered by it and nothing needs to be appended afterwards.
RSA with SHA-256 keeps the file PDF/A-3b (SHA-384 and curves would declare PDF 2.0).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as CannotSign
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore

import clock
from documents.signing import authority, box
from documents.signing.kept import KeptKeyTimeStamper
from documents.signing.keys import Credentials, KeyStore
from documents.signing.ports import Organ, Request, Signature, Signed, SigningError
from documents.signing.running import finished

DIGEST = "sha256"
RESERVED = 16384
"""Bytes for one signature: room for chain and time stamp, and no trial signature is needed."""
LOCAL_STAMPS = "local"


@dataclass(frozen=True)
class PadesSigner:
    """Signs with the keys of a store; `name` says in the register which."""

    name: str
    keys: KeyStore

    def sign(self, request: Request) -> Signed:
        """One signature after another in one file, the lead organ first."""
        try:
            return finished(self._signed(request))
        except TimestampRequestError as error:
            message = _("时间戳服务没有应答：%(error)s") % {"error": error}
            raise SigningError(message, passing=True) from error
        except (CannotSign, PdfError, ValueError, OSError) as error:
            message = _("不能签名：%(error)s") % {"error": error}
            raise SigningError(message, passing=True) from error

    async def _signed(self, request: Request) -> Signed:
        content = request.pdf
        signatures: list[Signature] = []
        stamper = _time_stamper(request.at)
        for place, organ in enumerate(request.signers):
            credentials = self.keys.credentials(organ)
            content = await self._add(content, request, place, credentials, stamper)
            signatures.append(_told(organ, credentials, request.at, self.name, stamper))
        return Signed(content, signatures)

    async def _add(
        self,
        content: bytes,
        request: Request,
        place: int,
        credentials: Credentials,
        stamper: TimeStamper | None,
    ) -> bytes:
        """The file with one more signature, as an incremental update."""
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        certificate = credentials.signer.signing_cert
        if certificate is None:
            message = _("%(organ)s的密钥没有证书。请补充证书。")
            raise SigningError(message % {"organ": request.signers[place].name})
        _write_validation_data(writer, certificate, credentials)
        organ = request.signers[place]
        field, style = f"Signature{place + 1}", None
        spec = SigFieldSpec(field)
        if request.places and request.level == "box":
            frame = box.frame(request.places[place])
            page = request.places[place].page
            spec = SigFieldSpec(field, on_page=page, box=frame.corners)
            style = box.BoxStyle(
                lines=box.lines(
                    organ.name, request.at, certificate.serial_number, demo=self.name == "demo"
                ),
                frame=frame,
            )
        signer = PdfSigner(
            PdfSignatureMetadata(
                field_name=field,
                md_algorithm=DIGEST,
                subfilter=SigSeedSubFilter.PADES,
                name=organ.name,
                reason=request.number,
            ),
            signer=credentials.signer,
            timestamper=stamper,
            stamp_style=style,
            new_field_spec=spec,
        )
        return await _perform(signer, writer, request.at)


def _time_stamper(at: datetime) -> TimeStamper | None:
    """By SIGNING_TSA: none, the demo's own, or a service (RFC 3161)."""
    address = settings.SIGNING_TSA
    if not address:
        return None
    if address != LOCAL_STAMPS:
        return HTTPTimeStamper(address, timeout=20)
    own = authority.KeyRing(settings.KEYS_DIR / "demo").stamper()
    return KeptKeyTimeStamper(own.key, x509.Certificate.load(own.der), at)


async def _perform(signer: PdfSigner, writer: IncrementalPdfFileWriter, at: datetime) -> bytes:
    """pyHanko's own steps, with our clock as the time of signing."""
    session = signer.init_signing_session(writer)
    session.system_time = at.astimezone(clock.BEIJING)
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=RESERVED)
    output = io.BytesIO()
    digest, _stream = prepared.digest_tbs_document(output=output)
    done = await prepared.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=session.system_time),
    )
    await done.post_signature_processing(output)
    return output.getvalue()


def _write_validation_data(
    writer: IncrementalPdfFileWriter, own: x509.Certificate, credentials: Credentials
) -> None:
    """Chain and revocation lists into the document security store (ISO 32000-2, 12.8.4.3)."""
    trust = credentials.trust
    chain: Sequence[x509.Certificate] = [*trust.root_certificates(), *trust.chain_certificates()]
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=[own, *chain], crls=trust.revocation_lists()
    )


def _told(
    organ: Organ,
    credentials: Credentials,
    at: datetime,
    adapter: str,
    stamper: TimeStamper | None,
) -> Signature:
    certificate = credentials.signer.signing_cert
    names = certificate.subject.native if certificate is not None else {}
    issuers = certificate.issuer.native if certificate is not None else {}
    return Signature(
        organ=organ.name,
        subject=str(names.get("common_name", "")),
        issuer=str(issuers.get("common_name", "")),
        serial=f"{certificate.serial_number:X}" if certificate is not None else "",
        signed_at=at.astimezone(clock.BEIJING).isoformat(timespec="seconds"),
        adapter=adapter,
        timestamped=stamper is not None,
    )
