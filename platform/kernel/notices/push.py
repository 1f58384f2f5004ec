"""Notices shown by a browser while the site is closed: Web Push (RFC 8030, 8291, 8292).

The message is encrypted for the device, and the call to its push service is signed with the installation's key. That
key follows from SECRET_KEY: when it changes, devices are asked to agree anew.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Collection, Sequence
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from kernel.access.mail import site_name
from kernel.access.models import User
from kernel.bus.calling import Unreachable, post, require_callable
from kernel.notices.channels import NotSent
from kernel.notices.models import Notice, PushDevice
from kernel.operations import operation
from kernel.tenancy.log import get_logger
from kernel.tenancy.signing import derive_key

log = get_logger("notices.push")
CODE = "push"
# A push service keeps it so long for a device that is off; what is older is read in the system.
KEPT_SECONDS = 24 * 3600
SIGNED_FOR = 12 * 3600
MOST_DEVICES = 10
LONGEST_BODY = 300
GONE = (404, 410)
# The order of P-256.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@lru_cache(maxsize=1)
def _key_of(secret: str) -> Vapid02:
    derived = HKDF(hashes.SHA256(), 40, None, b"hromada web push").derive(secret.encode())
    number = int.from_bytes(derived) % (_ORDER - 1) + 1
    return Vapid02(ec.derive_private_key(number, ec.SECP256R1()))


def installation_key() -> Vapid02:
    """One for all tenants: to push services the installation is one sender."""
    return _key_of(derive_key(settings.MASTER_SECRET, "web push"))


def public_key() -> str:
    """As the browser wants it when it subscribes."""
    point = installation_key().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


class WebPush:
    code = CODE
    title: str | Promise = gettext_lazy("Сповіщення браузера")
    connected = True
    like = "email"

    def addresses_of(self, people: Collection[User]) -> dict[UUID, str]:
        counted = PushDevice.objects.filter(person__in=people).values_list("person").annotate(Count("pk")).order_by()
        return {person: _("пристроїв: %(count)s") % {"count": count} for person, count in counted}

    def send(self, person: User, address: str, notices: Sequence[Notice]) -> str:
        """To every device; one that took it is enough, and those that are no more are forgotten."""
        message, urgent = _message(notices), any(one.urgent for one in notices)
        reached, refused = 0, ""
        for device in PushDevice.objects.filter(person=person):
            why = _push(device, message, urgent)
            reached += not why
            refused = why or refused
        if not reached:
            raise NotSent(refused or _("немає пристрою, що приймає сповіщення"))
        return ""


def _message(notices: Sequence[Notice]) -> bytes:
    first = notices[0]
    told = {"title": first.title, "body": first.body[:LONGEST_BODY], "url": first.url, "tag": str(first.pk)}
    if len(notices) > 1:
        told["title"] = _("%(site)s: сповіщень — %(count)s") % {"site": site_name(), "count": len(notices)}
        told["body"] = "\n".join(one.title for one in notices)[:LONGEST_BODY]
        told["url"] = "/notices/"
    return json.dumps(told, ensure_ascii=False).encode()


def _push(device: PushDevice, message: bytes, urgent: bool) -> str:
    """Empty when the push service took it."""
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    origin = urlsplit(device.endpoint)
    claims: dict[str, str | int] = {
        "sub": f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].rstrip('>')}",
        "aud": f"{origin.scheme}://{origin.netloc}",
        "exp": int(time.time()) + SIGNED_FOR,
    }
    try:
        encrypted = WebPusher({"endpoint": device.endpoint, "keys": keys}).encode(message)["body"]
        headers = {
            **installation_key().sign(claims),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SECONDS),
            "Urgency": "high" if urgent else "normal",
        }
        answer = post(device.endpoint, encrypted, headers)
    except (Unreachable, WebPushException, ValueError) as error:
        return str(error)
    if answer.status in GONE:
        log.info("push_device_gone", device=device.pk)
        device.delete()
    return "" if answer.accepted else _("служба сповіщень відповіла %(status)s") % {"status": answer.status}


@operation("notices", None)
def add_device(endpoint: str, p256dh: str, auth: str, name: str, *, by: User) -> PushDevice:
    """The browser's own device: whoever agrees on it last gets the notices there."""
    try:
        require_callable(endpoint)
        key, secret = _decoded(p256dh), _decoded(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except (Unreachable, ValueError):
        secret = b""
    if len(secret) != 16 or len(endpoint) > 1000:
        raise ValidationError(_("Браузер не дав того, що потрібно для сповіщень. Оновіть сторінку й увімкніть ще раз."))
    others = PushDevice.objects.filter(person=by).exclude(endpoint=endpoint)
    for old in others[MOST_DEVICES - 1 :]:
        old.delete()
    device, _new = PushDevice.objects.update_or_create(
        endpoint=endpoint, defaults={"person": by, "p256dh": p256dh, "auth": auth, "name": name[:120]}
    )
    return device


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@operation("notices", None)
def remove_device(device: PushDevice, *, by: User) -> None:
    device.delete()
