"""Keys and certificates as pyHanko wants them: local RSA pairs and PKCS#12 files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.signing.kept import KeptKeySigner
from documents.signing.ports import Organ, SigningError


@dataclass(frozen=True)
class Certified:
    """An RSA key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class Trust:
    """Roots to believe, certificates in between, revocation lists; all DER."""

    roots: tuple[bytes, ...] = ()
    chain: tuple[bytes, ...] = ()
    revoked: tuple[bytes, ...] = ()

    def root_certificates(self) -> list[asn1_x509.Certificate]:
        return [asn1_x509.Certificate.load(one) for one in self.roots]

    def chain_certificates(self) -> list[asn1_x509.Certificate]:
        return [asn1_x509.Certificate.load(one) for one in self.chain]

    def revocation_lists(self) -> list[asn1_crl.CertificateList]:
        return [asn1_crl.CertificateList.load(one) for one in self.revoked]


@dataclass(frozen=True)
class Credentials:
    """What signs for one organ; the signer is kept, loading a key costs more than signing."""

    signer: Signer
    trust: Trust

    @classmethod
    def local(cls, pair: Certified, trust: Trust, extra: Sequence[bytes] = ()) -> Credentials:
        """From a key in memory; `extra` are further certificates (DER) of the file."""
        known = SimpleCertificateStore()
        known.register_multiple(
            [asn1_x509.Certificate.load(one) for one in (*trust.roots, *trust.chain, *extra)]
        )
        certificate = asn1_x509.Certificate.load(pair.der)
        return cls(KeptKeySigner(pair.key, certificate, known), trust)


class KeyStore(Protocol):
    """Where an organ's key is found."""

    def credentials(self, organ: Organ) -> Credentials:
        """Raises SigningError when the organ has no key."""

    def trust(self) -> Trust:
        """The chain and revocation lists that go into the file."""


@lru_cache(maxsize=8)
def _certificates(path: Path, _changed: float) -> tuple[bytes, ...]:
    content = path.read_bytes()
    if not pem.detect(content):
        return (content,)
    return tuple(body for _type, _headers, body in pem.unarmor(content, multiple=True))


def _files(folder: str, *endings: str) -> list[Path]:
    if not folder:
        return []
    return sorted(path for path in Path(folder).iterdir() if path.suffix in endings)


def configured_trust() -> Trust:
    """SIGNING_TRUST_DIR: root*.pem are believed, other *.pem are the chain, *.crl the lists."""
    roots: list[bytes] = []
    chain: list[bytes] = []
    for path in _files(settings.SIGNING_TRUST_DIR, ".pem", ".crt", ".cer"):
        into = roots if path.name.startswith("root") else chain
        into.extend(_certificates(path, path.stat().st_mtime))
    lists = [
        one
        for path in _files(settings.SIGNING_TRUST_DIR, ".crl")
        for one in _certificates(path, path.stat().st_mtime)
    ]
    return Trust(tuple(roots), tuple(chain), tuple(lists))


def secret(path: str) -> str:
    """The first line of a file that holds a password or PIN; "" without a file."""
    try:
        return Path(path).read_text().splitlines()[0].strip() if path else ""
    except (OSError, IndexError) as error:
        message = _("读不出口令文件 %(path)s。请检查 SIGNING_PASSWORD_FILE。") % {"path": path}
        raise SigningError(message, passing=True) from error


class Pkcs12Folder:
    """One file an organ: `<city>.<key>.p12` in SIGNING_PKCS12_DIR, one password for all."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def credentials(self, organ: Organ) -> Credentials:
        path = self.folder / f"{organ.key}.p12"
        if not organ.key or not path.is_file():
            message = _("没有%(organ)s的 PKCS#12 文件 %(path)s。请把它的证书放到那里。")
            raise SigningError(message % {"organ": organ.name, "path": path})
        return _from_pkcs12(path, path.stat().st_mtime, secret(settings.SIGNING_PASSWORD_FILE))

    def trust(self) -> Trust:
        return configured_trust()


@lru_cache(maxsize=64)
def _from_pkcs12(path: Path, _changed: float, password: str) -> Credentials:
    try:
        loaded = pkcs12.load_pkcs12(path.read_bytes(), password.encode() or None)
    except ValueError as error:
        message = _("打不开 %(path)s：口令（SIGNING_PASSWORD_FILE）不对，或者不是 PKCS#12 文件。")
        raise SigningError(message % {"path": path}) from error
    key, main = loaded.key, loaded.cert
    if not isinstance(key, rsa.RSAPrivateKey) or main is None:
        message = _("%(path)s 中没有带证书的 RSA 密钥。公文签名须用 RSA 密钥。") % {"path": path}
        raise SigningError(message)
    extra = [
        one.certificate.public_bytes(serialization.Encoding.DER) for one in loaded.additional_certs
    ]
    return Credentials.local(Certified(key, main.certificate), configured_trust(), extra)
