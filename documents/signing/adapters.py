"""Which signer the settings choose (docs/signatures.md, docs/settings.md)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from documents.signing import authority, keys, pkcs11
from documents.signing.eseal import ElectronicSealService
from documents.signing.pades import PadesSigner
from documents.signing.ports import Signer, SigningError


def _demo() -> Signer:
    return PadesSigner("demo", authority.KeyRing(settings.KEYS_DIR / "demo"))


def _pkcs12() -> Signer:
    return PadesSigner("pkcs12", keys.Pkcs12Folder(settings.SIGNING_PKCS12_DIR))


def _pkcs11() -> Signer:
    return PadesSigner("pkcs11", pkcs11.Token(settings.SIGNING_PKCS11_MODULE))


def _eseal() -> Signer:
    return ElectronicSealService(settings.ESEAL_URL, settings.ESEAL_SECRET)


_ADAPTERS: dict[str, Callable[[], Signer]] = {
    "demo": _demo,
    "pkcs12": _pkcs12,
    "pkcs11": _pkcs11,
    "eseal": _eseal,
}


def chosen(*, specimen: bool) -> Signer:
    """The signer of settings.SIGNING. Raises SigningError with the way out."""
    name = settings.SIGNING
    if name == "demo" and not specimen:
        message = "the demo keys sign specimens (样张) only; set SIGNING to pkcs12, pkcs11 or eseal"
        raise SigningError(message)
    make = _ADAPTERS.get(name)
    if make is None:
        message = (
            f"SIGNING={name!r} signs nothing, but this paper says that it is signed; "
            f"set it to one of {', '.join(_ADAPTERS)}"
        )
        raise SigningError(message)
    return make()
