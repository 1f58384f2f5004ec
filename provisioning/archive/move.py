"""A tenant to another PostgreSQL cluster: writers wait for seconds, and the data is in one place at any moment.

The target must already be an installation of the same version (hromada prepare). Stored files are found by
the tenant's id, which does not change, so with shared object storage they stay where they are.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from kernel.tenancy import platform_context
from kernel.tenancy.scope import PUBLIC_SCHEMA
from provisioning.archive.container import Entry
from provisioning.archive.export import blueprint_of, require_as_template
from provisioning.archive.rows import (
    STEADY_SPELLING,
    copy_out,
    read_positions,
    require_same,
    set_positions,
    table_sum,
    tables_with_rows,
)
from provisioning.blueprint import Blueprint, build_schema
from provisioning.blueprint.model import TableFacts
from provisioning.db import Connection, holding, owner_connection
from provisioning.errors import BadInput, Busy, IllegalMove, Inconsistent
from provisioning.fleet.public import remember, stored_fingerprint
from provisioning.lifecycle.records import find_community
from provisioning.lifecycle.standing import archive_moved, set_read_only
from provisioning.progress import Progress, Report, silent
from shared_apps.communities.models import Community

# Rows of the platform that belong to the tenant; each is found by this column.
PLATFORM_ROWS = (
    ("communities_community", "id"),
    ("communities_domain", "tenant_id"),
    ("communities_quota", "community_id"),
    ("communities_statechange", "community_id"),
)
LOCK_TIMEOUT = "10s"


@dataclass
class Moved:
    slug: str
    schema: str
    rows: int
    seconds_read_only: float
    dry_run: bool = False


def move_tenant(
    slug: str, *, target_url: str, by: str, reason: str, dry_run: bool = False, progress: Progress = silent
) -> Moved:
    with platform_context():
        community = find_community(slug)
        if community.state != Community.State.ACTIVE:
            raise IllegalMove(f"«{slug}» зараз «{community.get_state_display()}».", "переносять громаду, що працює.")
        if not reason.strip():
            raise BadInput([("reason", "Перенесення потребує причини.")], "додайте --reason «…».")
        blueprint, fingerprint = blueprint_of(community.schema_name)
    busy = Busy(f"«{slug}» саме змінюють.", "дочекайтеся кінця.")
    with (
        owner_connection("move from") as source,
        owner_connection("move to", url=target_url) as target,
        holding(source, f"tenant {slug}", busy=busy),
    ):
        _require_ready(source, target, community, fingerprint)
        outcome = Moved(slug, community.schema_name, 0, 0.0, dry_run)
        if dry_run:
            return outcome
        began = time.monotonic()
        set_read_only(slug, True, by=by, reason=f"перенесення на інший сервер: {reason}")
        try:
            if not _already_there(target, community):
                outcome.rows = _copy(source, target, community, blueprint, fingerprint, progress)
        except BaseException:
            set_read_only(slug, False, by=by)
            raise
        _require_equal(source, target, community, blueprint)
        archive_moved(slug, by=by, reason=f"перенесено на інший сервер: {reason}")
        outcome.seconds_read_only = time.monotonic() - began
    progress(Report("done", "Перенесено", 1, 1, finished=True))
    return outcome


def _require_ready(source: Connection, target: Connection, community: Community, fingerprint: str) -> None:
    same = source.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    there = target.execute("SELECT system_identifier FROM pg_control_system()").fetchone()
    if same == there and source.info.dbname == target.info.dbname:
        raise BadInput([("to", "Це та сама база.")], "назвіть іншу базу.")
    if stored_fingerprint(target, PUBLIC_SCHEMA) != stored_fingerprint(source, PUBLIC_SCHEMA):
        raise Inconsistent(
            "Цільова база не підготовлена або іншої версії.",
            "виконайте там hromada prepare тією самою версією коду і повторіть.",
        )
    require_as_template(source, community.schema_name, "hromada_blueprint")
    plan = target.execute("SELECT 1 FROM communities_plan WHERE code = %s", [community.plan_id]).fetchone()
    if not plan:
        raise Inconsistent(f"На цільовому сервері немає тарифу «{community.plan_id}».", "hromada prepare на ньому.")
    owner_missing = (
        community.parent_id
        and not target.execute("SELECT 1 FROM communities_community WHERE id = %s", [community.parent_id]).fetchone()
    )
    if owner_missing:
        raise IllegalMove(
            f"«{community.slug}» належить громаді, якої на цільовому сервері немає.", "спершу перенесіть громаду."
        )


def _already_there(target: Connection, community: Community) -> bool:
    return bool(target.execute("SELECT 1 FROM communities_community WHERE id = %s", [community.pk]).fetchone())


def _copy(
    source: Connection,
    target: Connection,
    community: Community,
    blueprint: Blueprint,
    fingerprint: str,
    progress: Progress,
) -> int:
    schema, tables = community.schema_name, tables_with_rows(blueprint)
    entries: list[Entry] = []
    with source.transaction(), target.transaction():
        source.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
        names = sql.SQL(", ").join(sql.Identifier(schema, table.name) for table in tables)
        # Whoever writes now finishes first; whoever comes later waits until the move is over.
        source.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(names))
        source.execute(sql.SQL(STEADY_SPELLING))

        def load(connection: Connection, name: str) -> None:
            connection.execute(sql.SQL(STEADY_SPELLING))
            for number, table in enumerate(tables, 1):
                entries.append(_pour(source, connection, name, table))
                progress(Report("rows", "Таблиці", number, len(tables), note=table.name))
            set_positions(connection, name, read_positions(source, name))
            require_same(connection, name, tables, entries)

        for table_name, column in PLATFORM_ROWS:
            _pour_platform_rows(source, target, table_name, column, community.pk)
        target.execute("UPDATE communities_community SET read_only = false WHERE id = %s", [community.pk])
        build_schema(target, blueprint, schema, load=load)
        remember(target, schema, fingerprint)
    return sum(entry.rows or 0 for entry in entries)


def _pour(source: Connection, target: Connection, schema: str, table: TableFacts) -> Entry:
    digest = hashlib.sha256()
    columns = sql.SQL(", ").join(map(sql.Identifier, table.copied_columns))
    into = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv, HEADER MATCH)").format(
        sql.Identifier(schema, table.name), columns
    )
    with target.cursor() as cursor, cursor.copy(into) as copy:

        def write(block: Any) -> None:
            digest.update(block)
            copy.write(block)

        rows = copy_out(source, schema, table, write)
    return Entry(table.name, table.name, 0, digest.hexdigest(), rows)


def _pour_platform_rows(source: Connection, target: Connection, table: str, column: str, value: Any) -> None:
    columns = [
        row[0]
        for row in source.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "AND attgenerated = '' AND NOT (attname = 'id' AND attidentity <> '') ORDER BY attnum",
            [f"public.{table}"],
        ).fetchall()
    ]
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    rows = source.execute(
        sql.SQL("SELECT {} FROM {} WHERE {} = %s").format(
            names, sql.Identifier(PUBLIC_SCHEMA, table), sql.Identifier(column)
        ),
        [value],
    ).fetchall()
    places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(PUBLIC_SCHEMA, table), names, places)
    for row in rows:
        target.execute(insert, row)


def _require_equal(source: Connection, target: Connection, community: Community, blueprint: Blueprint) -> None:
    """Also after an interrupted move: the source may be retired only while both sides are the same."""
    with source.transaction(), target.transaction():
        for connection in (source, target):
            connection.execute(sql.SQL(STEADY_SPELLING))
        for table in tables_with_rows(blueprint):
            here = table_sum(source, community.schema_name, table)
            if here != table_sum(target, community.schema_name, table):
                raise Inconsistent(
                    f"Таблиця {table.name} на двох серверах різна.",
                    "громада лишається тут лише для читання; з’ясуйте причину, зайву копію приберіть: hromada tenant delete.",
                )
