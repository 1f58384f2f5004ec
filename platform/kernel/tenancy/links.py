"""Signed, expiring links to a tenant's files; valid in that tenant only, for the key is the tenant's."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

SALT = "kernel.tenancy.files"


def file_link(name: str) -> str:
    return reverse("file", kwargs={"token": signing.dumps(name, salt=SALT)})


def open_link(token: str, *, max_age: int = 900) -> str:
    """The name behind a link; raises signing.BadSignature or SignatureExpired."""
    return str(signing.loads(token, salt=SALT, max_age=max_age))
