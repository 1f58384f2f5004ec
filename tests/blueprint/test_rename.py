"""A ready schema takes a tenant's name: everything in it goes on working under the new one."""

from __future__ import annotations

import psycopg
import pytest

from provisioning.blueprint import (
    BlueprintError,
    SchemaMissing,
    SchemaTaken,
    build_schema,
    diff_schemas,
    drop_schema,
    read_blueprint,
    rename_schema,
)
from tests.blueprint import samples
from tests.blueprint.test_build import exists, neighbour  # noqa: F401
from tests.blueprint.test_copy import REGISTER


def test_renamed_schema_works(owner, connect, copy, names):
    template, pool, _ = copy
    name = names("t")
    rename_schema(owner, pool, name)
    assert exists(owner, pool) == (False, False)
    assert diff_schemas(owner, template, name) == []
    tenant = connect("hromada_app")
    tenant.execute(f"SET ROLE {name}; SET search_path = {name}, public, extensions")
    tenant.execute(f"INSERT INTO {REGISTER} (code, term) VALUES ('12345678', 'empty')")
    assert tenant.execute("SELECT count(*) FROM history").fetchone() == (1,)
    assert tenant.execute("SELECT nextval('numbers')").fetchone() == (25,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        tenant.execute("DELETE FROM history")


def test_rename_belongs_to_the_callers_transaction(owner, copy, names):
    _, pool, _ = copy
    name = names("t")
    with owner.transaction(force_rollback=True):
        rename_schema(owner, pool, name)
        assert exists(owner, name) == (True, True)
        assert owner.execute("SHOW search_path").fetchone() == ("public, extensions",)
    assert exists(owner, pool) == (True, True)
    assert exists(owner, name) == (False, False)


def test_new_tables_are_open_to_the_renamed_role(owner, copy, names):
    _, pool, _ = copy
    name = names("t")
    rename_schema(owner, pool, name)
    owner.execute(f"CREATE TABLE {name}.later (id bigint PRIMARY KEY)")
    assert owner.execute("SELECT has_table_privilege(%s, %s, 'INSERT')", [name, f"{name}.later"]).fetchone() == (True,)


def test_pinned_function_and_role_are_pinned_again(owner, superuser, copy, names):
    _, pool, _ = copy
    name = names("t")
    owner.execute(
        f"CREATE FUNCTION {pool}.mine() RETURNS text LANGUAGE sql SET search_path = {pool}, '', pg_catalog "
        "AS $$ SELECT current_setting('search_path') $$"
    )
    superuser.execute(f"ALTER ROLE {pool} SET search_path = {pool}, public")
    superuser.execute(f"ALTER ROLE {pool} IN DATABASE {owner.info.dbname} SET search_path = {pool}")
    rename_schema(owner, pool, name)
    assert owner.execute(f"SELECT {name}.mine()").fetchone() == (f'{name}, "", pg_catalog',)
    settings = owner.execute(
        "SELECT setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE rolname = %s "
        "ORDER BY setdatabase",
        [name],
    ).fetchall()
    assert settings == [([f"search_path={name}, public"],), ([f"search_path={name}"],)]


def test_shared_function_pinned_to_a_tenant_is_refused(owner, copy, names):
    _, pool, _ = copy
    name = names("t")
    owner.execute(
        f"CREATE FUNCTION public.sample_bound() RETURNS int LANGUAGE sql SET search_path = {pool} AS 'SELECT 1'"
    )
    try:
        with pytest.raises(BlueprintError, match="sample_bound"):
            rename_schema(owner, pool, name)
    finally:
        owner.execute("DROP FUNCTION public.sample_bound()")
    assert exists(owner, pool) == (True, True)


def test_name_that_only_begins_alike_is_no_pin(owner, copy, names):
    _, pool, _ = copy
    owner.execute(
        f"CREATE FUNCTION public.sample_other() RETURNS int LANGUAGE sql SET search_path = {pool}_x AS 'SELECT 1'"
    )
    try:
        rename_schema(owner, pool, names("t"))
    finally:
        owner.execute("DROP FUNCTION public.sample_other()")


def test_trigger_that_holds_the_name_as_text_is_refused(owner, copy, names):
    _, pool, _ = copy
    owner.execute(
        f"CREATE TRIGGER named AFTER INSERT ON {pool}.history FOR EACH ROW "
        f"EXECUTE FUNCTION public.sample_history('x', '{pool}')"
    )
    with pytest.raises(BlueprintError, match="TG_TABLE_SCHEMA"):
        rename_schema(owner, pool, names("t"))


def test_taken_and_missing_names_are_told_apart(owner, copy, names):
    template, pool, _ = copy
    with pytest.raises(SchemaTaken, match="вже існує"):
        rename_schema(owner, pool, template)
    with pytest.raises(SchemaMissing):
        rename_schema(owner, names("t"), names("t"))
    assert exists(owner, pool) == (True, True)


def test_foreign_schema_is_not_renamed(superuser, names):
    name = names("t")
    superuser.execute(f"CREATE SCHEMA {name}")
    with pytest.raises(SchemaTaken, match="не наша"):
        rename_schema(superuser, name, names("t"))


def test_role_left_by_an_earlier_tenant_gives_way(owner, copy, names):
    template, pool, _ = copy
    name = names("t")
    owner.execute(f"CREATE ROLE {name} LOGIN; GRANT hromada_tenants TO {name}")
    rename_schema(owner, pool, name)
    assert exists(owner, pool) == (False, False)
    assert diff_schemas(owner, template, name) == []


def test_role_that_serves_somebody_here_does_not(owner, superuser, copy, names):
    _, pool, _ = copy
    name = names("t")
    superuser.execute(f"CREATE ROLE {name} LOGIN; GRANT SELECT ON public.classifier TO {name}")
    with pytest.raises(SchemaTaken, match="classifier"):
        rename_schema(owner, pool, name)
    assert exists(owner, pool) == (True, True)


def test_roles_of_a_neighbouring_database_stay_as_they_are(owner, neighbour, template, names):  # noqa: F811
    """A copy of the whole database shares its roles: privileges move, the neighbour's role does not."""
    source = template(samples.PEOPLE)
    blueprint = read_blueprint(owner, source)
    pool, name = names("pool"), names("t")
    for conn in (owner, neighbour):
        build_schema(conn, blueprint, pool)
    rename_schema(owner, pool, name)
    assert exists(owner, pool) == (False, True)
    assert diff_schemas(owner, source, name) == []
    assert owner.execute("SELECT has_schema_privilege(%s, %s, 'USAGE')", [pool, name]).fetchone() == (False,)
    rename_schema(neighbour, pool, name)
    assert exists(neighbour, pool) == (False, False)
    assert exists(neighbour, name) == (True, True)
    assert drop_schema(neighbour, name).role is False
