"""What the trigger writes: every way of changing a row, with who, from where and why."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction
from psycopg import sql

from kernel.access.models import User
from kernel.audit import triggers
from kernel.audit.models import History
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.actor import Actor, acting


def entries(**conditions):
    return list(History.objects.filter(table_name="access_user", **conditions).order_by("id"))


def test_every_change_says_who_when_where_and_what(db, in_alpha, by_olena, new_user):
    user = new_user()
    key = str(user.pk)
    user.position = "діловод"
    user.save()
    user.delete()
    created, changed, deleted = entries()
    assert [entry.action for entry in (created, changed, deleted)] == ["insert", "update", "delete"]
    assert created.row_id == key
    assert created.before is None and created.after["last_name"] == "Шевчук"
    assert (changed.before, changed.after) == ({"position": ""}, {"position": "діловод"})
    assert deleted.after is None and deleted.before["position"] == "діловод"
    for entry in (created, changed, deleted):
        assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("user", "7", "Коваленко Олена Петрівна")
        assert (entry.address, entry.request_id, entry.reason) == ("10.0.0.5", "запит-1", "заява № 12")
        assert entry.db_role == in_alpha.schema
        assert entry.xact > 0
    assert created.at < changed.at < deleted.at


def test_excluded_columns_never_leave_their_table(db, in_alpha, new_user):
    user = new_user()
    user.set_password("Зелений-міст-над-рікою-9")
    user.save()
    user.delete()
    kept = [entry.before or {} for entry in entries()] + [entry.after or {} for entry in entries()]
    assert all("password" not in row and "last_login" not in row for row in kept)
    assert len(entries()) == 2, "a change of nothing but excluded columns is no entry"


def test_saving_without_change_is_no_entry(db, in_alpha, new_user):
    user = new_user()
    user.save()
    assert len(entries()) == 1


def test_bulk_changes_and_raw_sql_are_recorded(db, in_alpha, by_olena, new_user):
    for number in range(3):
        new_user(f"u{number}@alpha.example")
    User.objects.update(department="ЦНАП")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_user SET position = 'адміністратор' WHERE email LIKE 'u%'")
    User.objects.bulk_create([User(email="b@alpha.example", last_name="Б", first_name="Б")])
    assert [entry.action for entry in entries()] == ["insert"] * 3 + ["update"] * 6 + ["insert"]
    assert [entry.after for entry in entries(action="update")[3:]] == [{"position": "адміністратор"}] * 3
    assert all(entry.actor_id == "7" for entry in entries())


def test_rolled_back_changes_leave_no_history(db, in_alpha, new_user):
    class Change(Exception):
        pass

    with pytest.raises(Change), transaction.atomic():
        new_user()
        assert len(entries()) == 1
        raise Change
    assert entries() == []


def test_without_an_actor_the_role_is_what_is_known(db, in_alpha, new_user):
    with acting(None):
        new_user()
    (entry,) = entries()
    assert (entry.actor_kind, entry.actor_name, entry.db_role) == ("", "", in_alpha.schema)


def test_the_actor_of_one_piece_of_work_is_not_the_actor_of_the_next(db, in_alpha, by_olena, new_user):
    new_user("a@alpha.example")
    with acting(Actor("job", "j-1", "kernel.audit.seal_all")):
        new_user("b@alpha.example")
    new_user("c@alpha.example")
    assert [entry.actor_kind for entry in entries()] == ["user", "job", "user"]


def test_qualified_changes_by_the_owner_are_written_where_they_belong(
    transactional_db, alpha, beta, new_user, owner_connection
):
    with tenant_context(beta):
        new_user("one@beta.example")
    owner_connection.execute("SET search_path = t_alpha, public")
    owner_connection.execute("UPDATE t_beta.access_user SET position = 'змінено здалеку'")
    with tenant_context(beta):
        assert [entry.action for entry in entries()] == ["insert", "update"]
        assert entries()[1].db_role == "hromada_owner"
    with tenant_context(alpha):
        assert entries() == []


def test_platform_accounts_have_their_own_history(db, platform, in_alpha, new_user):
    with platform_context():
        new_user("operator@console.example")
        assert [entry.db_role for entry in entries()] == ["hromada_app"]
    assert entries() == []


def test_history_follows_a_renamed_schema(transactional_db, alpha, new_user, owner_connection):
    with tenant_context(alpha):
        new_user()
    owner_connection.execute("ALTER SCHEMA t_alpha RENAME TO t_renamed")
    owner_connection.execute("UPDATE t_renamed.access_user SET position = 'після перейменування'")
    row = owner_connection.execute(
        "SELECT count(*) FROM t_renamed.audit_history WHERE table_name = 'access_user'"
    ).fetchone()
    assert row == (2,)
    assert triggers.trigger_sql(owner_connection.cursor(), "t_renamed") == []


@pytest.mark.parametrize("table", ["audit_history", "audit_seal"])
@pytest.mark.parametrize("schema", ["t_alpha", "public"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO {table} DEFAULT VALUES",
        "UPDATE {table} SET id = id",
        "DELETE FROM {table}",
        "TRUNCATE {table}",
        "LOCK TABLE {table} IN SHARE MODE",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "SELECT setval('{sequence}', 1)",
        "SELECT nextval('{sequence}')",
    ],
)
def test_the_application_cannot_touch_the_journal(db, app_connection, schema, table, statement):
    role = "hromada_app" if schema == "public" else schema
    app_connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    app_connection.execute("SET hromada.restoring = on")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), app_connection.transaction():
        app_connection.execute(statement.format(table=f"{schema}.{table}", sequence=f"{schema}.{table}_id_seq"))


@pytest.mark.parametrize(
    "statement", ["UPDATE t_alpha.{} SET id = id", "DELETE FROM t_alpha.{}", "TRUNCATE t_alpha.{}"]
)
@pytest.mark.parametrize("table", ["audit_history", "audit_seal", "audit_view", "audit_witness"])
def test_not_even_the_owner_rewrites_a_journal(transactional_db, alpha, new_user, owner_connection, table, statement):
    from kernel.audit.chain import seal_history
    from kernel.audit.models import Viewing, Witness
    from kernel.audit.viewing import log_view

    with tenant_context(alpha):
        log_view(new_user(), purpose=Viewing.Purpose.DUTY)
        seal_history()
        Witness.objects.create(subject="x", name="x", seal_id=1, last_id=1, hash="0" * 64)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="лише доповнюється"):
        owner_connection.execute(statement.format(table))


def test_the_restore_engine_may(transactional_db, alpha, new_user, restoring):
    with tenant_context(alpha):
        new_user()
    assert restoring.execute("DELETE FROM t_alpha.audit_history").rowcount > 0
    restoring.execute("UPDATE t_alpha.access_user SET position = 'з архіву'")
    assert restoring.execute("SELECT count(*) FROM t_alpha.audit_history").fetchone() == (0,), (
        "restored rows bring theirs"
    )
