"""The transaction in which the engine works, and the words for what the server refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from provisioning.blueprint.errors import BlueprintError, Problem
from provisioning.blueprint.names import ident, literal
from provisioning.blueprint.reader import STEADY_SETTINGS, STEADY_TEXT, Connection

_CURES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (
        psycopg.errors.OutOfMemory,
        "підніміть max_locks_per_transaction до 512 і перезапустіть сервер: одна схема тримає тисячі замків.",
    ),
    (
        psycopg.errors.InsufficientPrivilege,
        "під'єднуйтеся як hromada_owner (DATABASE_ADMIN_URL); hromada doctor покаже, якого права бракує.",
    ),
    (psycopg.errors.UndefinedFunction, "домігруйте спільну схему public: шаблон кличе її функції."),
    (psycopg.errors.UndefinedObject, "встановіть розширення в схему extensions: hromada doctor назве, яких бракує."),
    (psycopg.errors.LockNotAvailable, "хтось працює з цією схемою: повторіть за хвилину."),
    (psycopg.errors.DiskFull, "звільніть місце на диску сервера бази."),
    (psycopg.OperationalError, "нічого не залишилося: перевірте сервер (hromada doctor) і повторіть ту саму команду."),
)
_OTHERWISE = "нічого не залишилося: усуньте названу причину і повторіть ту саму команду."


@contextmanager
def as_owner(conn: Connection, owner: str, schema: str) -> Iterator[None]:
    """A transaction in which all that is made belongs to the owner.

    Inside a caller's transaction it is a savepoint, and the caller finds its own role and settings
    afterwards: SET LOCAL would otherwise outlive the savepoint.
    """
    nested = conn.info.transaction_status != TransactionStatus.IDLE
    names = ("role", *STEADY_SETTINGS)
    settings = ", ".join(f"current_setting({literal(name)})" for name in names)
    with conn.transaction():
        with conn.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(f"SELECT current_user, {settings}", prepare=False)
            current, *kept = cursor.fetchone() or ("",)
        # Apart from the script that follows: the server cuts a whole script into words before it runs any of it,
        # so standard_conforming_strings inside would come too late.
        role = "" if current == owner else f"SET LOCAL ROLE {ident(owner)};"
        run(conn, schema, f"{role} {STEADY_TEXT}")
        yield
        if nested:
            pairs = zip(names, kept, strict=True)
            restored = ", ".join(f"set_config({literal(name)}, {literal(value)}, true)" for name, value in pairs)
            conn.execute(f"SELECT {restored}", prepare=False)


def run(conn: Connection, schema: str, script: str) -> None:
    """Many statements in one round trip."""
    try:
        conn.execute(script, prepare=False)
    except psycopg.Error as refused:
        raise explained(refused, schema, script) from refused


def explained(refused: psycopg.Error, schema: str, script: str = "") -> BlueprintError:
    reason = refused.diag.message_primary or str(refused).strip() or type(refused).__name__
    detail = f" {refused.diag.message_detail}" if refused.diag.message_detail else ""
    place = ""
    if refused.diag.statement_position and script:
        start = int(refused.diag.statement_position) - 1
        place = f" Місце: {script[start : start + 80].splitlines()[0]}"
    cure = next((cure for kind, cure in _CURES if isinstance(refused, kind)), _OTHERWISE)
    return BlueprintError(
        [Problem(f"Сервер відмовив під час роботи зі схемою «{schema}»: {reason}.{detail}{place}", cure)]
    )
