"""A certificate authority of our own for demonstrations: root, time stamps, one key an organ.

Nobody outside trusts it, and every certificate says so: the common name ends in 样章·演示. Keys are
made once, lie in KEYS_DIR/demo (0700, files 0600) and are never committed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.signing.keys import Certified, Credentials, Trust
from documents.signing.ports import Organ

SUFFIX = "（样章·演示）"
_LONGEST_NAME = 64  # bytes of UTF-8 that the library takes (RFC 5280, ub-common-name)
_FROM, _UNTIL = datetime(2015, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
"""Wide, so that papers of the demo's simulated years carry valid signatures."""
_BITS = 2048
_OWNER = "演示"


def _name(common: str, organization: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "演示，不具效力"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def organ_name(name: str) -> str:
    """The common name of an organ's demo certificate; the full name stands in its O."""
    room = _LONGEST_NAME - len(SUFFIX.encode())
    return name.encode()[:room].decode(errors="ignore") + SUFFIX


class KeyRing:
    """The demo's keys in one folder; whatever is missing is made, once, under a lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def credentials(self, organ: Organ) -> Credentials:
        """The organ's key and certificate, made at its first signature."""
        self.ensure()
        stem = hashlib.sha256(organ.name.encode()).hexdigest()[:24]
        path = self.folder / f"organ-{stem}.pem"
        if not path.is_file():
            with _locked(self.folder):
                if not path.is_file():
                    _issue(self.folder, path, organ_name(organ.name), organ.name)
        return _signing_pair(path, self.folder)

    def trust(self) -> Trust:
        """Root, chain and revocation list, for the file's long-term data and for checking."""
        self.ensure()
        return _trust(self.folder)

    def stamper(self) -> Certified:
        """Key and certificate of the local time stamps."""
        self.ensure()
        return _pair(self.folder / "tsa.pem")

    def ensure(self) -> bool:
        """Makes root, time-stamp key and revocation list; False when they are there."""
        wanted = [self.folder / name for name in ("root.pem", "tsa.pem", "revoked.crl")]
        if all(path.is_file() for path in wanted):
            return False
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(self.folder):
            root, tsa, revoked = wanted
            if not root.is_file():
                _issue(self.folder, root, "演示根证书（不具效力）", _OWNER, ca=True)
            if not tsa.is_file():
                _issue(self.folder, tsa, "演示时间戳（不具效力）", _OWNER, stamps=True)
            if not revoked.is_file():
                _write(revoked, _revocation_list(_pair(root)))
        return True


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _write(path: Path, content: bytes) -> None:
    """Mode 0600 from the first byte, whole or not at all."""
    partial = path.with_suffix(".part")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    partial.replace(path)


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _issue(
    folder: Path,
    path: Path,
    common: str,
    organization: str,
    *,
    ca: bool = False,
    stamps: bool = False,
) -> None:
    """A new key and its certificate in one PEM file; the root signs itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    issuer = None if ca else _pair(folder / "root.pem")
    subject = _name(common, organization)
    signing_key = key if issuer is None else issuer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(_usage(ca=ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    if stamps:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    certificate = builder.sign(signing_key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(path, private + certificate.public_bytes(serialization.Encoding.PEM))


def _revocation_list(root: Certified) -> bytes:
    """Empty: no demo certificate is ever revoked. DER."""
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(_FROM)
        .next_update(_UNTIL)
        .add_extension(identifier, critical=False)
        .add_extension(x509.CRLNumber(1), critical=False)
        .sign(root.key, hashes.SHA256())
    )
    return revoked.public_bytes(serialization.Encoding.DER)


@lru_cache(maxsize=64)
def _pair(path: Path) -> Certified:
    content = path.read_bytes()
    key = serialization.load_pem_private_key(content, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        message = f"{path} holds no RSA key"
        raise ValueError(message)
    return Certified(key, x509.load_pem_x509_certificate(content))


@lru_cache(maxsize=64)
def _signing_pair(path: Path, folder: Path) -> Credentials:
    return Credentials.local(_pair(path), _trust(folder))


@lru_cache(maxsize=4)
def _trust(folder: Path) -> Trust:
    root, tsa = _pair(folder / "root.pem"), _pair(folder / "tsa.pem")
    return Trust(
        roots=(root.der,), chain=(tsa.der,), revoked=((folder / "revoked.crl").read_bytes(),)
    )
