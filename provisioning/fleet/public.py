"""The public schema: migrated by Django itself, once, before anything else."""

from __future__ import annotations

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from kernel.audit.triggers import install_triggers
from kernel.tenancy.scope import OWNER_ROLE, PUBLIC_SCHEMA, platform_context
from provisioning.db import Connection, holding
from provisioning.template.fingerprint import public_fingerprint


def stored_fingerprint(connection: Connection, schema: str) -> str | None:
    """None also when the database is still empty."""
    known = connection.execute("SELECT to_regclass('public.fleet_schemaversion') IS NOT NULL").fetchone()
    if not (known and known[0]):
        return None
    row = connection.execute(
        "SELECT fingerprint FROM public.fleet_schemaversion WHERE schema_name = %s", [schema]
    ).fetchone()
    return row[0] if row else None


def remember(connection: Connection, schema: str, fingerprint: str) -> None:
    connection.execute(
        "INSERT INTO public.fleet_schemaversion (schema_name, fingerprint, migrated_at) VALUES (%s, %s, now()) "
        "ON CONFLICT (schema_name) DO UPDATE SET fingerprint = excluded.fingerprint, migrated_at = now()",
        [schema, fingerprint],
    )


def migrate_public(connection: Connection) -> list[str]:
    """The names of what was applied; nothing when the fingerprint says so."""
    fingerprint = public_fingerprint()
    if stored_fingerprint(connection, PUBLIC_SCHEMA) == fingerprint:
        return []
    with holding(connection, "migrate public"), platform_context():
        owner = connections["owner"]
        executor = MigrationExecutor(owner)
        targets = executor.loader.graph.leaf_nodes()
        plan = executor.migration_plan(targets)
        executor.migrate(targets, plan=plan)
        with owner.cursor() as cursor:
            cursor.execute(f"SET ROLE {OWNER_ROLE}")
            install_triggers(cursor, PUBLIC_SCHEMA)
        remember(connection, PUBLIC_SCHEMA, fingerprint)
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
