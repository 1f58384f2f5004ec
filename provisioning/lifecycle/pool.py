"""Schemas built in advance: signing up then costs a rename, not the building of hundreds of tables.

Each is made for a kind of tenant, with that kind's ready roles already in it: writing those with their history
takes longer than all the rest of a sign-up.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass

from kernel.access.roles import create_ready_roles
from kernel.tenancy import schema_context
from kernel.tenancy.actor import Actor, acting
from provisioning.blueprint import build_schema, drop_schema, rename_schema
from provisioning.db import Connection, holding, owner_connection, schema_exists
from provisioning.errors import Busy
from provisioning.lifecycle.options import pool_target
from provisioning.progress import Progress, Report, silent
from provisioning.template import load_blueprint, require_current
from provisioning.template.store import record_version
from shared_apps.communities.models import Community

PREFIX = "pool_"
KINDS = {kind.value: f"{PREFIX}{kind.value[0]}_" for kind in Community.Kind}
LOCK = "pool"
DEFAULT_SHARD = "main"


@dataclass(frozen=True, slots=True)
class Refilled:
    """What the pool looks like after a refill, and what it took."""

    ready: int
    built: tuple[str, ...]
    dropped: tuple[str, ...]
    seconds: float

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "built": list(self.built), "dropped": list(self.dropped)}


@dataclass(frozen=True, slots=True)
class Orphans:
    """What stood in the pool without belonging to it, and schemas of tenants that nobody owns (never touched)."""

    schemas: tuple[str, ...]
    rows: tuple[str, ...]
    unknown: tuple[str, ...]


def refill(target: int | None = None, shard: str = DEFAULT_SHARD, *, progress: Progress = silent) -> Refilled:
    """So many ready schemas of each kind: what is stale or left over goes, what is missing is built."""
    began = time.monotonic()
    wanted = pool_target() if target is None else target
    built: list[str] = []
    with owner_connection("pool") as connection, holding(connection, LOCK, busy=_crowded()):
        dropped = [*_drop_orphans(connection), *_drop_stale(connection, shard)]
        ready = {kind: count_ready(connection, kind, shard) for kind in KINDS}
        missing = [kind for kind in KINDS for _ in range(wanted - ready[kind])]
        for number, kind in enumerate(missing):
            progress(Report("pool", "Схеми про запас", number, len(missing)))
            built.append(_build_one(connection, kind, shard))
        progress(Report("pool", "Схеми про запас", len(missing), len(missing), finished=True))
    return Refilled(sum(ready.values()) + len(built), tuple(built), tuple(dropped), time.monotonic() - began)


def take(connection: Connection, schema: str, kind: str, fingerprint: str, shard: str = DEFAULT_SHARD) -> str | None:
    """Give a ready schema this name, inside the caller's transaction; None when the pool has none of this version.

    Two creations at once never wait for each other: each skips what the other holds.
    """
    row = connection.execute(
        "SELECT p.schema_name FROM fleet_poolschema p JOIN fleet_schemaversion v USING (schema_name) "
        "WHERE v.fingerprint = %s AND p.shard = %s AND starts_with(p.schema_name, %s) "
        "ORDER BY p.built_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        [fingerprint, shard, KINDS[kind]],
    ).fetchone()
    if row is None:
        return None
    ready = str(row[0])
    rename_schema(connection, ready, schema)
    connection.execute(
        "WITH taken AS (DELETE FROM fleet_poolschema WHERE schema_name = %(ready)s) "
        "UPDATE fleet_schemaversion SET schema_name = %(schema)s WHERE schema_name = %(ready)s",
        {"ready": ready, "schema": schema},
    )
    return ready


def count_ready(connection: Connection, kind: str, shard: str = DEFAULT_SHARD) -> int:
    row = connection.execute(
        "SELECT count(*) FROM fleet_poolschema WHERE shard = %s AND starts_with(schema_name, %s)",
        [shard, KINDS[kind]],
    ).fetchone()
    return int(row[0]) if row else 0


def sweep(*, drop: bool = True) -> Orphans:
    """The janitor: schemas of the pool without a row, rows without a schema.

    A tenant's schema without a community is only named: it may be somebody's data, and a person decides.
    """
    with owner_connection("janitor") as connection, holding(connection, LOCK, busy=_crowded()):
        found = _orphans(connection)
        if drop:
            _drop_orphans(connection)
    return found


def _orphans(connection: Connection) -> Orphans:
    schemas = _names(
        connection,
        "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname::text, %(prefix)s) "
        "AND NOT EXISTS (SELECT FROM fleet_poolschema WHERE schema_name = nspname::text)",
    )
    rows = _names(
        connection,
        "SELECT schema_name FROM fleet_poolschema WHERE to_regnamespace(quote_ident(schema_name)) IS NULL",
    )
    unknown = _names(
        connection,
        "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname::text, 't_') "
        "AND NOT EXISTS (SELECT FROM communities_community WHERE schema_name = nspname::text)",
    )
    return Orphans(tuple(schemas), tuple(rows), tuple(unknown))


def _drop_orphans(connection: Connection) -> list[str]:
    found = _orphans(connection)
    return [schema for schema in (*found.schemas, *found.rows) if _drop_one(connection, schema)]


def _crowded() -> Busy:
    return Busy(
        "Запас схем саме поповнює інший процес.", "зачекайте, доки він скінчить; стан показує hromada fleet status."
    )


def _build_one(connection: Connection, kind: str, shard: str) -> str:
    """Its row comes last: what was interrupted before it is an orphan, which the next refill removes."""
    current = require_current()
    schema = f"{KINDS[kind]}{secrets.token_hex(6)}"
    with connection.transaction():
        build_schema(connection, load_blueprint(current.version), schema)
        record_version(connection, schema, current.fingerprint)
    with schema_context(schema), acting(Actor("system", name="Хмара громад", reason="нова схема")):
        create_ready_roles(kind)
    connection.execute(
        "INSERT INTO fleet_poolschema (schema_name, shard, built_at) VALUES (%s, %s, now())", [schema, shard]
    )
    return schema


def _drop_stale(connection: Connection, shard: str) -> list[str]:
    fingerprint = require_current().fingerprint
    dropped = []
    stale = _names(
        connection,
        "SELECT p.schema_name FROM fleet_poolschema p LEFT JOIN fleet_schemaversion v USING (schema_name) "
        "WHERE p.shard = %(shard)s AND v.fingerprint IS DISTINCT FROM %(fingerprint)s",
        fingerprint=fingerprint,
        shard=shard,
    )
    for schema in stale:
        if _drop_one(connection, schema):
            dropped.append(schema)
    return dropped


def _drop_one(connection: Connection, schema: str) -> bool:
    """False when a creation holds it at this moment: then it is no longer ours to drop."""
    with connection.transaction():
        held = connection.execute(
            "SELECT FROM fleet_poolschema WHERE schema_name = %s FOR UPDATE SKIP LOCKED", [schema]
        ).fetchone()
        known = connection.execute("SELECT FROM fleet_poolschema WHERE schema_name = %s", [schema]).fetchone()
        if held is None and (known is not None or not schema_exists(connection, schema)):
            return False
        drop_schema(connection, schema)
        connection.execute("DELETE FROM fleet_poolschema WHERE schema_name = %s", [schema])
        connection.execute("DELETE FROM fleet_schemaversion WHERE schema_name = %s", [schema])
    return True


def _names(connection: Connection, query: str, **parameters: object) -> list[str]:
    return [row[0] for row in connection.execute(query, {"prefix": PREFIX, **parameters})]
