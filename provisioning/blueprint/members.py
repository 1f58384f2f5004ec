"""Which objects belong to a schema and who outside leans on them, without reading the whole of it."""

from __future__ import annotations

from typing import Any

from psycopg.rows import dict_row

from provisioning.blueprint import queries
from provisioning.blueprint.reader import Connection, Row


def members(conn: Connection, schema: str) -> dict[str, Any]:
    """Ids of relations and types, in the form the catalogue queries take."""
    with conn.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(queries.MEMBER_IDS, {"schema": schema}).fetchall()
    return {
        "namespace": rows[0]["namespace"] if rows else 0,
        "relations": [row["oid"] for row in rows if row["catalogue"] == "pg_class"],
        "types": [row["oid"] for row in rows if row["catalogue"] == "pg_type"],
    }


def outside_dependents(conn: Connection, schema: str) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(queries.OUTSIDE_DEPENDENTS, members(conn, schema)).fetchall()
