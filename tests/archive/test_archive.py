"""Out and back in: nothing lost, nothing doubled, and a bad archive touches nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from kernel.access.models import User
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.files import storage
from provisioning.archive.clone import clone_tenant
from provisioning.archive.errors import ArchiveRefused
from provisioning.archive.export import export_tenant
from provisioning.archive.restore import restore_tenant, sweep_interrupted
from provisioning.archive.verify import verify_archive, verify_tenant
from provisioning.blueprint import diff_schemas
from provisioning.errors import Taken
from shared_apps.communities.models import Community
from tests.archive.conftest import MANY


def _schemas(connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT nspname FROM pg_namespace").fetchall()}


def _roles(connection) -> set[str]:
    return {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}


def test_round_trip_under_another_name(inhabited, archive_path, owner_connection):
    manifest = export_tenant("alpha", archive_path, by="тест")
    assert oct(archive_path.stat().st_mode)[-3:] == "600"
    restored = restore_tenant(archive_path, slug="delta", by="тест")
    assert (restored.rows, restored.files) == (manifest.rows, 2)
    with platform_context():
        delta = Community.objects.get(slug="delta").ref
    assert diff_schemas(owner_connection, inhabited.schema, delta.schema) == []
    fields = ("id", "email", "last_name", "first_name")
    with tenant_context(inhabited):
        before = list(User.objects.order_by("id").values_list(*fields))
    with tenant_context(delta):
        assert list(User.objects.order_by("id").values_list(*fields)) == before
        with storage.open("рішення/2026/№ 1.txt") as file:
            assert file.read().decode() == "Про бюджет"
        User.objects.create(email="after@delta.example", last_name="Після", first_name="Відновлення", password="!")
    assert verify_tenant("delta").problems == []
    one, two = verify_tenant("alpha").tables, verify_tenant("delta").tables
    assert one["access_role"] == two["access_role"]
    assert two["access_user"]["rows"] == one["access_user"]["rows"] + 1


def test_spreadsheet_can_read_it(inhabited, archive_path):
    import csv
    import io

    export_tenant("alpha", archive_path, by="тест")
    with zipfile.ZipFile(archive_path) as packed:
        rows = list(csv.DictReader(io.TextIOWrapper(packed.open("tables/access_user.csv"), encoding="utf-8")))
        assert "Альфівська громада" in packed.read("ПРОЧИТАЙТЕ.txt").decode()
    assert len(rows) >= MANY
    assert {"Мар’яненко\nдругий рядок", "NULL", "\\N"} <= {row["last_name"] for row in rows}


@pytest.mark.parametrize("key", ["", "ключ архіву громади"])
@pytest.mark.parametrize("damage", ["cut", "flip", "tail", "grown"])
def test_damaged_archive_changes_nothing(inhabited, archive_path, owner_connection, key, damage):
    export_tenant("alpha", archive_path, by="тест", key=key)
    raw = bytearray(archive_path.read_bytes())
    if damage == "cut":
        raw = raw[: len(raw) // 2]
    elif damage == "flip":
        raw[len(raw) // 3] ^= 0xFF
    elif damage == "tail":
        raw = raw[:-3]
    else:
        raw += b"more"
    archive_path.write_bytes(bytes(raw))
    schemas, roles = _schemas(owner_connection), _roles(owner_connection)
    if damage == "grown" and not key:
        # A ZIP may be followed by bytes that belong to nobody; nothing of it is read.
        assert verify_archive(archive_path).ok
        return
    with pytest.raises(ArchiveRefused):
        restore_tenant(archive_path, slug="delta", by="тест", key=key)
    assert (_schemas(owner_connection), _roles(owner_connection)) == (schemas, roles)
    with platform_context():
        assert not Community.objects.filter(slug="delta").exists()


def test_altered_row_with_matching_sums_is_still_refused(inhabited, archive_path, tmp_path):
    """Whoever edits a table and its sum in the manifest does not have the seal's key."""
    import hashlib
    import json

    export_tenant("alpha", archive_path, by="тест")
    forged = tmp_path / "forged.hromada"
    with zipfile.ZipFile(archive_path) as source, zipfile.ZipFile(forged, "w") as target:
        manifest = json.loads(source.read("manifest.json"))
        table = next(entry for entry in manifest["tables"] if entry["name"] == "access_user")
        body = source.read(table["member"]).replace("Єва".encode(), "Ада".encode())
        table["sha256"], table["size"] = hashlib.sha256(body).hexdigest(), len(body)
        for name in source.namelist():
            content = {"manifest.json": json.dumps(manifest).encode(), table["member"]: body}.get(
                name, source.read(name)
            )
            target.writestr(name, content)
    with pytest.raises(ArchiveRefused, match="Печатка"):
        restore_tenant(forged, slug="delta", by="тест")


def test_foreign_archive_needs_a_key_or_a_word(inhabited, archive_path, settings):
    export_tenant("alpha", archive_path, by="тест")
    settings.MASTER_SECRET = "another installation's secret, which is long enough to be one"
    with pytest.raises(ArchiveRefused, match="іншій установці"):
        restore_tenant(archive_path, slug="delta", by="тест")
    assert restore_tenant(archive_path, slug="delta", by="тест", allow_foreign=True, dry_run=True).dry_run
    export_tenant("alpha", archive_path, by="тест", key="спільний ключ")
    settings.MASTER_SECRET = "a third installation's secret, which is long enough to be one"
    assert restore_tenant(archive_path, slug="delta", by="тест", key="спільний ключ", dry_run=True).rows
    with pytest.raises(ArchiveRefused, match="ключем"):
        restore_tenant(archive_path, slug="delta", by="тест", key="не той")
    with pytest.raises(ArchiveRefused, match="зашифровано"):
        restore_tenant(archive_path, slug="delta", by="тест")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", "звичайний текст".encode()])
def test_other_files_are_refused(transactional_db, tmp_path, content):
    path = tmp_path / "file.hromada"
    path.write_bytes(content)
    with pytest.raises(ArchiveRefused):
        restore_tenant(path, slug="delta", by="тест")


def test_taken_name_is_refused_before_writing(inhabited, archive_path):
    export_tenant("alpha", archive_path, by="тест")
    with pytest.raises(Taken):
        restore_tenant(archive_path, slug="beta", by="тест")


def test_dry_run_changes_nothing(inhabited, archive_path, owner_connection):
    export_tenant("alpha", archive_path, by="тест")
    schemas = _schemas(owner_connection)
    assert restore_tenant(archive_path, slug="delta", by="тест", dry_run=True).dry_run
    assert _schemas(owner_connection) == schemas


def test_training_copy_hides_people(inhabited, owner_connection):
    restored = clone_tenant("alpha", target="training", by="тест")
    with platform_context():
        copy = Community.objects.get(slug="training")
    assert copy.training
    with tenant_context(copy):
        names = set(User.objects.values_list("last_name", flat=True))
        emails = set(User.objects.values_list("email", flat=True))
    assert not names & {"NULL", "\\N"}
    assert all(email.endswith("@navchannia.invalid") for email in emails)
    assert restored.rows
    everything = b""
    tables = owner_connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s", [copy.schema_name]
    ).fetchall()
    for (table,) in tables:
        with owner_connection.cursor() as cursor, cursor.copy(f'COPY "{copy.schema_name}"."{table}" TO STDOUT') as rows:
            everything += b"".join(bytes(block) for block in rows)
    assert b"alpha.example" not in everything


KILLED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django; django.setup()
from pathlib import Path
from kernel.tenancy import platform_context
from provisioning.archive.export import export_tenant
from provisioning.archive.restore import restore_tenant
what, path, stop_at = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
seen = 0
def progress(report):
    global seen
    seen += 1
    if seen == stop_at:
        print("here", flush=True)
        import time; time.sleep(60)
with platform_context():
    if what == "export":
        export_tenant("alpha", path, by="тест", progress=progress)
    else:
        restore_tenant(path, slug="delta", by="тест", progress=progress)
"""


def _kill_during(what: str, path, step: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, what, str(path), str(step)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "MEDIA_ROOT": str(settings.MEDIA_ROOT)},
    )
    assert process.stdout and process.stdout.readline().strip() == "here"
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("step", [1, 5, 20])
def test_killed_export_leaves_no_archive(inhabited, archive_path, step):
    _kill_during("export", archive_path, step)
    assert not archive_path.exists()
    assert export_tenant("alpha", archive_path, by="тест").rows
    assert verify_archive(archive_path).ok


@pytest.mark.parametrize("step", [3, 8, 25])
def test_killed_restore_leaves_nothing_and_is_repeated(inhabited, archive_path, owner_connection, step):
    export_tenant("alpha", archive_path, by="тест")
    schemas = _schemas(owner_connection)
    _kill_during("restore", archive_path, step)
    deadline = time.monotonic() + 10
    while _schemas(owner_connection) != schemas and time.monotonic() < deadline:
        time.sleep(0.1)
    assert _schemas(owner_connection) == schemas
    with platform_context():
        assert not Community.objects.filter(slug="delta").exists()
    while True:
        try:
            restored = restore_tenant(archive_path, slug="delta", by="тест")
            break
        except Exception as error:  # the server needs a moment to notice the dead client's lock
            if time.monotonic() > deadline:
                raise AssertionError(error) from error
            time.sleep(0.2)
    assert restored.rows
    assert verify_tenant("delta").problems == []
    assert _files_of_nobody() == set()


def test_files_of_a_killed_restore_are_swept(inhabited, archive_path):
    """Killed while files were laid down and never repeated: the janitor empties the folder, once."""
    export_tenant("alpha", archive_path, by="тест")
    _kill_during("restore", archive_path, 4)
    assert len(_files_of_nobody()) == 1
    with platform_context():
        deadline = time.monotonic() + 10
        while sweep_interrupted() == [] and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _files_of_nobody() == set()
        assert sweep_interrupted() == []
    assert restore_tenant(archive_path, slug="delta", by="тест").rows


def _files_of_nobody() -> set[str]:
    """Folders with files whose community is not there."""
    tenants = Path(settings.MEDIA_ROOT) / "tenants"
    with platform_context():
        known = {str(pk) for pk in Community.objects.values_list("pk", flat=True)}
    return {path.relative_to(tenants).parts[0] for path in tenants.rglob("*") if path.is_file()} - known
