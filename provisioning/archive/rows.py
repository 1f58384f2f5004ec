"""Rows of a schema as CSV, out and in, with one spelling of every value, so that sums can be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any

from psycopg import sql

from provisioning.archive.container import BLOCK, Entry
from provisioning.archive.errors import ArchiveRefused
from provisioning.blueprint.model import Blueprint, TableFacts
from provisioning.db import Connection

STEADY_SPELLING = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; "
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL synchronize_seqscans = off"
)
OUT = sql.SQL("COPY {table} ({columns}) TO STDOUT WITH (FORMAT csv, HEADER, ENCODING 'UTF8')")
IN = sql.SQL("COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv, HEADER MATCH, ENCODING 'UTF8')")


def tables_with_rows(blueprint: Blueprint) -> list[TableFacts]:
    """A partitioned table's rows are its partitions'."""
    return [table for table in blueprint.tables if not table.partitioned]


def _statement(template: sql.SQL, schema: str, table: TableFacts) -> sql.Composed:
    return template.format(
        table=sql.Identifier(schema, table.name), columns=sql.SQL(", ").join(map(sql.Identifier, table.copied_columns))
    )


def copy_out(connection: Connection, schema: str, table: TableFacts, write: Callable[[Any], None]) -> int:
    """The number of rows; the statement's own tag tells it."""
    with connection.cursor() as cursor:
        with cursor.copy(_statement(OUT, schema, table)) as copy:
            for block in copy:
                write(block)
        return cursor.rowcount


def copy_in(connection: Connection, schema: str, table: TableFacts, source: IO[bytes]) -> int:
    with connection.cursor() as cursor:
        with cursor.copy(_statement(IN, schema, table)) as copy:
            while block := source.read(BLOCK):
                copy.write(block)
        return cursor.rowcount


def table_sum(connection: Connection, schema: str, table: TableFacts) -> tuple[int, str]:
    digest = hashlib.sha256()
    rows = copy_out(connection, schema, table, digest.update)
    return rows, digest.hexdigest()


def require_same(connection: Connection, schema: str, tables: Iterable[TableFacts], entries: Sequence[Entry]) -> None:
    """Read back what was written; a table that differs in a row or a letter stops everything."""
    expected = {entry.name: (entry.rows, entry.sha256) for entry in entries}
    for table in tables:
        if table_sum(connection, schema, table) != expected[table.name]:
            raise ArchiveRefused(
                f"Таблиця {table.name} після запису не збігається з архівом.",
                "нічого не залишено; повідомте розробників.",
            )


def read_positions(connection: Connection, schema: str) -> dict[str, list[Any]]:
    names = [
        row[0]
        for row in connection.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = %s ORDER BY 1", [schema]
        ).fetchall()
    ]
    positions: dict[str, list[Any]] = {}
    for name in names:
        row = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        ).fetchone()
        assert row
        positions[name] = list(row)
    return positions


def set_positions(connection: Connection, schema: str, positions: dict[str, list[Any]]) -> None:
    for name, (last_value, is_called) in positions.items():
        connection.execute(
            "SELECT setval(format('%%I.%%I', %s::text, %s::text)::regclass, %s, %s)",
            [schema, name, last_value, is_called],
        )
