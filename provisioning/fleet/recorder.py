"""Records the SQL of the template's own migration, so that tenants replay text instead of running Django."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from psycopg import ClientCursor

READS = re.compile(
    r"^\s*(?:--[^\n]*\n\s*)*(SELECT|SHOW|SET|RESET|WITH\s[^;]*\bSELECT)\b(?![^;]*\b(INSERT|UPDATE|DELETE)\b)",
    re.I | re.S,
)
CHANGES_BY_FUNCTION = re.compile(r"\bsetval\s*\(", re.I)


@contextmanager
def recording(alias: str = "owner") -> Iterator[list[str]]:
    """Every statement that changes something, with its values written in, in order."""
    connection = connections[alias]
    statements: list[str] = []

    def note(execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(statement, params, many, context)
        text = statement if isinstance(statement, str) else statement.as_string(connection.connection)
        if not READS.match(text) or CHANGES_BY_FUNCTION.search(text):
            for values in params if many else [params]:
                statements.append(_written_in(connection.connection, text, values))
        return result

    with connection.execute_wrapper(note):
        yield statements


def _written_in(raw: Any, text: str, values: Any) -> str:
    if not values:
        return text.rstrip().rstrip(";")
    return ClientCursor(raw).mogrify(text, values).rstrip().rstrip(";")
