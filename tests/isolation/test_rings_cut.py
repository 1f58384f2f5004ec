"""Remove one ring at a time: the attempt that it used to stop must now get through, and be noticed."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from psycopg import sql

from kernel.tenancy import files, signing
from tests.isolation import rings


def test_without_keys_of_its_own_an_edge_lets_links_through(alpha, beta, monkeypatch):
    monkeypatch.setattr(signing.ScopedSecret, "_scoped", lambda self: "one key for all")
    with pytest.raises(AssertionError, match="foreign signed link"):
        rings.edge_keeps_hosts_apart(alpha, beta)


def test_without_hosts_everything_is_one_tenant(alpha, beta, monkeypatch):
    monkeypatch.setattr("kernel.tenancy.middleware.site_of", lambda host: ("tenant", alpha))
    with pytest.raises(AssertionError):
        rings.edge_keeps_hosts_apart(alpha, beta)


def test_without_roles_raw_sql_reaches_neighbours(transactional_db, alpha, beta, superuser_connection):
    for grant in ("GRANT USAGE ON SCHEMA {beta} TO {alpha}", "GRANT SELECT ON ALL TABLES IN SCHEMA {beta} TO {alpha}"):
        superuser_connection.execute(
            sql.SQL(grant).format(alpha=sql.Identifier(alpha.schema), beta=sql.Identifier(beta.schema))
        )
    with pytest.raises(AssertionError, match="the database allowed"):
        rings.database_refuses_neighbours(alpha, beta)


def test_without_scoped_keys_the_cache_leaks(alpha, beta, monkeypatch):
    monkeypatch.setattr(caches["default"], "key_func", lambda key, prefix, version: key)
    with pytest.raises(AssertionError, match="cache answered"):
        rings.kernel_keeps_things_apart(alpha, beta)


def test_without_folders_files_leak(alpha, beta, monkeypatch):
    monkeypatch.setattr(files, "folder", lambda: "everybody")
    with pytest.raises(AssertionError, match="file is visible"):
        rings.kernel_keeps_things_apart(alpha, beta)


def test_without_fail_closed_the_unset_scope_works(alpha, monkeypatch):
    monkeypatch.setattr("tests.isolation.rings.current_tenant", lambda: alpha)
    with pytest.raises(AssertionError, match="worked with no scope"):
        rings.unset_scope_reaches_nothing()


def test_a_walk_outside_the_sanctioned_places_is_noticed(tmp_path):
    stray = tmp_path / "tenant_apps" / "people" / "leaks" / "operations.py"
    stray.parent.mkdir(parents=True)
    stray.write_text("def all_of_them(tenant):\n    with tenant_context(tenant):\n        return 1\n")
    assert rings.crossings(tmp_path) == ["tenant_apps/people/leaks/operations.py:2 tenant_context"]
