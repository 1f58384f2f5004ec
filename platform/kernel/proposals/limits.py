"""How often residents may write without an account: by address, by mailbox, and by the whole community a day."""

from __future__ import annotations

import hashlib

from kernel.tenancy.cache import cache

HOUR, DAY = 3600, 24 * 3600
PER_ADDRESS, PER_MAILBOX, PER_DAY = 5, 5, 200


def allowed(address: str, mailbox: str) -> bool:
    """Counted even when refused, so that hurrying does not help."""
    counts = (
        (f"address:{_digest(address)}", PER_ADDRESS, HOUR),
        (f"mailbox:{_digest(mailbox.casefold())}", PER_MAILBOX, DAY),
        ("everybody", PER_DAY, DAY),
    )
    return all([_count(name, seconds) <= most for name, most, seconds in counts])


def _count(name: str, seconds: int) -> int:
    key = f"proposals.sent.{name}"
    cache.add(key, 0, seconds)
    return int(cache.incr(key))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
