"""Electronic signatures behind a port: who signed these very bytes. Which adapter answers is a setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _


class NotSigned(ValueError):
    """The file is not a signature of this document; its words are for people."""


@dataclass(frozen=True, slots=True)
class Signer:
    """What the certificate says; the code is the body's, not the person's."""

    edrpou: str
    organisation: str
    person: str
    position: str = ""


class Signatures(Protocol):
    def verify(self, document: bytes, container: bytes) -> Signer:
        """The signer of exactly this document, or NotSigned."""
        ...


def signatures() -> Signatures | None:
    """None where this way is not set up: pages then do not offer it."""
    if settings.SIGNATURES == "standin":
        from integrations.signatures.standin import StandIn

        return StandIn()
    return None


def require_signatures() -> Signatures:
    found = signatures()
    if found is None:
        raise NotSigned(_("Перевірку підписів тут не налаштовано. Підтвердьте повноваження листом."))
    return found
