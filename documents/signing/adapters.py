"""Which signer the settings choose (docs/signatures.md, docs/settings.md)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.translation import gettext as _

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
        message = _("演示密钥只能给样张签名。请把 SIGNING 设为 pkcs12、pkcs11 或者 eseal。")
        raise SigningError(message)
    make = _ADAPTERS.get(name)
    if make is None:
        message = _("文书写明已签名，而 SIGNING=%(name)s 不能签名。请设为其中之一：%(known)s。")
        raise SigningError(message % {"name": name, "known": ", ".join(_ADAPTERS)})
    return make()
