"""Secrets handed out once: only a hash stays, and it is the hash of this tenant."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from kernel.tenancy.signing import derive_key


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hash_of(secret: str, purpose: str) -> str:
    """Keyed by the scope: a row copied into another tenant matches no secret there."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{purpose}:{secret}".encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _vault() -> Fernet:
    # Not keyed by the scope: a tenant restored under another name keeps its people's authenticators.
    key = derive_key(settings.MASTER_SECRET, "authenticators")
    return Fernet(base64.urlsafe_b64encode(bytes.fromhex(key)))


def seal(text: str) -> str:
    return _vault().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """None when it was sealed under another key: a tenant brought from another installation."""
    try:
        return _vault().decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError):
        return None
