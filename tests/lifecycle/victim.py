"""Run as a program on a cluster of its own: does what the crash tests kill the server, or the worker, under.

`prepare` fills an empty database with a small fleet. `create`, `migrate`, `export`, `restore` and `worker` stop inside
the named step until told to go on; the same with an empty step does not stop. `whole-…` says that nothing is half done.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

TOWNS = ("selo-a", "selo-b", "selo-c")
ARCHIVE = "selo-a.hromada"


def main(command: str, step: str = "") -> int:
    django.setup()
    from kernel.tenancy import platform_context
    from provisioning.errors import ProvisioningError

    _install_release()
    with platform_context():
        try:
            COMMANDS[command](step)
        except ProvisioningError as error:
            tell(error=error.code, fact=error.fact, cure=error.cure)
            return int(error.exit_code)
    return 0


def tell(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def wait_inside(step: str) -> None:
    tell(inside=step)
    sys.stdin.readline()


def room() -> Path:
    return Path(os.environ["HROMADA_STATE"]).parent


def _install_release() -> None:
    """From the moment the new version is out, every program here runs it."""
    from django.conf import settings

    if (room() / "next_release").exists():
        sys.path.insert(0, str(room()))
        settings.MIGRATION_MODULES = {"jobs": "next_release"}


def prepare(_step: str) -> None:
    from dataclasses import replace

    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from provisioning.lifecycle import create_tenant
    from provisioning.template import build_template
    from tests.lifecycle.conftest import DUBOVA

    executor = MigrationExecutor(connections["owner"])
    executor.migrate(executor.loader.graph.leaf_nodes())
    version = build_template().version
    for number, slug in enumerate(TOWNS):
        name = f"Громада села {'абв'[number] * 4}"
        facts = {"name": name, "short_name": "", "edrpou": f"4000000{number}", "edrpou_override_reason": "вигаданий"}
        create_tenant(replace(DUBOVA, slug=slug, **facts), by="оператор")
    tell(template=version)


def create(step: str) -> None:
    from provisioning.lifecycle import create_tenant
    from tests.lifecycle.conftest import DUBOVA

    stop_at_marks(step, wait_inside)
    tell(created=create_tenant(DUBOVA, by="оператор").slug)


def stop_at_marks(step: str, stop: Callable[[str], None]) -> None:
    """Within the transaction of the step: what it did is there, and is not committed."""
    from provisioning.lifecycle import journal

    def stopping(mark: Callable[..., Any]) -> Callable[..., Any]:
        def marking(*args: Any) -> Any:
            result = mark(*args)
            if step and step in (mark.__name__, *map(str, args)):
                stop(step)
            return result

        return marking

    for name in ("mark", "mark_as_owner", "finish"):
        setattr(journal, name, stopping(getattr(journal, name)))


def whole_creation(_step: str) -> None:
    from provisioning.db import owner_connection
    from provisioning.errors import Taken
    from provisioning.lifecycle import create_tenant, pool
    from tests.lifecycle.conftest import DUBOVA, require_no_orphans, require_whole

    try:
        create_tenant(DUBOVA, by="оператор")
    except Taken as done:
        tell(already=done.fact)
    with owner_connection("tests") as connection:
        require_whole(connection, "t_dubivska")
        require_no_orphans(connection)
    tell(ready=pool.refill(1).ready)


def release(_step: str) -> None:
    from tests.fleet.release import ADD_NOTE, Release

    Release(room() / "next_release")(ADD_NOTE)
    tell(released=True)


def migrate(step: str) -> None:
    """Stops in the template, or in the transaction of a tenant."""
    from provisioning.fleet import replay
    from provisioning.fleet.migrate import migrate_fleet
    from provisioning.template import build

    remember, render = replay.remember, build.render_template

    def remembering(connection: Any, schema: str, fingerprint: str) -> None:
        remember(connection, schema, fingerprint)
        if schema == step:
            wait_inside(step)

    def rendering(*args: Any, **kwargs: Any) -> Any:
        if step == "template":
            wait_inside(step)
        return render(*args, **kwargs)

    replay.remember, build.render_template = remembering, rendering
    report = migrate_fleet(workers=2)
    tell(migrated=sorted(outcome.schema for outcome in report.outcomes if outcome.ok), idle=report.idle)


def whole_fleet(_step: str) -> None:
    """Each schema is wholly of the version it is said to be of."""
    from provisioning.db import owner_connection
    from shared_apps.fleet.models import SchemaVersion

    with owner_connection("tests") as connection:
        rows = connection.execute(
            "SELECT table_schema FROM information_schema.columns WHERE table_name = 'jobs_job' "
            "AND column_name = 'note' AND table_schema ~ '^t_'"
        )
        changed = {schema for (schema,) in rows}
    versions = dict(
        SchemaVersion.objects.filter(schema_name__startswith="t_").values_list("schema_name", "fingerprint")
    )
    of_changed = {versions[schema] for schema in changed}
    of_others = {fingerprint for schema, fingerprint in versions.items() if schema not in changed}
    tell(
        changed=sorted(changed), consistent=len(of_changed) <= 1 and len(of_others) <= 1 and not of_changed & of_others
    )


def verified_fleet(_step: str) -> None:
    from provisioning.fleet.status import verify_fleet
    from shared_apps.fleet.models import FleetRun

    tell(differences=verify_fleet(), runs=list(FleetRun.objects.values_list("status", flat=True)))


def export(step: str) -> None:
    from provisioning.archive.export import export_tenant

    tell(rows=export_tenant("selo-a", room() / ARCHIVE, by="оператор", progress=stopping_at(step)).rows)


def whole_export(_step: str) -> None:
    from provisioning.archive.verify import verify_archive

    tell(left=sorted(path.name for path in room().glob("*selo-a*")))
    if (room() / ARCHIVE).exists():
        tell(ok=verify_archive(room() / ARCHIVE).ok)


def restore(step: str) -> None:
    from provisioning.archive.restore import restore_tenant

    restored = restore_tenant(room() / ARCHIVE, slug="selo-new", by="оператор", progress=stopping_at(step))
    tell(rows=restored.rows)


def whole_restore(_step: str) -> None:
    from provisioning.archive.verify import verify_tenant
    from provisioning.db import owner_connection
    from shared_apps.communities.models import Community
    from tests.lifecycle.conftest import require_no_orphans

    with owner_connection("tests") as connection:
        require_no_orphans(connection)
    known = {str(pk) for pk in Community.objects.values_list("pk", flat=True)}
    media = room() / "media" / "tenants"
    folders = {path.relative_to(media).parts[0] for path in media.rglob("*") if path.is_file()}
    there = Community.objects.filter(slug="selo-new").exists()
    tell(there=there, strangers=sorted(folders - known), problems=verify_tenant("selo-new").problems if there else [])


def stopping_at(step: str) -> Callable[[Any], None]:
    """`rows:5` is the moment when the fifth table is done."""

    def progress(report: Any) -> None:
        if step == f"{report.step}:{report.done}":
            wait_inside(step)

    return progress


def put_file(_step: str) -> None:
    from django.core.files.base import ContentFile

    from kernel.tenancy import tenant_context
    from kernel.tenancy.files import storage
    from shared_apps.communities.models import Community

    with tenant_context(Community.objects.get(slug="selo-a")):
        tell(saved=storage.save("рішення.txt", ContentFile("Про бюджет".encode())))


def worker(step: str) -> None:
    """A real worker with its children; a child that has come to the step sleeps in it."""
    from config.celery import app

    def sleep_inside(step: str) -> None:
        tell(inside=step)
        time.sleep(60)

    stop_at_marks(step, sleep_inside)
    app.conf.worker_redirect_stdouts = False
    # As the stack itself starts it, with one child.
    app.worker_main(["--quiet", "worker", "--concurrency", "1", "--loglevel", "ERROR", "--without-mingle"])


COMMANDS: dict[str, Callable[[str], None]] = {
    "prepare": prepare,
    "create": create,
    "whole-creation": whole_creation,
    "release": release,
    "migrate": migrate,
    "whole-fleet": whole_fleet,
    "verified-fleet": verified_fleet,
    "export": export,
    "whole-export": whole_export,
    "restore": restore,
    "whole-restore": whole_restore,
    "put-file": put_file,
    "worker": worker,
}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
