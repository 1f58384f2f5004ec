"""TEN-7, one populated tenant among many out into an archive and back under another name.

Ours is `export_tenant` and `restore_tenant`: compressed, with checksums of every table, the structure from the template,
every table read back after the load and compared. The limit does the same work bare: COPY of the tables in one
snapshot into files, then the structure's SQL, COPY and the indexes' SQL in one transaction; nothing is compressed, nothing
is verified. The peer is `pg_dump -n` of that tenant: the way out only.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

from psycopg import sql

from kernel.tenancy import TenantRef
from provisioning.archive.export import export_tenant
from provisioning.archive.restore import restore_tenant
from provisioning.archive.rows import copy_in, copy_out, tables_with_rows
from provisioning.blueprint import Blueprint, access
from provisioning.db import Connection, owner_connection
from provisioning.template import load_blueprint, require_current
from tests.benchmarks.ground import superuser_url
from tests.benchmarks.measure import Result, interleaved, result, run_process, sized

BY = "вимірювання"


def run(tenant: TenantRef, rows: int, tenants: int) -> Result:
    blueprint = load_blueprint(require_current().version)
    legs: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="hromada-bench-") as folder, owner_connection("limit") as connection:

        def ours(number: int) -> None:
            path = Path(folder) / f"{number}.hromada"
            began = time.perf_counter()
            export_tenant(tenant.slug, path, by=BY)
            middle = time.perf_counter()
            restore_tenant(path, slug=f"{tenant.slug}-{'abcdefgh'[number]}", by=BY)
            legs.append((middle - began, time.perf_counter() - middle))

        def limit(number: int) -> None:
            _bare(connection, blueprint, tenant.schema, f"bare_copy_{number}", Path(folder))

        mine, bare = interleaved(ours, limit, sized(5, 1))
        dumped = [
            run_process(["pg_dump", "-Fc", "-n", tenant.schema, "-f", f"{folder}/dump", superuser_url("hromada")]).wall
            for _ in range(sized(3, 1))
        ]
    out, back = map(median, zip(*legs, strict=True))
    note = f"{rows} контактів і їх історія, {tenants} громад поруч; вивезення {out:.2f} с, відновлення з перевіркою {back:.2f} с"
    found = result("TEN-7", mine, bare, peer="pg_dump -n (лише вивезення)", peer_s=median(dumped), note=note)
    # The peer goes one way only, so it is compared with that way.
    return replace(found, ratio_to_peer=median(dumped) / out, note=f"{note}; рівня/наше — саме вивезення")


def _bare(connection: Connection, blueprint: Blueprint, source: str, target: str, folder: Path) -> None:
    tables = tables_with_rows(blueprint)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table in tables:
            with (folder / table.name).open("wb") as file:
                copy_out(connection, source, table, file.write)
    parts = blueprint.structure_parts(target)
    role = access.create_role(target) + access.join_role(target, access.Cast(), connection.info.server_version)
    with connection.transaction():
        connection.execute(role + parts.before_rows, prepare=False)
        for table in tables:
            with (folder / table.name).open("rb") as file:
                copy_in(connection, target, table, file)
        connection.execute(parts.after_rows, prepare=False)
        connection.execute(sql.SQL("RESET search_path"))
