"""One at a time per name: who reads, builds, renames or drops a schema holds its name."""

from __future__ import annotations

from typing import Any

import psycopg

_LOCK_SPACE = 0x48524D44


def lock_names(conn: psycopg.Connection[Any], *schemas: str) -> None:
    """One at a time per name, in one order, until the transaction ends."""
    conn.execute(
        "SELECT pg_advisory_xact_lock(%s, hashtext(name)) FROM unnest(%s::text[]) WITH ORDINALITY w (name, place) "
        "ORDER BY place",
        [_LOCK_SPACE, sorted(schemas)],
        prepare=False,
    )
