"""Bringing one schema to a fingerprint: a transaction of recorded SQL, with a lock timeout and retries."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from kernel.tenancy.scope import EXTENSIONS_SCHEMA, PUBLIC_SCHEMA
from provisioning.db import Connection
from provisioning.errors import Inconsistent
from provisioning.fleet.public import remember
from provisioning.fleet.steps import read_steps

LOCK_TIMEOUT = "2s"
MOST_ATTEMPTS = 6
WORTH_ANOTHER_TRY = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
OUTSIDE_TRANSACTION = "CONCURRENTLY"
POOL_PREFIX = "pool_"

Steps = Mapping[str, tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Outcome:
    schema: str
    ok: bool
    attempts: int
    seconds: float
    error: str = ""


def path_between(steps: Steps, was: str, target: str) -> list[str]:
    """All statements from one fingerprint to another, through as many recorded steps as it takes."""
    statements: list[str] = []
    seen = {was}
    while was != target:
        if was not in steps:
            raise Inconsistent(
                f"Немає записаного шляху від версії {was[:8]} до {target[:8]}.",
                "відновіть громаду з архіву (hromada tenant restore) або розгорніть спершу проміжний випуск.",
            )
        was, more = steps[was]
        if was in seen:
            raise Inconsistent(f"Версії ходять по колу біля {was[:8]}.", "повідомте розробників хмари.")
        seen.add(was)
        statements += more
    return statements


def migrate_schema(
    connection: Connection, schema: str, steps: Steps, target: str, *, lock_timeout: str = LOCK_TIMEOUT
) -> Outcome:
    """Never raises: the wave decides what one tenant's failure means."""
    started = time.monotonic()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            _apply(connection, schema, steps, target, lock_timeout)
        except WORTH_ANOTHER_TRY as error:
            if attempt == MOST_ATTEMPTS:
                return Outcome(schema, False, attempt, time.monotonic() - started, _told(error))
            # Whoever holds the lock gets a growing pause to finish; jitter keeps workers apart.
            time.sleep(min(5.0, 0.2 * 2**attempt) * random.uniform(0.7, 1.3))  # noqa: S311
        except (psycopg.Error, Inconsistent) as error:
            return Outcome(schema, False, attempt, time.monotonic() - started, _told(error))
        else:
            break
    return Outcome(schema, True, attempt, time.monotonic() - started)


def _apply(connection: Connection, schema: str, steps: Steps, target: str, lock_timeout: str) -> None:
    path = sql.SQL("SET LOCAL search_path = {}, {}, {}").format(
        sql.Identifier(schema), sql.Identifier(PUBLIC_SCHEMA), sql.Identifier(EXTENSIONS_SCHEMA)
    )
    with connection.transaction():
        row = connection.execute(
            "SELECT fingerprint FROM public.fleet_schemaversion WHERE schema_name = %s FOR UPDATE", [schema]
        ).fetchone()
        if row is None and schema.startswith(POOL_PREFIX):
            # Somebody's sign-up took it, under its new name it has a row of its own; or the janitor dropped it.
            return
        if row is None:
            raise Inconsistent(f"Схема {schema} не має запису про версію.", "виконайте hromada fleet verify.")
        statements = path_between(steps, row[0], target)
        concurrent = [text for text in statements if OUTSIDE_TRANSACTION in text.upper()]
        inside = [text for text in statements if OUTSIDE_TRANSACTION not in text.upper()]
        if inside:
            connection.execute(path)
            connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(lock_timeout)))
            connection.execute(";\n".join(inside).encode())
        if not concurrent:
            remember(connection, schema, target)
    if concurrent:
        _apply_concurrently(connection, schema, concurrent)
        remember(connection, schema, target)


def bring_to(connection: Connection, schema: str, target: str) -> None:
    """The same inside the caller's transaction: an older archive is brought to the present as it is restored."""
    row = connection.execute(
        "SELECT fingerprint FROM public.fleet_schemaversion WHERE schema_name = %s", [schema]
    ).fetchone()
    assert row
    if row[0] == target:
        return
    # Nobody can write into a schema that is not committed yet, so an index needs no CONCURRENTLY here.
    statements = [
        text.replace(OUTSIDE_TRANSACTION, "", 1) for text in path_between(read_steps(connection), row[0], target)
    ]
    connection.execute(sql.SQL("SET LOCAL search_path = {}, public, extensions").format(sql.Identifier(schema)))
    if statements:
        connection.execute(";\n".join(statements).encode())
    connection.execute("SET LOCAL search_path = public, extensions")
    remember(connection, schema, target)


def _apply_concurrently(connection: Connection, schema: str, statements: Sequence[str]) -> None:
    """Index builds that cannot be in a transaction; an invalid leftover of a killed try is dropped first."""
    connection.execute(sql.SQL("SET search_path = {}, public, extensions").format(sql.Identifier(schema)))
    try:
        leftovers = connection.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND NOT i.indisvalid",
            [schema],
        ).fetchall()
        for (name,) in leftovers:
            connection.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(schema, name)))
        for text in statements:
            connection.execute(text.replace("CONCURRENTLY", "CONCURRENTLY IF NOT EXISTS", 1).encode())
    finally:
        connection.execute("SET search_path = public, extensions")


def _told(error: Exception) -> str:
    diag = getattr(error, "diag", None)
    message = (diag.message_primary if diag else None) or str(error)
    return f"{type(error).__name__}: {message}"
