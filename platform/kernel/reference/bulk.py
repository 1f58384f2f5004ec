"""Set-based work on the current scope's tables: statements composed of identifiers and literals, and COPY.

The one way to send composed SQL from outside the kernel; the scope decides role and search_path as always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from psycopg.sql import Composable


def execute(statement: Composable, parameters: Sequence[Any] = ()) -> int:
    """Rows affected."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return int(cursor.rowcount)


def fetch(statement: Composable, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall())


def copy_rows(statement: Composable, rows: Iterable[Sequence[Any]]) -> None:
    """COPY … FROM STDIN."""
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
