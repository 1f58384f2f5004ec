"""Declarations become triggers and privileges, in every schema, and only where they are due."""

from __future__ import annotations

import psycopg
import pytest
from django.contrib.auth import get_user_model

from kernel.audit import declare, triggers
from kernel.audit.checks import declarations_can_be_kept
from kernel.audit.declare import AppendOnly, Audited
from kernel.tenancy.scope import BLUEPRINT_SCHEMA
from shared_apps.communities.models import Community, Plan


@pytest.mark.parametrize("schema", ["public", BLUEPRINT_SCHEMA, "t_alpha", "t_beta"])
def test_every_schema_has_all_it_should(db, owner_connection, schema):
    assert triggers.trigger_sql(owner_connection.cursor(), schema) == []


@pytest.fixture
def scratch(owner_connection):
    """A transaction of the owner that is rolled back at the end."""
    with owner_connection.transaction(force_rollback=True), owner_connection.cursor() as cursor:
        yield cursor


def test_a_new_declaration_brings_its_trigger_and_a_withdrawn_one_takes_it_away(db, monkeypatch, scratch):
    before = triggers.fingerprint()
    monkeypatch.setitem(declare._foreign, Plan, Audited(exclude=("quotas",)))
    monkeypatch.setattr(Plan, "audited", None, raising=False)
    assert triggers.fingerprint() != before
    (created,) = triggers.install_triggers(scratch, "public")
    assert created == (
        'CREATE OR REPLACE TRIGGER "hromada_history" AFTER INSERT OR UPDATE OR DELETE ON "public"."communities_plan" '
        f"FOR EACH ROW WHEN {triggers.NOT_IN_BULK} "
        "EXECUTE FUNCTION public.\"hromada_history\"('communities_plan', 'code', 'quotas')"
    )
    assert triggers.trigger_sql(scratch, "public") == []
    monkeypatch.setitem(declare._foreign, Plan, Audited())
    assert len(triggers.install_triggers(scratch, "public")) == 1
    monkeypatch.delitem(declare._foreign, Plan)
    assert triggers.install_triggers(scratch, "public") == [
        'DROP TRIGGER "hromada_history" ON "public"."communities_plan"'
    ]


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TRIGGER hromada_history ON t_alpha.access_user",
        "ALTER TABLE t_alpha.access_user DISABLE TRIGGER hromada_history",
        "DROP TRIGGER hromada_append_only ON t_alpha.audit_history",
        "GRANT INSERT, UPDATE, DELETE ON t_alpha.audit_history TO t_alpha",
        "GRANT ALL ON ALL TABLES IN SCHEMA t_alpha TO t_alpha",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA t_alpha TO t_alpha",
        "CREATE OR REPLACE TRIGGER hromada_history AFTER INSERT ON t_alpha.access_user FOR EACH ROW "
        "EXECUTE FUNCTION public.hromada_history('access_user', 'id', '')",
    ],
)
def test_damage_is_noticed_and_repaired(db, scratch, damage):
    scratch.execute(damage)
    assert triggers.install_triggers(scratch, "t_alpha")
    assert triggers.trigger_sql(scratch, "t_alpha") == []


def test_a_schema_without_a_role_is_no_error(db, scratch):
    scratch.execute("CREATE SCHEMA nobodys")
    scratch.execute("CREATE TABLE nobodys.audit_history (LIKE t_alpha.audit_history INCLUDING ALL)")
    assert len(triggers.install_triggers(scratch, "nobodys")) == 2


def test_functions_are_pinned_and_closed(db, owner_connection):
    rows = owner_connection.execute(
        "SELECT proname, prosecdef, proconfig, has_function_privilege('hromada_tenants', oid, 'EXECUTE'), "
        "pg_get_userbyid(proowner) FROM pg_proc WHERE proname LIKE 'hromada\\_%%' AND pronamespace = 'public'::regnamespace"
    ).fetchall()
    found = {name: rest for name, *rest in rows}
    for name in ("hromada_history", "hromada_append_only", "hromada_seal", "hromada_bulk"):
        definer, settings, tenants_may, owner = found[name]
        assert definer and owner == "hromada_owner"
        assert "search_path=pg_catalog, pg_temp" in settings
        assert tenants_may == (name in ("hromada_seal", "hromada_bulk"))


def test_temporary_tables_do_not_deceive_the_functions(db, app_connection):
    """Anybody may create them, and an unpinned search looks there first."""
    with app_connection.transaction(force_rollback=True):
        app_connection.execute("SET LOCAL ROLE t_alpha; SET LOCAL hromada.restoring = on")
        app_connection.execute(
            "CREATE TEMPORARY TABLE pg_class AS SELECT c.oid, 't_alpha'::regrole::oid AS relowner FROM pg_catalog.pg_class c"
        )
        app_connection.execute("CREATE TEMPORARY TABLE audit_history (LIKE t_alpha.audit_history)")
        app_connection.execute(
            "INSERT INTO t_alpha.access_role (code, title, built_in, requires_mfa) VALUES ('x', 'x', false, false)"
        )
        kept = app_connection.execute(
            "SELECT count(*) FROM t_alpha.audit_history WHERE after ->> 'code' = 'x'"
        ).fetchone()
        assert kept == (1,)
        app_connection.execute(
            "INSERT INTO t_alpha.audit_witness (subject, name, seal_id, last_id, hash) VALUES ('x', 'x', 1, 1, 'x')"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection.execute("DELETE FROM t_alpha.audit_witness")


def test_no_trigger_names_a_schema(db, owner_connection):
    rows = owner_connection.execute(
        "SELECT encode(tgargs, 'escape') FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relnamespace = 't_alpha'::regnamespace AND tgname LIKE 'hromada\\_%%'"
    ).fetchall()
    assert rows and not any("t_alpha" in arguments or "blueprint" in arguments for (arguments,) in rows)


def test_accounts_are_audited_without_their_passwords():
    rule = declare.audited_rule(get_user_model())
    assert rule and {"password", "last_login"} <= set(rule.exclude)


def test_append_only_tables_keep_their_rows(db, scratch):
    scratch.execute(
        "INSERT INTO t_alpha.audit_witness (subject, name, seal_id, last_id, hash) VALUES ('x', 'x', 1, 1, 'x')"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege), scratch.connection.transaction():
        scratch.execute("DELETE FROM t_alpha.audit_witness")


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"audited": "yes"}, "audit.E001"),
        ({"append_only": 5}, "audit.E001"),
        ({"audited": Audited(exclude=("nonsense",))}, "audit.E003"),
        ({"audited": True, "append_only": AppendOnly()}, "audit.E004"),
    ],
)
def test_a_declaration_that_cannot_be_kept_stops_the_start(monkeypatch, attributes, code):
    for name in ("audited", "append_only"):
        monkeypatch.setattr(Community, name, attributes.get(name), raising=False)
    assert [message.id for message in declarations_can_be_kept()] == [code]


def test_declarations_of_this_code_are_sound():
    assert declarations_can_be_kept() == []
