"""Copies laid aside when a tenant leaves: what makes "archived" and "deleted" recoverable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.timezone import localtime

from kernel.tenancy import tenant_context
from provisioning.db import Connection
from provisioning.lifecycle.options import archive_folder
from provisioning.progress import Progress, Report, silent
from provisioning.template import migrations_fingerprint
from provisioning.template.store import record_version
from shared_apps.communities.models import Community

if TYPE_CHECKING:
    from provisioning.archive.container import Archive

# The archive engine creates tenants too, so it imports this package: hence its imports inside functions.


def keep(community: Community, *, by: str, progress: Progress = silent) -> Path:
    """A sealed archive under a name that no later copy will take."""
    from provisioning.archive.export import export_tenant

    moment = localtime().strftime("%Y%m%d-%H%M%S")
    path = archive_folder() / community.slug / f"{community.slug}-{moment}.hromada"
    export_tenant(community.slug, path, by=by, key=settings.ARCHIVE_KEY, progress=progress)
    return path


def bring_back(
    path: Path, community: Community, finish: Callable[[Connection], None], connection: Connection, progress: Progress
) -> None:
    """The archived rows and files back under the same community; `finish` belongs to the same transaction."""
    from provisioning.archive.container import reading
    from provisioning.archive.files import put_file
    from provisioning.archive.rows import STEADY_SPELLING, copy_in, require_same, set_positions, tables_with_rows
    from provisioning.blueprint import Blueprint, build_schema
    from provisioning.fleet.replay import bring_to

    with reading(path, settings.ARCHIVE_KEY) as archive:
        blueprint = Blueprint.from_json(archive.blueprint)
        tables, manifest = tables_with_rows(blueprint), archive.manifest
        entries = {entry.name: entry for entry in manifest.tables}

        def load(owner: Connection, schema: str) -> None:
            owner.execute(STEADY_SPELLING)
            for number, table in enumerate(tables, 1):
                with archive.open(entries[table.name]) as source:
                    copy_in(owner, schema, table, source)
                progress(Report("rows", "Таблиці", number, len(tables), note=table.name))
            set_positions(owner, schema, manifest.sequences)
            require_same(owner, schema, tables, manifest.tables)

        _lay_files(archive, community, put_file, progress)
        with connection.transaction():
            build_schema(connection, blueprint, community.schema_name, load=load)
            record_version(connection, community.schema_name, manifest.fingerprint)
            bring_to(connection, community.schema_name, migrations_fingerprint())
            finish(connection)


def forget_files(community: Community) -> int:
    from provisioning.archive.files import delete_files

    with tenant_context(community):
        return delete_files()


def _lay_files(archive: Archive, community: Community, put_file: Callable[..., None], progress: Progress) -> None:
    entries = archive.manifest.files
    with tenant_context(community):
        for number, entry in enumerate(entries, 1):
            with archive.open(entry) as source:
                put_file(entry.name, source)
            progress(Report("files", "Файли", number, len(entries), note=entry.name))
