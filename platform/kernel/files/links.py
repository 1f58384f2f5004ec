"""Addresses of files: signed with the tenant's key, for one person, for a quarter of an hour."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.core import signing
from django.urls import reverse

from kernel.access.models import User
from kernel.files.models import StoredFile
from kernel.files.pictures import THUMBNAILS

SALT = "kernel.files.links"
SECONDS = 900


class Opened(NamedTuple):
    file_id: UUID
    person_id: UUID
    thumbnail: str


def file_url(file: StoredFile, person: User, *, thumbnail: str = "") -> str:
    """With `thumbnail`, «small» or «large», of that picture; ask first whether the file has them."""
    if thumbnail and thumbnail not in THUMBNAILS:
        raise ValueError(f"There is no thumbnail {thumbnail!r}.")
    token = signing.dumps([file.pk.hex, person.pk.hex, thumbnail], salt=SALT)
    return reverse("files:open", kwargs={"token": token})


def open_link(token: str) -> Opened:
    """What the link leads to and whom; raises signing.BadSignature or SignatureExpired."""
    file_id, person_id, thumbnail = signing.loads(token, salt=SALT, max_age=SECONDS)
    return Opened(UUID(file_id), UUID(person_id), thumbnail)
