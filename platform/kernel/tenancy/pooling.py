"""What happens to a connection when it goes back to the pool."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus

# role and session_authorization survive RESET ALL, hence their own statements.
RESET_SQL = (
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP; UNLISTEN *; SELECT pg_advisory_unlock_all()"
)


def tell(connection: psycopg.Connection[Any], statement: str) -> None:
    """A statement that answers nothing, straight to libpq: a cursor for it costs more than the database does.

    It begins no transaction of its own, as a cursor of a connection without autocommit would.
    """
    answer = connection.pgconn.exec_(statement.encode())
    if answer.status == ExecStatus.FATAL_ERROR:
        raise psycopg.errors.error_from_result(answer, connection.info.encoding)


def reset_on_return(connection: psycopg.Connection[Any]) -> None:
    """Nothing a request set is left for the next one."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        connection.rollback()
    tell(connection, RESET_SQL)
