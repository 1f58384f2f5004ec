"""What the tests of a tenant's life share: a request for a new tenant, and the whole catalogue before and after."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from kernel.tenancy.scope import scope_context
from provisioning.blueprint import diff_schemas
from provisioning.db import owner_connection
from provisioning.lifecycle import NewTenant, deletion
from provisioning.progress import Report
from tests.database import maintenance

DUBOVA = NewTenant(
    name="Дубівська сільська територіальна громада",
    short_name="Дубівська громада",
    katottg="UA99020010000000003",
    edrpou="21556730",
)


@pytest.fixture
def dubova() -> NewTenant:
    return DUBOVA


@pytest.fixture
def another() -> Callable[..., NewTenant]:
    """More tenants that collide with nobody."""
    numbers = iter(range(100))

    def make(**facts: Any) -> NewTenant:
        number = next(numbers)
        wanted = {
            "name": f"Громада села {'абвгдежзик'[number % 10] * (3 + number // 10)}",
            "slug": f"selo-{number:02d}-{'abcdefghik'[number % 10]}",
            "short_name": "",
            "edrpou": f"4{number:07d}",
            "edrpou_override_reason": "вигаданий код для перевірки",
        }
        return replace(DUBOVA, **{**wanted, **facts})

    return make


@pytest.fixture
def owner(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    with owner_connection("tests") as connection:
        # Its neighbours stand in a place that the reference knows.
        connection.execute("UPDATE communities_community SET katottg = %s WHERE slug = 'alpha'", [DUBOVA.katottg])
        yield connection


@pytest.fixture(autouse=True)
def no_waiting_for_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "TTL_SECONDS", 0.01)


@pytest.fixture(autouse=True)
def archives(settings: Any, tmp_path: Path) -> Path:
    settings.ARCHIVE_ROOT = tmp_path / "archives"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return settings.ARCHIVE_ROOT


class Heard(list[Report]):
    """A progress that remembers."""

    def __call__(self, report: Report, /) -> None:
        self.append(report)

    @property
    def steps(self) -> list[str]:
        return [report.step for report in self if not report.finished]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def everything(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Every row of public, every schema with its tables, every role: what a dry run must leave as it was."""
    tables = [
        row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    ]
    rows = {
        table: connection.execute(
            f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t'
        ).fetchone()
        for table in tables
        if table not in ("spatial_ref_sys",)
    }
    catalogue = connection.execute(
        "SELECT n.nspname, c.relname, c.relkind::text, c.relacl::text FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\\_%' ORDER BY 1, 2"
    ).fetchall()
    roles = connection.execute("SELECT rolname FROM pg_roles ORDER BY 1").fetchall()
    schemas = connection.execute("SELECT nspname, nspacl::text FROM pg_namespace ORDER BY 1").fetchall()
    return {"rows": rows, "catalogue": catalogue, "roles": roles, "schemas": schemas}


def require_whole(connection: psycopg.Connection[Any], schema: str) -> None:
    """The schema is what the template is, with its role, its version and its base rows."""
    assert diff_schemas(connection, "hromada_blueprint", schema) == []
    versions = connection.execute(
        "SELECT fingerprint FROM fleet_schemaversion WHERE schema_name IN ('hromada_blueprint', %s)", [schema]
    ).fetchall()
    assert len(versions) == 2
    assert len(set(versions)) == 1
    applied = [
        connection.execute(f"SELECT app, name FROM {name}.django_migrations ORDER BY 1, 2").fetchall()
        for name in ("hromada_blueprint", schema)
    ]
    assert applied[0] == applied[1]


def require_no_orphans(connection: psycopg.Connection[Any]) -> None:
    """Schemas, roles and rows agree with one another, all of them."""
    schemas = _column(
        connection, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 't\\_%' OR nspname LIKE 'pool\\_%'"
    )
    roles = _column(connection, "SELECT rolname FROM pg_roles WHERE rolname LIKE 't\\_%' OR rolname LIKE 'pool\\_%'")
    versions = _column(
        connection,
        "SELECT schema_name FROM fleet_schemaversion WHERE schema_name NOT IN ('public', 'hromada_blueprint')",
    )
    owned = _column(
        connection,
        "SELECT schema_name FROM communities_community WHERE state IN ('active', 'suspended', 'archived') "
        "UNION SELECT schema_name FROM fleet_poolschema",
    )
    assert schemas == roles == versions == owned


def _column(connection: psycopg.Connection[Any], query: str) -> set[str]:
    return {row[0] for row in connection.execute(query)}


def in_a_dying_process(work: Callable[[], object]) -> None:
    """Run it in a process of its own, which must be killed outright before it ends."""
    with scope_context(None):
        for connection in connections.all(initialized_only=True):
            connection.close()
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended before it came to the place where it dies"
    assert os.WTERMSIG(status) == signal.SIGKILL
    _until_the_server_let_go()


def _until_the_server_let_go() -> None:
    """What a killed client had begun is being undone; its locks go when that is done."""
    with maintenance() as connection:
        for _attempt in range(300):
            row = connection.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()"
            ).fetchone()
            if row and not row[0]:
                return
            time.sleep(0.05)
    raise AssertionError("The server still holds locks of the killed process.")


def die(*_args: Any, **_kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
