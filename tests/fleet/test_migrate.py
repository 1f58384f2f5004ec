"""The fleet's migration: recorded once, replayed in waves, stopped by the first failure, resumed where it was."""

from __future__ import annotations

import os
import threading
import time

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.tenancy import platform_context
from provisioning.blueprint import diff_schemas
from provisioning.db import owner_connection as as_owner
from provisioning.fleet.linter import HarmfulMigration
from provisioning.fleet.migrate import WaveFailed, migrate_fleet
from provisioning.fleet.query import query_fleet
from provisioning.fleet.replay import LOCK_TIMEOUT
from provisioning.fleet.status import fleet_status, verify_fleet
from provisioning.lifecycle import NewTenant, create_tenant
from provisioning.lifecycle.pool import refill
from provisioning.template import build_template
from shared_apps.fleet.models import FleetRun, FleetRunTenant, SchemaVersion
from tests.fleet.release import ADD_NOTE


def _columns(raw: psycopg.Connection, schema: str) -> set[str]:
    rows = raw.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = 'jobs_job'",
        [schema],
    ).fetchall()
    return {row[0] for row in rows}


def test_idle_run_is_one_query(transactional_db):
    migrate_fleet()
    with platform_context(), CaptureQueriesContext(connection) as ours:
        report = migrate_fleet()
    assert report.idle
    assert len(ours) == 0, "the application's connection has no part in it"


def test_one_column_reaches_every_schema(fleet, new_release, owner_connection):
    refill(2)
    new_release(ADD_NOTE)
    report = migrate_fleet(workers=3)
    assert {outcome.schema for outcome in report.outcomes} >= set(fleet)
    assert all(outcome.ok for outcome in report.outcomes)
    for schema in SchemaVersion.objects.exclude(schema_name="public").values_list("schema_name", flat=True):
        assert "note" in _columns(owner_connection, schema)
    assert verify_fleet() == {}
    assert FleetRun.objects.get().status == "done"
    assert set(FleetRunTenant.objects.values_list("wave", flat=True)) == {"canary", "tenth", "rest"}
    assert fleet_status()["behind"] == []
    assert migrate_fleet().idle
    newcomer = create_tenant(
        NewTenant(
            slug="newcomer",
            name="Нова громада",
            short_name="Нова",
            edrpou="99000011",
            katottg="UA99020010000000003",
            edrpou_override_reason="вигадана",
        ),
        by="тест",
    )
    assert diff_schemas(owner_connection, "t_alpha", newcomer.schema_name) == []


def test_dry_run_changes_nothing(fleet, new_release, owner_connection):
    new_release(ADD_NOTE)
    assert migrate_fleet(dry_run=True).pending == len(fleet)
    assert "note" not in _columns(owner_connection, "t_alpha")
    assert not FleetRun.objects.exists()


def test_first_failed_wave_stops_and_resumes(fleet, new_release, owner_connection):
    """One tenant's schema was tampered with: the wave it is in stops the run; mended, the run goes on."""
    owner_connection.execute("ALTER TABLE t_alpha.jobs_job ADD COLUMN note text")
    new_release(ADD_NOTE)
    with pytest.raises(WaveFailed, match="t_alpha") as stopped:
        migrate_fleet(workers=1)
    assert stopped.value.report.wave == "canary"
    assert "note" not in _columns(owner_connection, "t_town_d3")
    assert FleetRun.objects.get().status == "stopped"
    owner_connection.execute("ALTER TABLE t_alpha.jobs_job DROP COLUMN note")
    report = migrate_fleet(workers=2)
    run = FleetRun.objects.get()
    assert (run.status, report.run) == ("done", run.pk)
    assert run.tenants.get(schema_name="t_alpha").attempts == 2
    assert verify_fleet() == {}


def test_busy_table_is_retried(transactional_db, new_release):
    """A tenant's long transaction holds the table longer than the lock timeout: the rest do not wait for ever."""
    new_release(ADD_NOTE)
    holder = psycopg.connect(os.environ["DATABASE_ADMIN_URL"])
    holder.execute("LOCK TABLE t_beta.jobs_job IN ACCESS SHARE MODE")

    def let_go() -> None:
        with as_owner("watch") as watch:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't_beta.jobs_job'::regclass"
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and watch.execute(waiting).fetchone() == (0,):
                time.sleep(0.05)
        time.sleep(float(LOCK_TIMEOUT.removesuffix("s")) + 0.5)
        holder.rollback()

    thread = threading.Thread(target=let_go)
    thread.start()
    report = migrate_fleet(workers=2)
    thread.join()
    holder.close()
    beta = next(outcome for outcome in report.outcomes if outcome.schema == "t_beta")
    assert beta.ok
    assert beta.attempts > 1


def test_two_releases_at_once(transactional_db, new_release, owner_connection):
    """A tenant two versions behind takes both steps in one transaction."""
    new_release(ADD_NOTE)
    build_template()
    new_release('migrations.AddField("job", "mark", models.IntegerField(default=0, db_default=0))')
    migrate_fleet()
    assert {"note", "mark"} <= _columns(owner_connection, "t_alpha")
    assert verify_fleet() == {}


def test_index_without_stopping_writers(fleet, new_release, owner_connection):
    new_release(
        '__import__("django.contrib.postgres.operations", fromlist=["x"]).AddIndexConcurrently('
        '"job", models.Index(fields=["period"], name="job_period"))',
        atomic=False,
    )
    migrate_fleet()
    count = owner_connection.execute(
        "SELECT count(*) FROM pg_indexes WHERE indexname = 'job_period' AND schemaname ~ '^t_'"
    ).fetchone()
    assert count == (len(fleet),)
    assert verify_fleet() == {}


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ('migrations.RemoveField("job", "message")', "два|випуску|наступному"),
        ('migrations.RenameField("job", "message", "note")', "перейменовано"),
        ("migrations.RunPython(lambda apps, editor: None)", "RunPython"),
        ('migrations.RunSQL("ALTER TABLE jobs_job DROP COLUMN message")', "DROP COLUMN"),
        ('migrations.RunSQL("ALTER TABLE jobs_job ADD COLUMN n integer NOT NULL")', "NOT NULL"),
        ('migrations.RunSQL("ALTER TABLE jobs_job ADD COLUMN n uuid DEFAULT gen_random_uuid()")', "переписано"),
    ],
)
def test_harmful_migrations_are_refused(transactional_db, new_release, owner_connection, operation, reason):
    before = _columns(owner_connection, "t_alpha")
    new_release(operation)
    with pytest.raises(HarmfulMigration, match=reason):
        migrate_fleet()
    assert _columns(owner_connection, "t_alpha") == before
    assert SchemaVersion.objects.values("fingerprint").filter(schema_name__startswith="t_").distinct().count() == 1


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("CREATE INDEX long ON jobs_job (kind)", "побудова індексу"),
        ("ALTER TABLE jobs_job ALTER COLUMN attempts TYPE bigint", "зміна типу"),
        ("ALTER TABLE jobs_job ALTER COLUMN total SET NOT NULL", "SET NOT NULL"),
        ("ALTER TABLE jobs_job ADD CONSTRAINT c CHECK (done >= 0)", "NOT VALID"),
    ],
)
def test_locks_on_large_tables_are_refused(transactional_db, new_release, superuser_connection, statement, reason):
    superuser_connection.execute(
        "UPDATE pg_class SET reltuples = 5000000 WHERE relname = 'jobs_job' AND relnamespace = 't_beta'::regnamespace"
    )
    new_release(f'migrations.RunSQL("{statement}")')
    with pytest.raises(HarmfulMigration, match=reason):
        migrate_fleet()


def test_refused_migration_rewritten_goes_through(transactional_db, new_release, owner_connection):
    new_release('migrations.RunSQL("ALTER TABLE jobs_job ADD COLUMN n integer NOT NULL")')
    with pytest.raises(HarmfulMigration):
        migrate_fleet()
    new_release.edit("NOT NULL", "NOT NULL DEFAULT 0")
    migrate_fleet()
    assert "n" in _columns(owner_connection, "t_alpha")
    assert verify_fleet() == {}


def test_question_to_the_whole_fleet(fleet):
    result = query_fleet("SELECT count(*) AS roles FROM access_role WHERE title LIKE '%а%'", reason="перевірка")
    assert result.columns == ["roles"]
    assert len(result.rows) == len(fleet)
    assert result.errors == {}


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM access_role",
        "SELECT * FROM t_beta.access_role",
        "SELECT 1; DELETE FROM access_role",
        "WITH gone AS (DELETE FROM access_role RETURNING 1) SELECT * FROM gone",
        "SELECT * FROM public.access_user",
    ],
)
def test_question_cannot_change_or_cross(transactional_db, query, owner_connection):
    before = owner_connection.execute("SELECT count(*) FROM t_alpha.access_role").fetchone()
    result = query_fleet(query, reason="спроба")
    assert "alpha" in result.errors
    assert owner_connection.execute("SELECT count(*) FROM t_alpha.access_role").fetchone() == before


def test_killed_migration_is_resumed(transactional_db, new_release, owner_connection):
    """The server ends the worker's connection in the middle: that tenant rolls back, the next run finishes all."""
    new_release(ADD_NOTE)
    build_template()
    with as_owner("victim") as victim:
        victim.execute("BEGIN")
        victim.execute("ALTER TABLE t_beta.jobs_job ADD COLUMN note varchar(20)")
        owner_connection.execute("SELECT pg_terminate_backend(%s)", [victim.info.backend_pid])
    migrate_fleet()
    assert verify_fleet() == {}
