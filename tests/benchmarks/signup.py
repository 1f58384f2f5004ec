"""TEN-2, sign-up from the warm pool.

Ours is `create_with_report` with an administrator's invitation: checks of the request, the reservation, the renaming of
a ready schema and its role, the operation's journal, the invitation and its history. What counts is the time its
connections spend waiting for PostgreSQL; the whole call and the take-to-commit part are in the note. The limit is
the same outcome by hand on one open connection: rename the schema and the role, write the community, its domain
and the version, commit. The peer makes a tenant of the same synthetic tables as django-tenants does it at a sign-up, by
migrations; what its clone_schema() takes instead, in a database with nobody else in it, is in the note.
The template here is the product's own with about two hundred synthetic tables added.
"""

from __future__ import annotations

import time
import uuid
from statistics import median

from provisioning.db import Connection, owner_connection
from provisioning.lifecycle import create_with_report
from provisioning.lifecycle.pool import KINDS, refill
from provisioning.progress import Report
from tests.benchmarks import ground
from tests.benchmarks.measure import QUICK, Result, database_time, interleaved, result, sized
from tests.benchmarks.peer import project

BY = "вимірювання"


def run() -> Result:
    pairs = sized(6, 2)
    # One for each of ours and one to warm up; the limit takes those of enterprises.
    refill(pairs + 1)
    requests = list(ground.new_tenants(pairs + 1, first=90_000, admin=True))
    # The first sign-up of a process imports what the others find imported.
    create_with_report(requests.pop(), by=BY)
    walls: list[float] = []
    takes: list[float] = []
    trips: list[int] = []

    def ours(number: int) -> float:
        began = time.perf_counter()
        marks: dict[str, float] = {}

        def mark(report: Report) -> None:
            marks[f"{report.step}{report.finished}"] = time.perf_counter()

        with database_time() as spent:
            created = create_with_report(requests[number], by=BY, progress=mark)
        walls.append(time.perf_counter() - began)
        takes.append(marks["schemaTrue"] - marks["schemaFalse"])
        trips.append(spent.round_trips)
        if "запасу" not in created.notes["schema"]:
            raise RuntimeError("the pool ran dry: this was not a sign-up from it")
        return spent.seconds

    with owner_connection("limit") as connection:
        mine, bare = interleaved(ours, lambda number: _by_hand(connection, number), pairs)
    note = (
        f"час у базі, {median(trips)} звернень; увесь виклик {median(walls) * 1000:.0f} мс, "
        f"взяття схеми до commit {median(takes) * 1000:.0f} мс; OneGov onboarding 2.7 с (записано раніше, 161 таблиця)"
    )
    if QUICK:
        return result("TEN-2", mine, bare, note=note)
    copied = project.clone_schema_seconds()
    note += f"; clone_schema() {copied:.2f} с, {copied / median(mine):.0f}×"
    return result(
        "TEN-2", mine, bare, peer="django-tenants migrate (один раз)", peer_s=project.create_seconds(), note=note
    )


def _by_hand(connection: Connection, number: int) -> float:
    row = connection.execute(
        "SELECT schema_name FROM fleet_poolschema WHERE starts_with(schema_name, %s) LIMIT 1", [KINDS["enterprise"]]
    ).fetchone()
    assert row
    ready, schema, key = row[0], f"t_limit_{number}", uuid.uuid4()
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'communities_community'::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('id', 'slug', 'schema_name')"
        )
    ]
    listed = ", ".join(columns)
    began = time.perf_counter()
    with connection.transaction():
        connection.execute(f"ALTER SCHEMA {ready} RENAME TO {schema}; ALTER ROLE {ready} RENAME TO {schema}")
        connection.execute(
            f"INSERT INTO communities_community (id, slug, schema_name, {listed}) "
            f"SELECT %s, %s, %s, {listed} FROM communities_community LIMIT 1",
            [key, f"limit-{number}", schema],
        )
        connection.execute(
            "INSERT INTO communities_domain (domain, tenant_id, is_primary, own, verification_token, verified_at) "
            "VALUES (%s, %s, true, false, '', now())",
            [f"limit-{number}.example", key],
        )
        connection.execute("DELETE FROM fleet_poolschema WHERE schema_name = %s", [ready])
        connection.execute("UPDATE fleet_schemaversion SET schema_name = %s WHERE schema_name = %s", [schema, ready])
    return time.perf_counter() - began
