"""To another PostgreSQL cluster: everything arrives, the source keeps an archived copy, a killed move is repeated."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import psycopg
import pytest

from kernel.access.models import User
from kernel.tenancy import platform_context, tenant_context
from provisioning.archive import move as moving
from provisioning.archive.move import move_tenant
from provisioning.errors import BadInput, IllegalMove, Inconsistent
from provisioning.local import stack
from shared_apps.communities.models import Community

PREPARE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from kernel.tenancy import platform_context
from provisioning.fleet.migrate import migrate_fleet
from provisioning.lifecycle.plans import seed_plans
with platform_context():
    migrate_fleet()
    seed_plans()
"""


@dataclass
class Other:
    admin_url: str
    superuser_url: str


@pytest.fixture(scope="module")
def other_cluster():
    """Another installation of the same version, with nobody in it."""
    kept = {name: os.environ.pop(name) for name in ("DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL")}
    profile = stack.claim("test")
    started = stack.start(profile)
    os.environ.update(kept)
    try:
        with psycopg.connect(started.superuser_url.replace("/hromada?", "/postgres?"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS hromada_pristine WITH (FORCE)")
            connection.execute("DROP DATABASE IF EXISTS hromada WITH (FORCE)")
            for (role,) in connection.execute(
                "SELECT rolname FROM pg_roles WHERE rolname ~ '^(t_|pool_)' OR rolname = 'hromada_blueprint'"
            ).fetchall():
                connection.execute(f'DROP ROLE "{role}"')
        from provisioning.local import roles

        roles.prepare_embedded(started.superuser_url.replace("/hromada?", "/postgres?"))
        subprocess.run([sys.executable, "-c", PREPARE], env={**os.environ, **started.environment()}, check=True)
        yield Other(started.admin_url, started.superuser_url or "")
    finally:
        stack.stop(profile)


@pytest.fixture
def target(other_cluster):
    yield other_cluster
    with psycopg.connect(other_cluster.superuser_url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS t_alpha CASCADE")
        for table in ("statechange", "quota", "domain", "community"):
            connection.execute(f"DELETE FROM communities_{table}")
        connection.execute("DELETE FROM fleet_schemaversion WHERE schema_name = 't_alpha'")
        connection.execute("DROP OWNED BY t_alpha") if _has_role(connection) else None
        connection.execute("DROP ROLE IF EXISTS t_alpha")


def _has_role(connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 't_alpha'").fetchone())


def _users(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("SELECT email FROM t_alpha.access_user").fetchall()}


def test_moved_whole(inhabited, target):
    with tenant_context(inhabited):
        before = set(User.objects.values_list("email", flat=True))
    moved = move_tenant("alpha", target_url=target.admin_url, by="тест", reason="новий сервер")
    assert moved.rows > len(before)
    assert _users(target.superuser_url) == before
    with platform_context():
        here = Community.objects.get(slug="alpha")
    assert (here.state, here.read_only) == ("archived", True)
    with psycopg.connect(target.superuser_url) as connection:
        row = connection.execute("SELECT state, read_only FROM communities_community WHERE slug = 'alpha'").fetchone()
        assert row == ("active", False)
        assert connection.execute("SELECT count(*) FROM communities_domain").fetchone() == (1,)


def test_dry_run_moves_nothing(inhabited, target):
    assert move_tenant("alpha", target_url=target.admin_url, by="тест", reason="проба", dry_run=True).dry_run
    with psycopg.connect(target.superuser_url) as connection:
        assert connection.execute("SELECT to_regnamespace('t_alpha')").fetchone() == (None,)
    with platform_context():
        assert not Community.objects.get(slug="alpha").read_only


def test_failed_copy_gives_the_tenant_back(inhabited, target, monkeypatch):
    def broken(*_args, **_kwargs):
        raise Inconsistent("Дріт перерізано.", "повторіть.")

    monkeypatch.setattr(moving, "require_same", broken)
    with pytest.raises(Inconsistent):
        move_tenant("alpha", target_url=target.admin_url, by="тест", reason="новий сервер")
    with platform_context():
        here = Community.objects.get(slug="alpha")
    assert (here.state, here.read_only) == ("active", False)
    with psycopg.connect(target.superuser_url) as connection:
        assert connection.execute("SELECT to_regnamespace('t_alpha')").fetchone() == (None,)
        assert connection.execute("SELECT count(*) FROM communities_community").fetchone() == (0,)
    monkeypatch.undo()
    assert move_tenant("alpha", target_url=target.admin_url, by="тест", reason="знову").rows


def test_interrupted_before_retiring_is_finished_by_repeating(inhabited, target, monkeypatch):
    """Copied and committed there, killed before the source was archived: repeating copies nothing twice."""

    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(moving, "archive_moved", killed)
    with pytest.raises(KeyboardInterrupt):
        move_tenant("alpha", target_url=target.admin_url, by="тест", reason="новий сервер")
    monkeypatch.undo()
    moved = move_tenant("alpha", target_url=target.admin_url, by="тест", reason="новий сервер")
    assert moved.rows == 0
    with platform_context():
        assert Community.objects.get(slug="alpha").state == "archived"


def test_refusals(inhabited, target):
    with pytest.raises(BadInput, match="та сама база"):
        move_tenant("alpha", target_url=os.environ["DATABASE_ADMIN_URL"], by="тест", reason="помилка")
    with pytest.raises(BadInput, match="причини"):
        move_tenant("alpha", target_url=target.admin_url, by="тест", reason=" ")
    with psycopg.connect(target.superuser_url, autocommit=True) as connection:
        connection.execute("UPDATE fleet_schemaversion SET fingerprint = 'old' WHERE schema_name = 'public'")
        try:
            with pytest.raises(Inconsistent, match="іншої версії"):
                move_tenant("alpha", target_url=target.admin_url, by="тест", reason="новий сервер")
        finally:
            connection.execute(
                "UPDATE fleet_schemaversion SET fingerprint = %s WHERE schema_name = 'public'",
                [_public_fingerprint()],
            )
    with platform_context():
        Community.objects.filter(slug="alpha").update(state="suspended")
    with pytest.raises(IllegalMove):
        move_tenant("alpha", target_url=target.admin_url, by="тест", reason="новий сервер")


def _public_fingerprint() -> str:
    from provisioning.template import public_fingerprint

    return public_fingerprint()
