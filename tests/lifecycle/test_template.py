"""The template: built once per version, grown where it can be, and never left half built."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext, modify_settings, override_settings

from kernel.audit import triggers
from kernel.tenancy import platform_context
from provisioning.errors import ProvisioningError
from provisioning.fleet.replay import bring_to
from provisioning.lifecycle import NewTenant, create_tenant, pool
from provisioning.template import (
    build,
    build_template,
    current_template,
    load_blueprint,
    migrations_fingerprint,
    public_fingerprint,
)
from shared_apps.fleet.models import Blueprint, MigrationStep
from tests.lifecycle.conftest import Heard, die, in_a_dying_process, require_whole

Owner = psycopg.Connection[Any]

FIRST = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.CreateModel("Note", [
        ("id", models.BigAutoField(primary_key=True)),
        ("text", models.CharField(max_length=20, default="")),
    ])]
"""
SECOND = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("{app}", "0001_initial")]
    operations = [migrations.AddField("Note", "at", models.DateField(null=True))]
"""


class Scratch:
    """A tenant app whose migrations the test writes."""

    def __init__(self, folder: Path) -> None:
        self.name = f"scratch_{uuid.uuid4().hex[:8]}"
        self.folder = folder / self.name
        (self.folder / "migrations").mkdir(parents=True)
        (self.folder / "__init__.py").touch()
        (self.folder / "migrations" / "__init__.py").touch()

    def write(self, migration: str, text: str) -> None:
        (self.folder / "migrations" / f"{migration}.py").write_text(text.replace("{app}", self.name))
        sys.modules.pop(f"{self.name}.migrations.{migration}", None)


@pytest.fixture
def scratch(owner: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scratch]:
    made = Scratch(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with (
        modify_settings(INSTALLED_APPS={"append": made.name}),
        override_settings(TENANT_APPS=[*settings.TENANT_APPS, made.name]),
    ):
        yield made


def _columns(owner: Owner, schema: str, table: str) -> list[str]:
    rows = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
        "ORDER BY ordinal_position",
        [schema, table],
    )
    return [row[0] for row in rows]


def test_nothing_to_do_is_one_query(transactional_db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "owner_connection", die)
    with platform_context():
        connection.ensure_connection()
        with CaptureQueriesContext(connection) as queries:
            built = build_template()
    assert built.changed is False
    assert len(queries) == 1
    assert built.fingerprint == migrations_fingerprint()


def test_the_fingerprint_follows_files_and_triggers(scratch: Scratch, monkeypatch: pytest.MonkeyPatch):
    before, public = migrations_fingerprint(), public_fingerprint()
    scratch.write("0001_initial", FIRST)
    written = migrations_fingerprint()
    assert written != before
    assert public_fingerprint() == public
    scratch.write("0001_initial", FIRST + "\n")
    assert migrations_fingerprint() not in (before, written)
    scratch.write("0001_initial", FIRST)
    assert migrations_fingerprint() == written
    (scratch.folder / "migrations" / "_notes.py").write_text("")
    assert migrations_fingerprint() == written
    monkeypatch.setattr(triggers, "fingerprint", lambda: "f" * 64)
    assert migrations_fingerprint() != written


def test_a_new_migration_grows_the_template_and_tells_the_way(owner: Owner, scratch: Scratch, dubova: NewTenant):
    scratch.write("0001_initial", FIRST)
    was = current_template()
    stale = pool.refill(1).built
    grown = build_template()
    assert grown.changed
    assert build_template().changed is False
    scratch.write("0002_second", SECOND)
    twice = build_template()
    with platform_context():
        assert [row.version for row in Blueprint.objects.filter(current=True)] == [twice.version]
        assert Blueprint.objects.filter(version__in=[was.version, grown.version], current=False).count() == 2
        steps = {(step.was, step.became): step for step in MigrationStep.objects.all()}
    first = steps[was.fingerprint, grown.fingerprint]
    assert first.migrations == [f"{scratch.name}.0001_initial"]
    assert any(f'CREATE TABLE "{scratch.name}_note"' in text for text in first.statements)
    assert (grown.fingerprint, twice.fingerprint) in steps
    # Those who go the recorded way come to what the template is.
    with owner.transaction():
        bring_to(owner, "t_alpha", twice.fingerprint)
    require_whole(owner, "t_alpha")
    assert sorted(pool.refill(1).dropped) == sorted(stale)
    create_tenant(dubova, by="оператор")
    require_whole(owner, "t_dubivska")
    assert _columns(owner, "t_dubivska", f"{scratch.name}_note") == ["id", "text", "at"]


@pytest.mark.parametrize("place", ["render_template", "remember"])
def test_a_killed_build_loses_nothing(
    owner: Owner, scratch: Scratch, monkeypatch: pytest.MonkeyPatch, heard: Heard, place: str
):
    was = current_template()
    scratch.write("0001_initial", FIRST)
    with monkeypatch.context() as world:
        world.setattr(build, place, die)
        in_a_dying_process(build_template)
    assert current_template() == was
    assert _columns(owner, "hromada_blueprint", f"{scratch.name}_note")
    built = build_template(progress=heard)
    assert "restore" in heard.steps
    with platform_context():
        step = MigrationStep.objects.get(was=was.fingerprint, became=built.fingerprint)
    assert any(f'CREATE TABLE "{scratch.name}_note"' in text for text in step.statements)
    with owner.transaction():
        bring_to(owner, "t_alpha", built.fingerprint)
    require_whole(owner, "t_alpha")


def test_an_edited_migration_begins_anew(owner: Owner, scratch: Scratch, heard: Heard):
    scratch.write("0001_initial", FIRST)
    first = build_template()
    scratch.write("0001_initial", FIRST.replace("max_length=20", "max_length=40"))
    second = build_template(progress=heard)
    assert "prepare" in heard.steps
    assert second.version != first.version
    with platform_context():
        assert not MigrationStep.objects.filter(was=first.fingerprint).exists()


def test_an_edit_that_changes_no_sql_needs_no_work_from_tenants(owner: Owner, scratch: Scratch):
    scratch.write("0001_initial", FIRST)
    first = build_template()
    scratch.write("0001_initial", "# why\n" + FIRST)
    second = build_template()
    assert (second.version, second.fingerprint == first.fingerprint) == (first.version, False)
    with platform_context():
        assert MigrationStep.objects.get(was=first.fingerprint, became=second.fingerprint).statements == []


def test_four_at_once_build_once(owner: Owner, scratch: Scratch):
    scratch.write("0001_initial", FIRST)

    def attempt(_number: int) -> bool:
        try:
            return build_template().changed
        finally:
            with platform_context():
                connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(attempt, range(4))) == [False, False, False, True]


def test_two_last_migrations_are_refused(owner: Owner, scratch: Scratch):
    scratch.write("0001_initial", FIRST)
    scratch.write("0002_one", SECOND)
    scratch.write("0002_two", SECOND.replace('"at"', '"on"'))
    with pytest.raises(ProvisioningError, match="0002_one, 0002_two"):
        build_template()


def test_what_breaks_the_house_rules_never_becomes_a_template(owner: Owner, scratch: Scratch):
    was = current_template()
    scratch.write("0001_initial", FIRST.replace("models.BigAutoField", "models.AutoField"))
    with pytest.raises(Exception, match="не bigint"):
        build_template()
    assert current_template() == was
    scratch.write("0001_initial", FIRST)
    assert build_template().changed


def test_old_versions_stay_readable(owner: Owner, scratch: Scratch):
    was = current_template()
    scratch.write("0001_initial", FIRST)
    built = build_template()
    load_blueprint.cache_clear()
    assert load_blueprint(was.version).version == was.version
    assert {table.name for table in load_blueprint(built.version).tables} - {
        table.name for table in load_blueprint(was.version).tables
    } == {f"{scratch.name}_note"}


def test_a_forced_build_comes_to_the_same(owner: Owner, heard: Callable[..., None]):
    was = current_template()
    built = build_template(force=True, progress=heard)
    assert (built.version, built.fingerprint, built.changed) == (was.version, was.fingerprint, True)
