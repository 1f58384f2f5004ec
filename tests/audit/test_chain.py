"""Whatever is done to a sealed journal behind the application's back, the verification names the place.

The journals are built once with real commits; each test forges them as the owner and puts them back.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connections, transaction
from django.utils.timezone import now

from kernel.audit import canonical
from kernel.audit.chain import Break, HistoryBusy, seal_history, verify_chain
from kernel.audit.heads.models import Head
from kernel.audit.models import History, Seal, Witness
from kernel.audit.witness import contradictions, publish_heads
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.scope import scope_context
from shared_apps.communities.models import Community
from tests import database
from tests.audit.people import add_user

TABLES = ("t_alpha.audit_history", "t_alpha.audit_seal", "t_beta.audit_witness", "public.auditheads_head")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Three seals over thirty entries of t_alpha and those it was born with; heads published; t_beta unsealed."""
    with django_db_blocker.unblock():
        with platform_context():
            refs = {community.slug: community.ref for community in Community.objects.all()}
        with tenant_context(refs["alpha"]):
            for part in range(3):
                for number in range(10):
                    add_user(f"p{part}n{number}@alpha.example")
                assert seal_history() == 1
            publish_heads()
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as owner:
            for table in TABLES:
                owner.execute(f"CREATE TABLE extensions.kept_{table.replace('.', '_')} AS TABLE {table}")
        yield refs
        close_connections()
        database.restore_pristine()


@pytest.fixture
def restoring(world):
    """The owner with the restore engine's flag: what an operator with full rights could do to a journal."""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as owner:
        owner.execute("SET hromada.restoring = on")
        yield owner


@pytest.fixture
def journal(world, restoring):
    with tenant_context(world["alpha"]):
        verdict = verify_chain()
        assert verdict.ok and verdict.seals == 3 and verdict.unsealed == 0
        yield world["alpha"]
    for table in TABLES:
        restoring.execute(f"DELETE FROM {table}")
        restoring.execute(
            f"INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM extensions.kept_{table.replace('.', '_')}"
        )


def close_connections() -> None:
    for connection in connections.all(initialized_only=True):
        with scope_context(None):
            connection.close()


def forge_seal(connection: psycopg.Connection, seal: Seal, **changes: object) -> None:
    """A seal recomputed over the rows as they are now, the way somebody who knows the code would do it."""
    digest = connection.execute(
        f"SELECT {canonical.DIGEST} FROM t_alpha.audit_history WHERE id BETWEEN %s AND %s",
        [seal.first_id, seal.last_id],
    ).fetchone()[0]
    new = canonical.link_hash(seal.previous, digest, seal.first_id, seal.last_id, seal.rows, seal.sealed_at)
    connection.execute("UPDATE t_alpha.audit_seal SET digest = %s, hash = %s WHERE id = %s", [digest, new, seal.pk])


def broken():
    verdict = verify_chain()
    assert not verdict.ok
    assert str(verdict) == verdict.broken.explanation
    return verdict.broken


def test_a_journal_without_seals_is_whole(world):
    with tenant_context(world["beta"]):
        verdict = verify_chain()
        assert verdict.ok and (verdict.rows, verdict.seals) == (0, 0)
        assert verdict.unsealed == History.objects.count()


def test_sealing_twice_makes_one_seal(journal):
    assert seal_history() == 0
    assert Seal.objects.count() == 3


def test_new_entries_are_counted_as_unsealed(journal):
    add_user("late@alpha.example")
    verdict = verify_chain()
    assert verdict.ok and verdict.unsealed == 1


def test_seals_cover_all_numbers_without_gaps(journal):
    ends = 0
    for seal in Seal.objects.order_by("id"):
        assert seal.first_id == ends + 1
        ends = seal.last_id
    assert ends == History.objects.order_by("-id").first().pk


CHANGES = (
    'after = after || \'{"last_name": "Інший"}\'',
    "before = '{}'",
    "action = 'update'",
    "table_name = 'access_role'",
    "actor_kind = 'job'",
    "actor_id = 'x'",
    "actor_name = 'Хтось інший'",
    "at = at - interval '1 microsecond'",
    "reason = 'інша'",
    "address = '10.9.9.9'",
    "request_id = 'інший'",
    "xact = xact + 1",
    "db_role = 'x'",
    "row_id = row_id || ' '",
)


def test_a_changed_row(journal, restoring):
    """Every column counts; each change is undone before the next, and then the journal is whole again."""
    changed_columns = {change.split(" = ")[0] for change in CHANGES}
    assert changed_columns == {field.column for field in History._meta.concrete_fields} - {"id"}
    second = Seal.objects.order_by("id")[1]
    target = second.first_id + 3
    restoring.execute("CREATE TEMPORARY TABLE kept AS TABLE t_alpha.audit_history")
    for change in CHANGES:
        restoring.execute(f"UPDATE t_alpha.audit_history SET {change} WHERE id = %s", [target])
        found = broken()
        assert (found.kind, found.seal_id) == (Break.ROW_CHANGED, second.pk), change
        assert f"від № {second.first_id} до № {second.last_id}" in found.explanation
        restoring.execute("DELETE FROM t_alpha.audit_history WHERE id = %s", [target])
        restoring.execute(
            "INSERT INTO t_alpha.audit_history OVERRIDING SYSTEM VALUE SELECT * FROM kept WHERE id = %s", [target]
        )
    assert verify_chain().ok


def test_a_deleted_row(journal, restoring):
    second = Seal.objects.order_by("id")[1]
    restoring.execute("DELETE FROM t_alpha.audit_history WHERE id = %s", [second.last_id])
    found = broken()
    assert (found.kind, found.seal_id) == (Break.ROWS_DELETED, second.pk)
    assert "видалено рядків: 1" in found.explanation


def test_an_inserted_row(journal, restoring):
    """A number that a rolled back transaction left free is used for an entry that never happened."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add_user("never@alpha.example")
        raise ZeroDivisionError
    add_user("after@alpha.example")
    assert seal_history() == 1
    last = Seal.objects.order_by("-id").first()
    assert last.rows == 1 and last.last_id > last.first_id, "the number was drawn and lost"
    restoring.execute(
        "INSERT INTO t_alpha.audit_history OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(h, jsonb_build_object("
        "'id', %s::bigint))).* FROM t_alpha.audit_history h WHERE id = %s",
        [last.first_id, last.last_id],
    )
    found = broken()
    assert (found.kind, found.seal_id) == (Break.ROWS_INSERTED, last.pk)


def test_a_row_before_the_first(journal, restoring):
    restoring.execute("ALTER TABLE t_alpha.audit_history DROP CONSTRAINT audit_history_id_positive")
    restoring.execute(
        "INSERT INTO t_alpha.audit_history OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(h, "
        "'{\"id\": -5}')).* FROM t_alpha.audit_history h LIMIT 1"
    )
    assert broken().kind == Break.ROWS_INSERTED


def test_an_altered_seal(journal, restoring):
    first = Seal.objects.order_by("id").first()
    restoring.execute(
        "UPDATE t_alpha.audit_seal SET sealed_at = sealed_at - interval '1 day' WHERE id = %s", [first.pk]
    )
    found = broken()
    assert (found.kind, found.seal_id) == (Break.SEAL_ALTERED, first.pk)


def test_a_forged_row_with_a_forged_seal_breaks_the_next_one(journal, restoring):
    first, second, _third = Seal.objects.order_by("id")
    restoring.execute("UPDATE t_alpha.audit_history SET actor_name = 'x' WHERE id = %s", [first.first_id])
    forge_seal(restoring, first)
    found = broken()
    assert (found.kind, found.seal_id) == (Break.SEAL_ALTERED, second.pk)


def test_a_removed_seal(journal, restoring):
    _first, second, third = Seal.objects.order_by("id")
    restoring.execute("DELETE FROM t_alpha.audit_history WHERE id BETWEEN %s AND %s", [second.first_id, second.last_id])
    restoring.execute("DELETE FROM t_alpha.audit_seal WHERE id = %s", [second.pk])
    found = broken()
    assert (found.kind, found.seal_id) == (Break.SEAL_ALTERED, third.pk)


def test_a_cut_tail_is_missed_by_the_published_head(journal, restoring):
    last = Seal.objects.order_by("-id").first()
    restoring.execute("DELETE FROM t_alpha.audit_history WHERE id >= %s", [last.first_id])
    restoring.execute("DELETE FROM t_alpha.audit_seal WHERE id = %s", [last.pk])
    found = broken()
    assert (found.kind, found.seal_id) == (Break.TAIL_CUT, last.pk)


def test_a_journal_emptied_with_its_seals(journal, restoring):
    restoring.execute("DELETE FROM t_alpha.audit_history; DELETE FROM t_alpha.audit_seal")
    assert broken().kind == Break.TAIL_CUT


def test_a_rewritten_last_seal_is_missed_by_the_head(journal, restoring):
    last = Seal.objects.order_by("-id").first()
    restoring.execute("UPDATE t_alpha.audit_history SET actor_name = 'x' WHERE id = %s", [last.last_id])
    forge_seal(restoring, last)
    assert broken().kind == Break.TAIL_CUT


def test_witnesses_remember_what_public_forgot(journal, world, restoring):
    """The operator who rewrites a journal and the public list still meets the seal in another community."""
    with tenant_context(world["beta"]):
        kept = Witness.objects.get()
        assert kept.subject in (str(journal.id), "public")
    publish_heads(now().date() + timedelta(days=1))
    assert contradictions() == []
    last = Seal.objects.order_by("-id").first()
    restoring.execute("DELETE FROM public.auditheads_head")
    restoring.execute("DELETE FROM t_alpha.audit_history WHERE id >= %s", [last.first_id])
    restoring.execute("DELETE FROM t_alpha.audit_seal WHERE id = %s", [last.pk])
    assert verify_chain().ok
    (found,) = contradictions()
    assert (found.subject, found.seal_id) == (str(journal.id), last.pk)
    assert world["beta"].name in str(found)


def test_heads_of_all_are_published_once(journal):
    with platform_context():
        published = {head.subject for head in Head.objects.all()}
        count = Head.objects.count()
    assert str(journal.id) in published
    publish_heads()
    with platform_context():
        assert Head.objects.count() == count


def test_only_the_newest_when_asked(journal):
    verdict = verify_chain(newest=10)
    assert verdict.ok and (verdict.rows, verdict.seals, verdict.skipped) == (10, 1, History.objects.count() - 10)
    assert "не звірялися" in str(verdict)


def test_nobody_seals_for_another(app_connection):
    app_connection.execute("SET ROLE t_alpha")
    for target in ("t_beta", "public"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="не опечатує"):
            app_connection.execute("SELECT public.hromada_seal(%s)", [target])
    with pytest.raises(psycopg.errors.InvalidTransactionState), app_connection.transaction():
        app_connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        app_connection.execute("SELECT public.hromada_seal('t_alpha')")


def test_sealing_gives_up_on_a_long_writer_and_loses_nothing(journal, app_connection):
    app_connection.execute("SET ROLE t_alpha; SET search_path = t_alpha, public")
    with app_connection.transaction():
        app_connection.execute("UPDATE access_user SET position = 'довго' WHERE email = 'p0n0@alpha.example'")
        with pytest.raises(HistoryBusy, match="Повторіть"):
            seal_history()
        add_user("meanwhile@alpha.example")
    assert seal_history() == 1
    assert verify_chain().rows == History.objects.count()


def test_writers_go_on_while_others_seal(journal):
    """Four writers with random delays before commit, sealing all the time: every entry ends under a seal."""
    for number in range(4):
        add_user(f"w{number}@alpha.example")
    stop = time.monotonic() + 1.5
    written = [0] * 4

    def write(number: int) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            connection.execute("SET ROLE t_alpha; SET search_path = t_alpha, public")
            connection.commit()
            while time.monotonic() < stop:
                connection.execute(
                    "UPDATE access_user SET position = %s WHERE email = %s",
                    [f"посада {written[number]}", f"w{number}@alpha.example"],
                )
                connection.execute("SELECT pg_sleep(random() * 0.02)")
                if written[number] % 7 == 6:
                    connection.rollback()
                    written[number] += 1
                    continue
                connection.commit()
                written[number] += 1

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    seals = 0
    while time.monotonic() < stop:
        seals += seal_history()
    for writer in writers:
        writer.join()
    seal_history()
    verdict = verify_chain()
    assert verdict.ok, str(verdict)
    assert verdict.rows == History.objects.count() and verdict.unsealed == 0
    assert seals > 10 and sum(written) > 50
