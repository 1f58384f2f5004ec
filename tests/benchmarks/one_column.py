"""TEN-4, one column added to a table of every tenant.

Ours is the product's fleet migration of a release with one new AddField in a tenants' module: the template and its SQL,
waves, a transaction and a row of report per tenant; the start of the process is in the note. The limit replays the bare ALTER TABLE in a transaction per tenant on
one open connection. The peer is django-tenants' `migrate_schemas` with one AddField in its own project of
synthetic tables, measured on a few tenants, its start subtracted, and multiplied.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import count
from pathlib import Path
from statistics import median

from psycopg import sql

from provisioning.db import Connection, owner_connection
from tests.benchmarks.idle_fleet import TENANTS
from tests.benchmarks.measure import QUICK, Result, interleaved, result, run_process, sized
from tests.benchmarks.peer import project

MIGRATION = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contacts", "{after}")]
    operations = [migrations.AddField("contact", "{column}", models.IntegerField(null=True))]
"""
IN_PROCESS = (
    "import django; django.setup()\n"
    "import time\n"
    "from kernel.tenancy import platform_context\n"
    "from provisioning.fleet.migrate import migrate_fleet\n"
    "with platform_context():\n"
    "    began = time.perf_counter(); report = migrate_fleet()\n"
    "    print(time.perf_counter() - began, sum(o.ok for o in report.outcomes))\n"
)
NUMBERS = count(1)


def run(tenants: int) -> Result:
    whole: list[float] = []

    def ours(_number: int) -> float:
        release()
        ran = run_process([sys.executable, "-c", IN_PROCESS])
        whole.append(ran.wall)
        seconds, migrated = ran.output.split()
        if int(migrated) < tenants:
            raise RuntimeError(f"{migrated} tenants of {tenants} were migrated")
        return float(seconds)

    with owner_connection("limit") as connection:
        schemas = [
            name
            for (name,) in connection.execute(
                "SELECT schema_name FROM fleet_schemaversion WHERE starts_with(schema_name, 't_') ORDER BY 1"
            )
        ]
        mine, bare = interleaved(ours, lambda number: _replay(connection, schemas, f"bare_{number}"), sized(5, 1))
    note = f"{tenants} громад; разом зі стартом процесу {median(whole):.2f} с"
    if QUICK:
        return result("TEN-4", mine, bare, note=note)
    peer = project.one_column(TENANTS)
    return result("TEN-4", mine, bare, peer=peer.name, peer_s=peer.seconds, note=f"{note}; рівня: {peer.note}")


def release() -> None:
    """The next version of the code brings one migration."""
    folder = Path(os.environ["BENCH_RELEASE_FOLDER"]) / os.environ["BENCH_RELEASE"]
    names = sorted(path.stem for path in folder.glob("[0-9]*.py"))
    column = f"bench_{next(NUMBERS)}"
    (folder / f"{len(names) + 1:04d}_bench.py").write_text(MIGRATION.format(after=names[-1], column=column))


def _replay(connection: Connection, schemas: list[str], column: str) -> float:
    began = time.perf_counter()
    for schema in schemas:
        with connection.transaction():
            connection.execute(sql.SQL("SET LOCAL search_path = {}, public").format(sql.Identifier(schema)))
            connection.execute(f"ALTER TABLE contacts_contact ADD COLUMN {column} integer NULL")
    seconds = time.perf_counter() - began
    for schema in schemas:
        connection.execute(f"ALTER TABLE {schema}.contacts_contact DROP COLUMN {column}")
    return seconds
