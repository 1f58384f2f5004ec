"""Names of purposes by КВЦПЗ, out of the common reference data."""

from __future__ import annotations

from django.utils import timezone

from kernel.tenancy.cache import cache
from shared_apps.reference.lookup import codes

CLASSIFIER = "kvcpz"
KEPT_FOR = 3600
KEY = "land.purposes"


def titles() -> dict[str, str]:
    known: dict[str, str] | None = cache.get(KEY)
    if known is None:
        known = dict(codes(CLASSIFIER, timezone.localdate()).values_list("code", "title"))
        cache.set(KEY, known, KEPT_FOR)
    return known


def purpose_name(code: str) -> str:
    return titles().get(code, "") if code else ""


def is_unknown(code: str) -> bool:
    """Where nobody has loaded the list yet, only the form of the code is asked."""
    known = titles()
    return bool(known) and code not in known
