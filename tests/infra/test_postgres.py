"""The server of the compose file: its settings, who may come in, its preparation, its backup."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
import pytest

from infra.image import bootstrap
from infra.image.environment import NotReady
from provisioning.local.roles import prepare_foreign
from tests.infra.database_bench import OVERRIDES, Database, as_service, create, pooler, serving
from tests.infra.programs import ROOT


def refused(url: str) -> str:
    with pytest.raises(psycopg.OperationalError) as reason:
        psycopg.connect(url, connect_timeout=3)
    return str(reason.value)


def test_the_settings_of_the_file_are_in_force(database: Database) -> None:
    wrong = database.execute(
        "SELECT name, setting, error FROM pg_file_settings "
        "WHERE error IS NOT NULL OR NOT applied AND sourcefile LIKE '%/postgres/postgresql.conf'"
    )
    # What a test must set otherwise comes from the command line, which wins.
    assert {str(row[0]) for row in wrong} <= {*OVERRIDES, "archive_command"}
    assert database.execute("SHOW max_locks_per_transaction") == [("512",)]
    assert database.execute("SELECT count(*) FROM pg_hba_file_rules WHERE error IS NOT NULL") == [(0,)]


def test_the_pooler_leaves_room_for_migrations_and_people(database: Database) -> None:
    pooled = next(
        int(line.partition("=")[2])
        for line in (ROOT / "infra/pooler/pgbouncer.ini").read_text().splitlines()
        if line.startswith("max_db_connections")
    )
    [(most,)] = database.execute("SHOW max_connections")
    assert int(str(most)) - pooled >= 30


def test_the_application_and_the_owner_come_in_with_their_passwords(database: Database) -> None:
    for url, user in ((database.app_url, "hromada_app"), (database.owner_url, "hromada_owner")):
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (user,)
        assert "password authentication failed" in refused(url.replace("test-password", "other"))


def test_a_tenants_role_is_refused_at_the_door_even_with_a_password(database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("CREATE ROLE t_outside LOGIN PASSWORD 'known' IN ROLE hromada_tenants")
        try:
            assert "pg_hba.conf rejects" in refused(database.url("t_outside", "known"))
        finally:
            owner.execute("DROP ROLE t_outside")


@pytest.mark.parametrize("user", ["postgres", "hromada_tenants", "hromada_blueprint"])
def test_nobody_else_is_let_in_over_the_network(database: Database, user: str) -> None:
    assert "pg_hba.conf rejects" in refused(database.url(user, "x"))
    assert "pg_hba.conf rejects" in refused(database.url(user, "x", database="postgres"))


def test_preparing_again_changes_nothing_and_asks_for_nothing(database: Database) -> None:
    def picture() -> list[tuple[object, ...]]:
        return database.execute(
            "SELECT rolname, rolcanlogin, rolinherit, rolcreaterole, rolsuper FROM pg_roles "
            "WHERE rolname LIKE 'hromada%' ORDER BY 1"
        )

    before = picture()
    database.bootstrap()
    assert picture() == before
    assert prepare_foreign(database.owner_url) == []


def test_a_changed_password_is_taken_over(database: Database) -> None:
    changed = database.app_url.replace("app-test-password", "another")
    owner, app = bootstrap.account_in(database.owner_url, bootstrap.OWNER), bootstrap.account_in(changed, bootstrap.APP)
    try:
        with as_service():
            bootstrap.prepare_database(database.master_url(), owner, app)
        psycopg.connect(changed).close()
        assert "password authentication failed" in refused(database.app_url)
    finally:
        database.bootstrap()
    psycopg.connect(database.app_url).close()


@pytest.mark.slow
def test_passwords_do_not_appear_in_the_servers_log(service_folder: Path) -> None:
    folder = service_folder / "postgres"
    folder.mkdir()
    with serving(create(folder)) as database:
        database.execute("ALTER SYSTEM SET log_statement = 'all'", "postgres")
        database.execute("SELECT pg_reload_conf()", "postgres")
        database.bootstrap()
    log = (service_folder / "postgres.log").read_text()
    assert "ALTER ROLE" in log
    assert "test-password" not in log


@pytest.mark.parametrize("url", ["postgresql://hromada_app:@h/hromada", "postgresql://postgres:x@h/hromada"])
def test_an_address_without_its_role_or_password_is_refused(url: str) -> None:
    with pytest.raises(NotReady, match="пароль"):
        bootstrap.account_in(url, bootstrap.APP)


@pytest.mark.slow
def test_a_managed_servers_master_who_is_no_superuser_can_prepare(service_folder: Path) -> None:
    folder = service_folder / "postgres"
    folder.mkdir()
    with serving(create(folder)) as database:
        database.execute("CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'm'", "postgres")
        database.execute("CREATE DATABASE hromada OWNER master", "postgres")
        # Amazon lets its master install PostGIS; PostgreSQL itself lets only a superuser.
        database.execute("CREATE SCHEMA extensions AUTHORIZATION master")
        database.execute("CREATE EXTENSION postgis SCHEMA extensions")
        database.execute("GRANT USAGE ON SCHEMA extensions TO master")
        rules = database.folder / "postgres/pg_hba.conf"
        rules.write_text("host all master 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        database.execute("SELECT pg_reload_conf()")
        for _ in range(2):
            bootstrap.prepare_database(
                database.url("master", "m", "postgres"),
                bootstrap.account_in(database.owner_url, bootstrap.OWNER),
                bootstrap.account_in(database.app_url, bootstrap.APP),
            )
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            owner.execute("CREATE SCHEMA t_managed")
            owner.execute("CREATE ROLE t_managed LOGIN IN ROLE hromada_tenants")
            owner.execute("GRANT t_managed TO hromada_app")
        with psycopg.connect(database.app_url) as app:
            app.execute("SET ROLE t_managed")
            assert app.execute("SELECT current_user").fetchone() == ("t_managed",)


@pytest.mark.slow
def test_a_lost_database_comes_back_to_the_last_moment_or_to_a_chosen_one(service_folder: Path) -> None:
    folder = service_folder / "postgres"
    folder.mkdir()
    database = create(folder)
    backup, restore = (str(folder / "backup" / name) for name in ("base-backup.sh", "restore.sh"))
    with serving(database):
        database.bootstrap()
        database.execute("CREATE TABLE deeds (id int)")
        database.execute("INSERT INTO deeds VALUES (1)")
        database.run("/bin/sh", backup)
        database.execute("INSERT INTO deeds VALUES (2)")
        [(moment,)] = database.execute("SELECT now()::text")
        time.sleep(0.05)
        database.execute("DELETE FROM deeds")
        [(name,)] = database.execute("SELECT pg_walfile_name(pg_switch_wal())")
        kept = folder / "wal" / str(name)
        deadline = time.monotonic() + 10
        while not kept.exists():
            assert time.monotonic() < deadline, "the log was not archived"
            time.sleep(0.05)

    assert "не порожня" in database.run("/bin/sh", restore, expect=73).stderr
    for stop_at, expected in (((), []), (("latest", str(moment)), [(1,), (2,)])):
        database.data.rename(folder / f"lost-{len(stop_at)}")
        database.run("/bin/sh", restore, *stop_at)
        with serving(database):
            deadline = time.monotonic() + 20
            while database.execute("SELECT pg_is_in_recovery()") == [(True,)]:
                assert time.monotonic() < deadline, "the log was not replayed"
                time.sleep(0.05)
            assert database.execute("SELECT id FROM deeds ORDER BY id") == expected


@pytest.mark.slow
def test_a_damaged_backup_is_not_restored(service_folder: Path) -> None:
    folder = service_folder / "postgres"
    folder.mkdir()
    database = create(folder)
    with serving(database):
        database.environment["BACKUP_KEEP"] = "1"
        database.run("/bin/sh", str(folder / "backup/base-backup.sh"))
        [first] = [path.name for path in (folder / "backups").iterdir()]
        # Copies are named by the second.
        time.sleep(1.05)
        database.run("/bin/sh", str(folder / "backup/base-backup.sh"))
    copies = sorted(path.name for path in (folder / "backups").iterdir())
    assert len(copies) == 1
    assert copies != [first]
    damaged = folder / "backups" / copies[-1] / "PG_VERSION"
    damaged.write_text("99\n")
    database.data.rename(folder / "lost")
    database.run("/bin/sh", str(folder / "backup/restore.sh"), expect=1)
    assert not database.data.exists()
    database.run("/bin/sh", str(folder / "backup/restore.sh"), "base-nothing", expect=66)


def test_the_whole_chain_answers_through_the_pooler(database: Database, service_folder: Path) -> None:
    with pooler(database, service_folder / "pooler") as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT extensions.ST_X('POINT(30 50)'::extensions.geometry)").fetchone() == (30.0,)
