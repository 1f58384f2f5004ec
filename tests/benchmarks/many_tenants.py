"""TEN-6, a thousand tenants on one machine (BENCH_TENANTS says how many).

Ours is the whole of `create_tenant` with an empty pool, one after another. The limit is the SQL of the same template
replayed with its role: what the machine would need for the schemas alone. The rest of the tenants are then created by
as many threads as there are cores. Disk, rows of the catalogue and the memory of one backend that has read
every table of three hundred tenants go to the note.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import psycopg
from django.db import connections
from psycopg import sql

from kernel.tenancy import platform_context
from provisioning.blueprint import access
from provisioning.db import Connection, owner_connection
from provisioning.lifecycle import NewTenant, create_tenant
from provisioning.template import load_blueprint, require_current
from tests.benchmarks import ground
from tests.benchmarks.catalogue import weigh
from tests.benchmarks.measure import Result, interleaved, resident_mb, result, sized

BY = "вимірювання"
SERVED = 300


def tenants_wanted() -> int:
    return int(os.environ.get("BENCH_TENANTS") or sized(1000, 12))


def create_many(requests: Iterable[NewTenant]) -> None:
    """As a service would: several at once."""

    def create(new: NewTenant) -> None:
        with platform_context():
            try:
                create_tenant(new, by=BY)
            finally:
                connections.close_all()

    with ThreadPoolExecutor(os.cpu_count() or 2) as workers:
        for _ in workers.map(create, requests):
            pass


def run(standing: int) -> Result:
    """`standing` tenants are there already and count."""
    total = max(tenants_wanted(), standing + 4)
    blueprint = load_blueprint(require_current().version)
    with owner_connection("bench") as connection:
        pairs = min(20, (total - standing) // 2)
        requests = list(ground.new_tenants(total - standing, first=standing))

        def bare(number: int) -> float:
            schema = f"bare_{number}"
            script = access.create_role(schema) + access.join_role(
                schema, access.Cast(), connection.info.server_version
            )
            began = time.perf_counter()
            with connection.transaction():
                connection.execute(script + blueprint.sql(schema), prepare=False)
            return time.perf_counter() - began

        def ours(number: int) -> None:
            create_tenant(requests[number], by=BY)

        mine, limit = interleaved(ours, bare, pairs)
        for number in range(pairs):
            connection.execute(f"DROP SCHEMA bare_{number} CASCADE")
        before, began = weigh(connection), time.perf_counter()
        create_many(requests[pairs:])
        seconds = time.perf_counter() - began
        made = len(requests) - pairs
        each = (weigh(connection) - before).per(made)
        memory = _backend_memory(connection)
    note = f"{total} громад × {len(blueprint.tables)} таблиць; {os.cpu_count()} потоки: {made / seconds:.1f}/с; {each}; {memory}"
    return result("TEN-6", mine, limit, note=note)


def _backend_memory(connection: Connection) -> str:
    schemas = [
        name
        for (name,) in connection.execute(
            "SELECT schema_name FROM communities_community WHERE state = 'active' ORDER BY 1 LIMIT %s", [SERVED]
        )
    ]
    tables = [
        name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schemas[0]])
    ]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as backend:
        pid = backend.info.backend_pid
        before = resident_mb(pid)
        for schema in schemas:
            backend.execute(
                sql.SQL("SET ROLE {0}; SET search_path = {0}, public, extensions").format(sql.Identifier(schema))
            )
            for table in tables:
                backend.execute(sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(table)), prepare=False)
        after = resident_mb(pid)
    per_table = (after - before) * 1024 / (len(schemas) * len(tables))
    return f"бекенд після {len(schemas)} громад {after:.0f} МБ (було {before:.0f}; {per_table:.0f} КБ на таблицю)"
