"""Advisory locks named within the scope, held until the transaction ends."""

from __future__ import annotations

import hashlib

from django.db import connection

from kernel.tenancy.scope import current_scope


def lock_number(name: str) -> int:
    digest = hashlib.sha256(f"{current_scope().key}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def hold_lock(name: str, *, wait: bool = True) -> bool:
    """Take the lock for the rest of the transaction; without `wait` says whether it was free."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number(name)])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_number(name)])
        return bool(cursor.fetchone()[0])
