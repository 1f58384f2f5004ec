"""How often a stranger may ask; counted by address of the machine and by letter-box."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest

from kernel.tenancy.cache import cache

HOUR = 3600
# (how many, seconds)
APPLICATIONS_BY_MACHINE = (20, HOUR)
CODES_BY_MACHINE = (30, HOUR)
CODES_BY_LETTER_BOX = (5, HOUR)
SEARCHES_BY_MACHINE = (120, 60)


def within(what: str, who: str, allowance: tuple[int, int]) -> bool:
    """Counts this attempt; False when it is one too many."""
    most, seconds = allowance
    key = f"onboarding.{what}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key)) <= most
    except ValueError:
        # It ended between the two.
        cache.set(key, 1, seconds)
        return True


def machine_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
