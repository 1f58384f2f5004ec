"""One HTTP call to an address a tenant's administrator typed: signed, short, and never into our own network.

The signature is that of Standard Webhooks (standardwebhooks.com), so receivers check it with a ready library.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import secrets
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

PATIENCE = 10
ANSWER_KEPT = 500
SECRET_PREFIX = "whsec_"  # noqa: S105
# Translated inside some networks to addresses of version 4, which is_global knows nothing about.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """No call was made, or nobody answered; the words are for the administrator."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    seconds: float

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300


def new_signing_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_for(secret: str, message_id: str, body: bytes, timestamp: int | None = None) -> dict[str, str]:
    moment = int(time.time()) if timestamp is None else timestamp
    return {
        "content-type": "application/json",
        "user-agent": "Hromada-Cloud-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, message_id, moment, body),
    }


def is_outside(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in TRANSLATED or found.sixtofour or found.teredo:
            return False
        if found.ipv4_mapped:
            return is_outside(str(found.ipv4_mapped))
    return found.is_global and not found.is_multicast


def addresses_of(host: str, port: int) -> list[str]:
    """Where the name leads now. In production every address must be of the open internet."""
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Unreachable(_("Імені «%(host)s» немає в мережі. Перевірте адресу.") % {"host": host}) from error
    if not settings.WEBHOOKS_MAY_CALL_INSIDE and not all(map(is_outside, found)):
        raise Unreachable(
            _("«%(host)s» веде у внутрішню мережу. Вкажіть адресу, відкриту в інтернеті.") % {"host": host}
        )
    return found


def require_callable(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address we agree to call."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable(_("Адресу не розібрати. Скопіюйте її ще раз, напр. https://example.org/hook")) from error
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise Unreachable(_("Адреса починається з https://, напр. https://example.org/hook"))
    if parts.scheme == "http" and not settings.WEBHOOKS_MAY_CALL_INSIDE:
        raise Unreachable(_("Дані громади надсилають лише захищено: вкажіть адресу, що починається з https://"))
    if parts.username or parts.password:
        raise Unreachable(_("Приберіть з адреси імʼя й пароль: справжність перевіряють за підписом."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80), path


class _Pinned(http.client.HTTPConnection):
    """Goes to the address that was checked, not to what the name says a moment later."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self.address, self.context = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), PATIENCE)
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host) if self.context else plain


def call(url: str, secret: str, message_id: str, body: bytes) -> Answer:
    return post(url, body, headers_for(secret, message_id, body))


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Redirects are not followed: they would lead past the check."""
    scheme, host, port, path = require_callable(url)
    context = ssl.create_default_context() if scheme == "https" else None
    began = time.monotonic()
    connection = _Pinned(host, port, addresses_of(host, port)[0], context)
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read1(ANSWER_KEPT).decode("utf-8", "replace").replace("\0", "")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_("Сервер не відповів: %(why)s") % {"why": str(error) or type(error).__name__}) from error
    finally:
        connection.close()
    return Answer(answer.status, text, round(time.monotonic() - began, 3))
