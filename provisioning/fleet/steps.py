"""Recorded steps between versions: written with the template's own migration, replayed for every tenant."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from provisioning.db import Connection


def record_step(connection: Connection, was: str, became: str, names: Sequence[str], statements: Sequence[str]) -> None:
    connection.execute(
        "INSERT INTO public.fleet_migrationstep (was, became, migrations, statements, recorded_at) "
        "VALUES (%s, %s, %s, %s, now()) ON CONFLICT (was, became) DO UPDATE SET "
        "migrations = excluded.migrations, statements = excluded.statements, recorded_at = now()",
        [was, became, Jsonb(list(names)), Jsonb(list(statements))],
    )


def read_steps(connection: Connection) -> dict[str, tuple[str, list[str]]]:
    rows = connection.execute(
        "SELECT was, became, statements FROM public.fleet_migrationstep ORDER BY recorded_at"
    ).fetchall()
    return {was: (became, statements) for was, became, statements in rows}
