"""pyHanko's signer and time stamper with the key kept loaded.

pyHanko reads the private key anew for every signature, and the library then proves the key: 80 ms
each, most of the time of a signature.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.sign.general import as_signing_certificate, simple_cms_attribute
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import CertificateStore

_DIGESTS = {"sha256": (hashes.SHA256, hashlib.sha256)}
"""Everything in this package is signed with SHA-256."""


def private_key_info(key: rsa.RSAPrivateKey) -> PrivateKeyInfo:
    """The key in the form of PKCS#8."""
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return PrivateKeyInfo.load(der)


class KeptKeySigner(SimpleSigner):
    """An RSA signer (PKCS#1 v1.5, SHA-256)."""

    def __init__(
        self,
        key: rsa.RSAPrivateKey,
        certificate: asn1_x509.Certificate,
        known: CertificateStore,
    ) -> None:
        super().__init__(
            signing_cert=certificate, signing_key=private_key_info(key), cert_registry=known
        )
        self._key = key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        return self._key.sign(data, padding.PKCS1v15(), _DIGESTS[digest_algorithm][0]())


class KeptKeyTimeStamper(DummyTimeStamper):
    """The demo's own time stamps (RFC 3161), at the time it is told."""

    def __init__(
        self, key: rsa.RSAPrivateKey, certificate: asn1_x509.Certificate, at: datetime
    ) -> None:
        super().__init__(certificate, private_key_info(key), fixed_dt=at)
        self._key = key

    def _sign_tst_info(
        self, tst_info_data: bytes, md_algorithm: str, dt: datetime
    ) -> tuple[bytes, cms.CMSAttributes]:
        chosen, hashed = _DIGESTS[md_algorithm]
        signed = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(dt)})),
                simple_cms_attribute("signing_certificate", as_signing_certificate(self.tsa_cert)),
                simple_cms_attribute("message_digest", hashed(tst_info_data).digest()),
            ]
        )
        return self._key.sign(signed.dump(), padding.PKCS1v15(), chosen()), signed
