"""What happens to a connection when it goes back to the pool."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

# role and session_authorization survive RESET ALL, hence their own statements.
RESET_SQL = (
    "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP; UNLISTEN *; SELECT pg_advisory_unlock_all()"
)


def reset_on_return(connection: psycopg.Connection[Any]) -> None:
    """Nothing a request set is left for the next one."""
    if connection.info.transaction_status != TransactionStatus.IDLE:
        connection.rollback()
    connection.execute(RESET_SQL)
    if not connection.autocommit:
        connection.commit()
