"""What a tenant's role may do, seen from the connection the application really uses."""

from __future__ import annotations

import psycopg
import pytest

from provisioning.blueprint import build_schema, read_blueprint
from tests.blueprint import samples


@pytest.fixture
def two(owner, template, names):
    blueprint = read_blueprint(owner, template(samples.PEOPLE))
    pair = names("t"), names("t")
    for name in pair:
        build_schema(owner, blueprint, name)
        owner.execute(f"INSERT INTO {name}.people (name) VALUES ('{name}')")
    return pair


@pytest.fixture
def tenant(connect, two):
    conn = connect("hromada_app")
    conn.execute(f"SET ROLE {two[0]}; SET search_path = {two[0]}, public, extensions")
    return conn


def test_reads_and_writes_its_own(tenant, two):
    assert tenant.execute("SELECT name FROM people").fetchall() == [(two[0],)]
    person = tenant.execute("INSERT INTO people (name) VALUES ('нова') RETURNING id").fetchone()
    tenant.execute("INSERT INTO visits (person_id) VALUES (%s)", person)
    tenant.execute("UPDATE people SET name = 'змінена' WHERE id = %s", person)
    tenant.execute("DELETE FROM visits; DELETE FROM people")


def test_reads_reference_data_and_cannot_change_it(tenant):
    assert tenant.execute("SELECT title FROM public.classifier").fetchone() == ("Перший",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        tenant.execute("DELETE FROM public.classifier")


@pytest.mark.parametrize(
    "attempt",
    [
        "SELECT * FROM {other}.people",
        "INSERT INTO {other}.people (name) VALUES ('чужа')",
        "TRUNCATE {own}.people",
        "ALTER TABLE {own}.people ADD x int",
        "DROP TABLE {own}.visits",
        "CREATE TABLE {own}.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "CREATE TABLE extensions.mine (id int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION {own}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER SCHEMA {own} RENAME TO mine",
        "GRANT SELECT ON {own}.people TO {other}",
        "CREATE ROLE mine",
        "SELECT setval('{own}.people_id_seq', 1)",
        "DROP SCHEMA {other} CASCADE",
    ],
)
def test_is_refused(tenant, two, attempt):
    own, other = two
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        # A GRANT of what one does not own is only a warning; asking for the outcome makes it an error.
        tenant.execute(attempt.format(own=own, other=other))
        if attempt.startswith("GRANT"):
            tenant.execute(f"SET ROLE {other}")
            tenant.execute(f"SELECT * FROM {own}.people")


def test_owns_nothing(owner, two):
    owned = owner.execute(
        "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = %s::regrole", [two[0]]
    ).fetchone()
    assert owned == (0,)


def test_application_sees_no_tenant_until_it_becomes_one(connect, two):
    application = connect("hromada_app")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(f"SELECT * FROM {two[0]}.people")


def test_cannot_become_another_tenant_by_itself(connect, two):
    """The session's own role decides who it may become: one that logged in as a tenant stays that tenant."""
    direct = connect(two[0])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        direct.execute(f"SET ROLE {two[1]}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        direct.execute("SET ROLE hromada_app")
