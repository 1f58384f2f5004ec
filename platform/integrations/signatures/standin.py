"""A stand-in for КЕП: a sealed slip of JSON in place of a .p7s. For development; production refuses to be built of it."""

from __future__ import annotations

import hashlib
import hmac
import json

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from integrations.signatures import NotSigned, Signer
from kernel.tenancy.signing import derive_key

LARGEST = 64 * 1024


class StandIn:
    def __init__(self) -> None:
        if settings.PRODUCTION:
            raise ImproperlyConfigured("SIGNATURES=standin proves nothing: production takes a real adapter or none.")

    def verify(self, document: bytes, container: bytes) -> Signer:
        try:
            slip = json.loads(container[:LARGEST])
            told = {name: str(slip[name]) for name in ("edrpou", "organisation", "person", "position", "digest")}
            seal = str(slip["seal"])
        except (ValueError, KeyError, TypeError) as wrong:
            raise NotSigned(
                _("Це не файл підпису. Підпишіть файл із цієї сторінки й додайте те, що вийшло.")
            ) from wrong
        if not hmac.compare_digest(seal, _seal(told)):
            raise NotSigned(_("Підпис пошкоджено. Підпишіть файл ще раз."))
        if told["digest"] != hashlib.sha256(document).hexdigest():
            raise NotSigned(_("Підписано інший файл. Завантажте файл із цієї сторінки й підпишіть саме його."))
        return Signer(told["edrpou"], told["organisation"], told["person"], told["position"])


def sign(document: bytes, signer: Signer) -> bytes:
    """What a person's own program would do with a key."""
    told = {
        "edrpou": signer.edrpou,
        "organisation": signer.organisation,
        "person": signer.person,
        "position": signer.position,
        "digest": hashlib.sha256(document).hexdigest(),
    }
    return json.dumps({**told, "seal": _seal(told)}, ensure_ascii=False).encode()


def _seal(told: dict[str, str]) -> str:
    key = derive_key(settings.MASTER_SECRET, "stand-in signatures")
    line = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    return hmac.new(key.encode(), line, hashlib.sha256).hexdigest()
