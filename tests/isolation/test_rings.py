from __future__ import annotations

import io
import threading

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.db import connection, transaction

from kernel.access.models import User
from kernel.tenancy import ScopeUnset, tenant_context
from kernel.tenancy.files import inside, storage
from kernel.tenancy.log import add_scope
from kernel.tenancy.scope import scope_context
from tests.isolation import rings


def test_edge(alpha, beta):
    rings.edge_keeps_hosts_apart(alpha, beta)


def test_database(alpha, beta):
    rings.database_refuses_neighbours(alpha, beta)


def test_role_owns_nothing(alpha, superuser_connection):
    rings.role_owns_nothing(alpha, superuser_connection)


def test_kernel(alpha, beta):
    rings.kernel_keeps_things_apart(alpha, beta)


def test_unset_scope(alpha):
    rings.unset_scope_reaches_nothing()


def test_only_sanctioned_places_cross():
    assert rings.crossings(rings.ROOT) == []


def test_new_thread_has_no_scope(in_alpha):
    seen: list[type[BaseException]] = []

    def work():
        try:
            User.objects.count()
        except ScopeUnset as error:
            seen.append(type(error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [ScopeUnset]


def test_rollback_forgets_the_applied_scope(transactional_db, alpha, beta):
    """A SET is undone with its transaction; the backend must not believe it is still in force."""
    with tenant_context(beta):
        User.objects.create_user("only@beta.example", "Синій-тролейбус-7", last_name="Лисенко", first_name="Олег")
    with tenant_context(alpha):
        connection.close()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            User.objects.count()
            raise ZeroDivisionError
        assert not User.objects.filter(email="only@beta.example").exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema(), current_user")
            assert cursor.fetchone() == (alpha.schema, alpha.schema)


def test_savepoint_rollback_forgets_the_applied_scope(alpha, beta):
    with tenant_context(alpha), transaction.atomic():
        User.objects.count()
        with pytest.raises(ZeroDivisionError), transaction.atomic(), tenant_context(beta):
            User.objects.count()
            raise ZeroDivisionError
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema(), current_user")
            assert cursor.fetchone() == (alpha.schema, alpha.schema)


@pytest.mark.parametrize(
    "name", ["../beta/x", "/etc/passwd", "a/../../x", "..\\..\\x", "..", ".", "a/\x00b", "a/./../../b"]
)
def test_paths_do_not_climb(name, in_alpha):
    with pytest.raises(SuspiciousFileOperation):
        inside(name)
    with pytest.raises((SuspiciousFileOperation, ValueError)):
        storage.save(name, io.BytesIO(b"x"))


def test_planted_link_does_not_lead_out(in_alpha, tmp_path, settings):
    from pathlib import Path

    outside = tmp_path / "outside"
    outside.mkdir()
    home = Path(storage.path("x")).parent
    home.mkdir(parents=True, exist_ok=True)
    (home / "door").symlink_to(outside)
    try:
        with pytest.raises(SuspiciousFileOperation):
            storage.save("door/loot.txt", io.BytesIO(b"x"))
    finally:
        (home / "door").unlink()


def test_log_lines_name_the_tenant(in_alpha):
    assert add_scope(None, "info", {})["tenant"] == "alpha"
    with scope_context(None):
        assert add_scope(None, "info", {})["tenant"] is None
