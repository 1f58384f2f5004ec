"""Connections as the owner of every schema, and locks that outlive a transaction but not the process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.conf import settings
from psycopg import sql

from kernel.tenancy.actor import actor_or_none
from kernel.tenancy.scope import EXTENSIONS_SCHEMA, OWNER_ROLE, PUBLIC_SCHEMA
from provisioning.errors import Busy, ProvisioningError, Unreachable

Connection = psycopg.Connection[Any]

# A killed client must not leave its transaction, or its lock, running on the server for a minute more.
NOTICE_DEAD_CLIENT = "500ms"
ENTER = sql.SQL(
    "SET ROLE {owner}; SET search_path = {public}, {extensions}; SET client_connection_check_interval = {notice}; "
).format(
    owner=sql.Identifier(OWNER_ROLE),
    public=sql.Identifier(PUBLIC_SCHEMA),
    extensions=sql.Identifier(EXTENSIONS_SCHEMA),
    notice=sql.Literal(NOTICE_DEAD_CLIENT),
)


@contextmanager
def owner_connection(purpose: str, *, url: str | None = None) -> Iterator[Connection]:
    """An autocommit connection as hromada_owner; `with connection.transaction():` where several must be one."""
    with reporting_outage():
        connection = psycopg.connect(
            url or settings.DATABASE_ADMIN_URL, autocommit=True, application_name=f"hromada {purpose}"[:63]
        )
        actor = actor_or_none()
        # The history triggers of public name whoever acts here too.
        author = sql.SQL("SET hromada.actor = {}").format(sql.Literal(actor.setting if actor else ""))
        connection.execute(ENTER + author)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def reporting_outage() -> Iterator[None]:
    """A server that does not answer is told as such, with what to do."""
    try:
        yield
    except psycopg.OperationalError as error:
        if isinstance(error, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled):
            raise
        raise Unreachable(
            f"База даних не відповідає: {str(error).strip()}",
            "перевірте її (hromada doctor) і повторіть ту саму команду: зроблене не пропаде, недороблене скасовано.",
        ) from error


def broken_connection(error: BaseException) -> psycopg.Error | None:
    """The server's going away behind an error, however many layers wrapped it.

    Class 08 is the connection itself, 57P its server stopping; no code at all is a broken socket.
    """
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, psycopg.OperationalError | psycopg.InterfaceError) and (
            found.sqlstate is None or found.sqlstate.startswith(("08", "57P"))
        ):
            return found
        found = found.__cause__
    return None


@contextmanager
def telling_of_lost_server(way_on: str) -> Iterator[None]:
    """A server that goes away in the middle is told as such, with what became of the work and how to go on."""
    try:
        yield
    except ProvisioningError:
        raise
    except Exception as error:
        lost = broken_connection(error)
        if lost is None:
            raise
        raise Unreachable(f"База даних перестала відповідати: {str(lost).strip()}", way_on) from error


def lock_number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"provisioning:{name}".encode()).digest()[:8], "big", signed=True)


@contextmanager
def holding(connection: Connection, name: str, *, busy: Busy | None = None) -> Iterator[None]:
    """A lock of this connection: with `busy` it is raised when the lock is taken, without it we wait our turn."""
    number = lock_number(name)
    if busy is None:
        connection.execute("SELECT pg_advisory_lock(%s)", [number])
    else:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone()
        if not row or not row[0]:
            raise busy
    try:
        yield
    finally:
        # The lock dies with its connection; a server that is gone holds nothing any more.
        with suppress(psycopg.OperationalError, psycopg.InterfaceError):
            connection.execute("SELECT pg_advisory_unlock(%s)", [number])


def schema_exists(connection: Connection, schema: str) -> bool:
    row = connection.execute("SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", [schema]).fetchone()
    return bool(row and row[0])


def role_exists(connection: Connection, role: str) -> bool:
    row = connection.execute("SELECT to_regrole(quote_ident(%s)) IS NOT NULL", [role]).fetchone()
    return bool(row and row[0])
