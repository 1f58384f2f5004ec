"""Blueprints by version, as the platform remembers them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from kernel.tenancy import platform_context
from provisioning.blueprint.model import Blueprint
from provisioning.db import Connection
from provisioning.errors import NotFound
from provisioning.fleet.steps import record_step
from shared_apps.fleet import models as fleet

REBUILD = "зберіть шаблон: hromada template build."


@dataclass(frozen=True, slots=True)
class CurrentTemplate:
    """What new tenants are made from; the text itself is read only when it is needed."""

    version: str
    fingerprint: str


def current_template() -> CurrentTemplate | None:
    with platform_context():
        row = fleet.Blueprint.objects.filter(current=True).values_list("version", "fingerprint").first()
    return CurrentTemplate(*row) if row else None


def require_current() -> CurrentTemplate:
    found = current_template()
    if found is None:
        raise NotFound("Шаблону громади ще немає.", REBUILD)
    return found


@lru_cache(maxsize=2)
def load_blueprint(version: str) -> Blueprint:
    """A version never changes, so a process parses it once."""
    with platform_context():
        row = fleet.Blueprint.objects.filter(version=version).values_list("body", flat=True).first()
    if row is None:
        raise NotFound(f"Шаблону версії {version[:12]} ця установка не має.", REBUILD)
    return Blueprint.from_json(json.dumps(row))


@dataclass(frozen=True, slots=True)
class Step:
    """How the template came from one fingerprint to the next: the way every other schema then goes."""

    was: str
    migrations: list[str]
    statements: list[str]


def remember(
    connection: Connection, blueprint: Blueprint, fingerprint: str, schema: str, step: Step | None = None
) -> None:
    """One transaction: the new version is current, the old ones stay for the archives made from them."""
    with connection.transaction():
        connection.execute(
            "UPDATE fleet_blueprint SET current = false WHERE current AND version <> %s", [blueprint.version]
        )
        connection.execute(
            "INSERT INTO fleet_blueprint (version, fingerprint, body, current, built_at) "
            "VALUES (%s, %s, %s::jsonb, true, now()) "
            "ON CONFLICT (version) DO UPDATE SET fingerprint = excluded.fingerprint, current = true",
            [blueprint.version, fingerprint, blueprint.to_json()],
        )
        record_version(connection, schema, fingerprint)
        if step is not None and step.was != fingerprint:
            record_step(connection, step.was, fingerprint, step.migrations, step.statements)


def record_version(connection: Connection, schema: str, fingerprint: str) -> None:
    connection.execute(
        "INSERT INTO fleet_schemaversion (schema_name, fingerprint, migrated_at) VALUES (%s, %s, now()) "
        "ON CONFLICT (schema_name) DO UPDATE SET fingerprint = excluded.fingerprint, migrated_at = now()",
        [schema, fingerprint],
    )
