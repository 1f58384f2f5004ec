"""Opens a schema for reading under a name that occurs nowhere else.

The trick that makes the text exact: inside a transaction that is always rolled back the schema is
given a random name, and the server then prints every definition - defaults, constraints, triggers,
views - with that name wherever it means the schema, and only there. Other sessions never see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from provisioning.blueprint import queries
from provisioning.blueprint.deparse import settled
from provisioning.blueprint.errors import SchemaMissing
from provisioning.blueprint.locks import lock_names
from provisioning.blueprint.names import SCHEMA, Alias, ident

Connection = psycopg.Connection[Any]
Row = dict[str, Any]

# Values travel as text, so the way they are written must not depend on who reads or builds.
STEADY_SETTINGS = {
    "search_path": "''",
    "DateStyle": "'ISO, MDY'",
    "IntervalStyle": "'postgres'",
    "TimeZone": "'UTC'",
    "extra_float_digits": "1",
    "bytea_output": "'hex'",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "client_min_messages": "warning",
}
STEADY_TEXT = "\n".join(f"SET LOCAL {name} = {value};" for name, value in STEADY_SETTINGS.items())

# Columns of the catalogue queries that hold SQL.
_SQL = frozenset({"definition", "expression", "default"})


class Reader:
    """One schema under its reading name; all text it returns bears the placeholder."""

    def __init__(self, conn: Connection, schema: str, alias: Alias, namespace: Row) -> None:
        self._conn = conn
        self._alias = alias
        self.schema = schema
        self.owner: str = namespace["owner"]
        self.parameters: dict[str, Any] = {"namespace": namespace["oid"], "alias": alias.name}
        self.members = self.rows(queries.MEMBERS)
        for parameter, catalogue in (
            ("relations", "pg_class"),
            ("types", "pg_type"),
            ("statistics", "pg_statistic_ext"),
        ):
            self.parameters[parameter] = [m["oid"] for m in self.members if m["catalogue"] == catalogue]

    def rows(self, query: str, **parameters: object) -> list[Row]:
        """A catalogue query; besides its own parameters it knows the ids of all members of the schema."""
        return self._fetch(query, {**self.parameters, **parameters})

    def definitions(self, query: str) -> list[Row]:
        """A catalogue query whose rows hold SQL as the server prints it."""
        return [
            {name: settled(value) if value and name in _SQL else value for name, value in row.items()}
            for row in self.rows(query)
        ]

    def run(self, statement: str) -> list[Row]:
        """A query over the schema's own tables, written with the placeholder."""
        return self._fetch(statement.replace(SCHEMA, ident(self._alias.name)), None)

    def _fetch(self, query: str, parameters: dict[str, Any] | None) -> list[Row]:
        with self._conn.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query, parameters, prepare=False)
            return [{name: self._settle(value) for name, value in row.items()} for row in cursor]

    def _settle(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._alias.settle(value)
        if isinstance(value, list):
            return [self._settle(item) for item in value]
        return value


@contextmanager
def reading(conn: Connection, schema: str) -> Iterator[Reader]:
    """The schema under its reading name for the length of the block; whatever happens, it is rolled back."""
    alias = Alias()
    with conn.transaction(force_rollback=True):
        lock_names(conn, schema)
        found = conn.cursor(row_factory=dict_row).execute(queries.NAMESPACE, {"schema": schema}).fetchone()
        if found is None:
            raise SchemaMissing.because(f"Схеми «{schema}» немає.", "перевірте назву: hromada tenant list.")
        conn.execute(f"{STEADY_TEXT} ALTER SCHEMA {ident(schema)} RENAME TO {ident(alias.name)}", prepare=False)
        yield Reader(conn, schema, alias, found)
