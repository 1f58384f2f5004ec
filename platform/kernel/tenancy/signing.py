"""Signing keys that belong to a tenant.

Django and allauth sign sessions, password-reset and e-mail-confirmation links, and cookies with
settings.SECRET_KEY. Equal primary keys in two tenants would make such links interchangeable, so the
setting itself is a string whose bytes depend on the scope at the moment of signing.
"""

from __future__ import annotations

import hashlib
import hmac

from kernel.tenancy.scope import current_scope, scope_or_none


def derive_key(master: str, purpose: str) -> str:
    return hmac.new(master.encode(), purpose.encode(), hashlib.sha256).hexdigest()


class ScopedSecret(str):
    """A secret that is never used as it is: every conversion yields the current scope's own key."""

    __slots__ = ()

    def _scoped(self) -> str:
        return derive_key(str.__str__(self), f"scope:{current_scope().key}")

    def __str__(self) -> str:
        return self._scoped()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self._scoped().encode(encoding, errors)

    def __repr__(self) -> str:
        return f"<ScopedSecret for {scope_or_none()}>"

    def __reduce__(self) -> str:
        raise TypeError("A secret is not pickled.")
