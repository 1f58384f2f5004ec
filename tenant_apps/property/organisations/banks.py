"""Names of banks by МФО and of activities by КВЕД, out of the common reference data."""

from __future__ import annotations

from django.utils import timezone

from kernel.tenancy.cache import cache
from shared_apps.reference.lookup import codes

KEPT_FOR = 3600


def bank_name(mfo: str) -> str:
    return _titles("mfo").get(mfo, "")


def activity_name(kved: str) -> str:
    return _titles("kved").get(kved, "")


def _titles(classifier: str) -> dict[str, str]:
    key = f"organisations.{classifier}"
    known: dict[str, str] | None = cache.get(key)
    if known is None:
        known = dict(codes(classifier, timezone.localdate()).values_list("code", "title"))
        cache.set(key, known, KEPT_FOR)
    return known
