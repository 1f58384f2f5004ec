"""Creation and removal: all or nothing, one at a time per name, nobody's schema taken over."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.rows import dict_row

from provisioning.blueprint import (
    BlueprintError,
    SchemaTaken,
    build_schema,
    check_role,
    diff_schemas,
    drop_schema,
    grant_access,
    prepare_schema,
    read_blueprint,
)
from tests.blueprint import samples


def exists(conn, name):
    schema = conn.execute("SELECT to_regnamespace(%s) IS NOT NULL", [name]).fetchone()[0]
    role = conn.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [name]).fetchone()[0]
    return schema, bool(role)


@pytest.fixture
def small(owner, template):
    return read_blueprint(owner, template(samples.PEOPLE))


def test_killed_connection_leaves_nothing(owner, superuser, connect, small, names):
    name = names("t")
    doomed = connect("hromada_owner")

    def load(conn, into):
        assert into == name
        superuser.execute("SELECT pg_terminate_backend(%s)", [conn.info.backend_pid])
        conn.execute("SELECT 1")

    with pytest.raises(psycopg.OperationalError):
        build_schema(doomed, small, name, load=load)
    assert exists(owner, name) == (False, False)
    build_schema(owner, small, name)
    assert exists(owner, name) == (True, True)


def test_server_killed_mid_script_is_told_as_such(owner, superuser, connect, small, names):
    name, holder = names("t"), connect("hromada_owner")
    doomed = connect("hromada_owner")
    with holder.transaction(), ThreadPoolExecutor(1) as pool:
        holder.execute("LOCK TABLE public.classifier IN ACCESS EXCLUSIVE MODE")
        waiting = pool.submit(
            build_schema, doomed, small, name, load=lambda conn, into: conn.execute("TABLE public.classifier")
        )
        while not superuser.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'",
            [doomed.info.backend_pid],
        ).fetchone()[0]:
            assert not waiting.done()
        superuser.execute("SELECT pg_terminate_backend(%s)", [doomed.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            waiting.result(timeout=10)
    assert exists(owner, name) == (False, False)


def test_two_at_once_one_wins(owner, connect, small, names):
    name, start = names("t"), threading.Barrier(2)
    connections = [connect("hromada_owner") for _ in range(2)]

    def build(conn):
        start.wait()
        try:
            build_schema(conn, small, name)
        except SchemaTaken as taken:
            return str(taken)
        return "won"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(build, connections))
    assert "won" in outcomes
    assert any("вже існує" in outcome for outcome in outcomes)


def test_the_second_waits_and_takes_over_when_the_first_gives_up(owner, connect, small, names):
    name = names("t")
    first, second = connect("hromada_owner"), connect("hromada_owner")
    with ThreadPoolExecutor(1) as pool:
        with first.transaction(force_rollback=True):
            build_schema(first, small, name)
            waiting = pool.submit(build_schema, second, small, name)
        waiting.result(timeout=30)
    assert exists(owner, name) == (True, True)


def test_inside_a_callers_transaction_it_lives_and_dies_with_it(owner, small, names):
    name = names("t")
    with owner.transaction(force_rollback=True):
        before = owner.execute("SELECT current_user, current_setting('search_path'), current_setting('TimeZone')")
        settings = before.fetchone()
        build_schema(owner, small, name)
        after = owner.execute("SELECT current_user, current_setting('search_path'), current_setting('TimeZone')")
        assert after.fetchone() == settings
        assert exists(owner, name) == (True, True)
    assert exists(owner, name) == (False, False)


def test_superuser_builds_for_the_owner_and_stays_himself(owner, superuser, small, names):
    name = names("t")
    with superuser.transaction():
        build_schema(superuser, small, name)
        assert superuser.execute("SELECT current_user").fetchone() == ("postgres",)
    owners = superuser.execute(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = %s::regnamespace", [name]
    ).fetchall()
    assert owners == [("hromada_owner",)]


def test_connection_with_other_rows_and_no_autocommit_works(owner, connect, small, names):
    name, conn = names("t"), connect("hromada_owner")
    conn.autocommit = False
    conn.row_factory = dict_row
    build_schema(conn, small, name)
    assert diff_schemas(conn, name, name) == []
    assert check_role(conn, name) == []
    conn.commit()
    assert exists(owner, name) == (True, True)


def test_existing_schema_is_never_adopted(owner, small, names):
    name = names("t")
    build_schema(owner, small, name)
    owner.execute(f"INSERT INTO {name}.people (name) VALUES ('своя')")
    with pytest.raises(SchemaTaken, match="вже існує"):
        build_schema(owner, small, name)
    with pytest.raises(SchemaTaken, match="вже існує"):
        prepare_schema(owner, name)
    assert owner.execute(f"SELECT count(*) FROM {name}.people").fetchone() == (1,)


def test_role_of_an_earlier_attempt_is_made_as_new(owner, superuser, small, names):
    name = names("t")
    owner.execute(f"CREATE ROLE {name} NOLOGIN PASSWORD 'стара'")
    build_schema(owner, small, name)
    assert check_role(superuser, name) == []
    assert owner.execute("SELECT pg_has_role(%s, 'hromada_tenants', 'USAGE')", [name]).fetchone() == (True,)


@pytest.mark.parametrize(
    ("trait", "message"),
    [
        ("ALTER ROLE {n} CREATEDB", "повноваження"),
        ("GRANT pg_read_all_data TO {n}", "pg_read_all_data"),
        ("GRANT {n} TO pg_monitor", "pg_monitor"),
        ("GRANT SELECT ON public.classifier TO {n}", "classifier"),
    ],
)
def test_role_that_serves_somebody_else_is_refused(owner, superuser, small, names, trait, message):
    name = names("t")
    superuser.execute(f"CREATE ROLE {name} LOGIN")
    superuser.execute(trait.format(n=name))
    with pytest.raises(SchemaTaken, match=message):
        build_schema(owner, small, name)
    assert exists(owner, name) == (False, True)
    assert drop_schema(owner, name).role is False


@pytest.mark.parametrize("name", ["hromada_owner", "hromada_app", "hromada_tenants"])
def test_roles_of_the_house_are_not_tenants(owner, small, name):
    with pytest.raises(SchemaTaken):
        build_schema(owner, small, name)
    assert drop_schema(owner, name).role is False


@pytest.mark.parametrize("name", ["public", "extensions", "pg_x", "Ї", "a-b", "t.x", 't"x', "", "x" * 64, "T_x"])
def test_names_that_would_need_quoting_are_refused(owner, small, name):
    for act in (lambda: build_schema(owner, small, name), lambda: drop_schema(owner, name)):
        with pytest.raises(BlueprintError, match="не годиться"):
            act()


def test_reserved_word_is_a_name_like_any_other(owner, small, template):
    build_schema(owner, small, "select")
    try:
        assert owner.execute('SELECT count(*) FROM "select".people').fetchone() == (0,)
    finally:
        assert drop_schema(owner, "select").role


def test_drop_takes_schema_and_role_and_may_be_repeated(owner, small, names):
    name = names("t")
    build_schema(owner, small, name)
    dropped = drop_schema(owner, name)
    assert (dropped.schema, dropped.role) == (True, True)
    again = drop_schema(owner, name)
    assert (again.schema, again.role) == (False, False)


def test_drop_finishes_what_an_interrupted_one_left(owner, superuser, small, names):
    name = names("t")
    build_schema(owner, small, name)
    owner.execute(f"DROP SCHEMA {name} CASCADE")
    dropped = drop_schema(owner, name)
    assert (dropped.schema, dropped.role) == (False, True)


def test_schema_of_another_owner_is_not_dropped(owner, superuser, names):
    name = names("t")
    superuser.execute(f"CREATE SCHEMA {name}")
    with pytest.raises(SchemaTaken, match="не наша"):
        drop_schema(superuser, name)
    assert exists(owner, name)[0]


def test_missing_shared_function_is_told_with_its_cure(owner, everything, names):
    _, blueprint = everything
    name = names("t")
    owner.execute("ALTER FUNCTION public.sample_history() RENAME TO sample_gone")
    try:
        with pytest.raises(BlueprintError, match=r"(?s)sample_history.*домігруйте"):
            build_schema(owner, blueprint, name)
    finally:
        owner.execute("ALTER FUNCTION public.sample_gone() RENAME TO sample_history")
    assert exists(owner, name) == (False, False)


def test_application_cannot_build(connect, owner, small, names):
    name = names("t")
    with pytest.raises(BlueprintError, match="DATABASE_ADMIN_URL"):
        build_schema(connect("hromada_app"), small, name)
    assert exists(owner, name) == (False, False)


def test_access_can_be_given_to_tables_older_than_the_role(owner, template):
    schema = template(samples.PEOPLE, "REVOKE ALL ON {s}.people FROM {s}")
    grant_access(owner, schema)
    assert owner.execute("SELECT has_table_privilege(%s, %s, 'DELETE')", [schema, f"{schema}.people"]).fetchone()[0]
    read_blueprint(owner, schema)


@pytest.fixture
def neighbour(superuser, database_url):
    """Another database of the same cluster, where a role of the same name may serve."""
    from provisioning.local import roles

    superuser.execute("CREATE DATABASE blueprint_neighbour")
    try:
        url = roles.in_database(database_url, "blueprint_neighbour")
        assert roles.prepare_foreign(url) == []
        with psycopg.connect(roles.owned_by(url, roles.OWNER), autocommit=True) as conn:
            yield conn
    finally:
        superuser.execute("DROP DATABASE blueprint_neighbour WITH (FORCE)")


def test_role_shared_with_a_neighbouring_database(owner, neighbour, superuser, small, names):
    name = names("t")
    build_schema(neighbour, small, name)
    build_schema(owner, small, name)
    dropped = drop_schema(owner, name)
    assert (dropped.schema, dropped.role) == (True, False)
    assert exists(neighbour, name) == (True, True)
    assert drop_schema(neighbour, name).role
