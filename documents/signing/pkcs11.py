"""Keys in a hardware token or card (PKCS#11): they never leave it.

Needs the package python-pkcs11 (pinned in requirements.txt) and the maker's module.
"""

from __future__ import annotations

from functools import lru_cache

import pkcs11
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from documents.signing.keys import Credentials, Trust, configured_trust, secret
from documents.signing.ports import Organ, SigningError


class Token:
    """One token for all organs; key and certificate bear the label `<city>.<key>`."""

    def __init__(self, module: str) -> None:
        self.module = module

    def credentials(self, organ: Organ) -> Credentials:
        if not self.module or not organ.key:
            message = _("没有%(organ)s的 PKCS#11 密钥。请设置 SIGNING_PKCS11_MODULE 和密钥标签。")
            raise SigningError(message % {"organ": organ.name})
        session = _session(self.module, settings.SIGNING_PKCS11_TOKEN)
        signer = PKCS11Signer(session, cert_label=organ.key, key_label=organ.key)
        return Credentials(signer, configured_trust())

    def trust(self) -> Trust:
        return configured_trust()


@lru_cache(maxsize=2)
def _session(module: str, token: str) -> pkcs11.Session:
    pin = secret(settings.SIGNING_PASSWORD_FILE)
    try:
        return open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin)
    except (pkcs11.PKCS11Error, OSError, RuntimeError) as error:
        message = _("打不开密码设备“%(token)s”：%(error)s")
        told = {"token": token, "error": type(error).__name__}
        raise SigningError(message % told, passing=True) from error
