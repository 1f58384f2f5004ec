"""Copies laid aside when a tenant leaves: what makes "archived" and "deleted" recoverable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.timezone import localtime

from kernel.tenancy import tenant_context
from provisioning.archive.container import reading
from provisioning.archive.files import delete_files
from provisioning.archive.loading import blueprint_in, lay_files, loading
from provisioning.blueprint import build_schema
from provisioning.db import Connection
from provisioning.fleet.replay import bring_to
from provisioning.lifecycle.options import archive_folder
from provisioning.progress import Progress, silent
from provisioning.template import migrations_fingerprint
from provisioning.template.store import record_version
from shared_apps.communities.models import Community


def keep(community: Community, *, by: str, progress: Progress = silent) -> Path:
    """A sealed archive under a name that no later copy will take."""
    # It finds the community through this very package.
    from provisioning.archive.export import export_tenant

    moment = localtime().strftime("%Y%m%d-%H%M%S")
    path = archive_folder() / community.slug / f"{community.slug}-{moment}.hromada"
    export_tenant(community.slug, path, by=by, key=settings.ARCHIVE_KEY, progress=progress)
    return path


def bring_back(
    path: Path, community: Community, finish: Callable[[Connection], None], connection: Connection, progress: Progress
) -> None:
    """The archived rows and files back under the same community; `finish` belongs to the same transaction."""
    with reading(path, settings.ARCHIVE_KEY) as archive:
        blueprint = blueprint_in(archive)
        lay_files(archive, community.ref, progress)
        with connection.transaction():
            load = loading(archive, blueprint, progress)
            build_schema(connection, blueprint, community.schema_name, load=load)
            record_version(connection, community.schema_name, archive.manifest.fingerprint)
            bring_to(connection, community.schema_name, migrations_fingerprint())
            finish(connection)


def forget_files(community: Community) -> int:
    with tenant_context(community):
        return delete_files()
