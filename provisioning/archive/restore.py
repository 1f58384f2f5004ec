"""A file back into a tenant: all checks first, then one transaction that builds, loads, verifies and opens.

Files are laid down before that transaction, in the folder of an identifier nobody knows yet; a killed restore
leaves at most such a folder, which the next try, or the janitor, removes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils.timezone import now
from psycopg import sql

from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.directory import forget_hosts
from provisioning.archive.container import Archive, Manifest, reading
from provisioning.archive.errors import ArchiveRefused
from provisioning.archive.files import delete_files, put_file
from provisioning.archive.rows import STEADY_SPELLING, copy_in, require_same, set_positions, tables_with_rows
from provisioning.blueprint import Blueprint, build_schema
from provisioning.db import Connection, holding, owner_connection
from provisioning.errors import BadInput, Busy, Taken
from provisioning.fleet.replay import bring_to
from provisioning.lifecycle.naming import schema_for
from provisioning.progress import Progress, Report, silent
from provisioning.template import migrations_fingerprint
from shared_apps.communities.models import Community, Domain, Plan, StateChange
from shared_apps.communities.names import validate_slug
from shared_apps.fleet import models as fleet

Change = Callable[[Connection, str, Blueprint], None]


@dataclass
class Restored:
    slug: str
    schema: str
    rows: int
    tables: int
    files: int
    dry_run: bool = False
    warnings: list[str] = field(default_factory=list)


def restore_tenant(
    path: Path,
    *,
    slug: str,
    by: str,
    key: str = "",
    allow_foreign: bool = False,
    dry_run: bool = False,
    change: Change | None = None,
    training: bool = False,
    name: str = "",
    progress: Progress = silent,
) -> Restored:
    """`change` may rework the rows before anybody can see them (a training copy masks people)."""
    validate_slug(slug)
    progress(Report("check", "Перевірка архіву", 0, 1))
    with reading(path, key, allow_foreign=allow_foreign) as archive:
        blueprint = Blueprint.from_json(archive.blueprint)
        _require_matching(archive.manifest, blueprint)
        progress(Report("check", "Перевірка архіву", 1, 1, finished=True))
        busy = Busy(f"«{slug}» саме створюють або відновлюють.", "дочекайтеся кінця і подивіться: hromada tenant show.")
        with owner_connection("restore") as guard, holding(guard, f"tenant {slug}", busy=busy):
            community = _planned(archive.manifest, slug, guard, training=training, name=name)
            warnings = _warnings(archive.manifest, community)
            outcome = Restored(
                slug,
                community.schema_name,
                archive.manifest.rows,
                len(archive.manifest.tables),
                len(archive.manifest.files),
            )
            outcome.warnings = warnings
            if dry_run:
                outcome.dry_run = True
                return outcome
            _restore(archive, blueprint, community, by=by, change=change, progress=progress)
    forget_hosts()
    return outcome


def _require_matching(manifest: Manifest, blueprint: Blueprint) -> None:
    wanted = {table.name for table in tables_with_rows(blueprint)}
    if {entry.name for entry in manifest.tables} != wanted or blueprint.version != manifest.blueprint:
        raise ArchiveRefused("Таблиці архіву не відповідають його власній будові.", "візьміть іншу копію архіву.")


def _planned(manifest: Manifest, slug: str, guard: Connection, *, training: bool, name: str) -> Community:
    with platform_context():
        if Community.objects.filter(slug=slug).exists():
            raise Taken(f"Громада «{slug}» уже є.", "виберіть іншу адресу (--as) або спершу видаліть наявну.")
        facts: dict[str, Any] = {**manifest.community, "slug": slug}
        owner = facts.pop("parent", "")
        facts["parent"] = Community.objects.filter(slug=owner, kind=Community.Kind.HROMADA).first() if owner else None
        if name:
            facts["name"] = facts["short_name"] = name
        if not Plan.objects.filter(pk=facts["plan_id"]).exists():
            raise BadInput([("plan", f"Тарифу «{facts['plan_id']}» тут немає.")], "створіть його: hromada prepare.")
        twin = Community.objects.exclude(state=Community.State.DELETED).filter(edrpou=facts["edrpou"]).first()
        if twin and not facts["edrpou_override_reason"]:
            facts["edrpou_override_reason"] = f"копія «{twin.slug}» з архіву"
        taken = [row[0] for row in guard.execute("SELECT nspname FROM pg_namespace").fetchall()]
        taken += Community.objects.values_list("schema_name", flat=True)
        community = Community(
            id=uuid.uuid4(),
            schema_name=schema_for(slug, taken),
            state=Community.State.ACTIVE,
            training=training,
            **facts,
        )
        community.full_clean(validate_unique=False, validate_constraints=False)
    return community


def _warnings(manifest: Manifest, community: Community) -> list[str]:
    warnings = []
    if manifest.community.get("parent") and not community.parent_id:
        warnings.append(f"Громади-власника «{manifest.community['parent']}» тут немає; підприємство відновлено окремо.")
    if community.edrpou_override_reason and not manifest.community["edrpou_override_reason"]:
        warnings.append("Організація з таким ЄДРПОУ вже є; нову позначено як копію.")
    return warnings


def _restore(
    archive: Archive,
    blueprint: Blueprint,
    community: Community,
    *,
    by: str,
    change: Change | None,
    progress: Progress,
) -> None:
    _lay_files(archive, community.ref, progress)
    tables = tables_with_rows(blueprint)
    entries = {entry.name: entry for entry in archive.manifest.tables}

    def load(connection: Connection, schema: str) -> None:
        connection.execute(sql.SQL(STEADY_SPELLING))
        for number, table in enumerate(tables, 1):
            with archive.open(entries[table.name]) as source:
                copy_in(connection, schema, table, source)
            progress(Report("rows", "Таблиці", number, len(tables), note=table.name))
        set_positions(connection, schema, archive.manifest.sequences)
        require_same(connection, schema, tables, archive.manifest.tables)
        if change:
            change(connection, schema, blueprint)

    try:
        with platform_context(), transaction.atomic(using="owner"):
            owner = connections["owner"]
            owner.ensure_connection()
            with owner.cursor():
                raw = owner.connection
            _insert(community, by, archive.manifest)
            build_schema(raw, blueprint, community.schema_name, load=load)
            _remember_version(community.schema_name, archive.manifest.fingerprint)
            bring_to(raw, community.schema_name, migrations_fingerprint())
    except BaseException:
        with tenant_context(community.ref):
            delete_files()
        raise
    progress(Report("done", "Громаду відновлено", 1, 1, finished=True))


def _lay_files(archive: Archive, ref: TenantRef, progress: Progress) -> None:
    with tenant_context(ref):
        for number, entry in enumerate(archive.manifest.files, 1):
            with archive.open(entry) as source:
                put_file(entry.name, source)
            progress(Report("files", "Файли", number, len(archive.manifest.files), note=entry.name))


def _insert(community: Community, by: str, manifest: Manifest) -> None:
    community.state_at = community.created_at = now()
    community.save(using="owner", force_insert=True)
    Domain.objects.using("owner").create(
        domain=f"{community.slug}.{settings.BASE_DOMAIN}", tenant=community, is_primary=True, verified_at=now()
    )
    StateChange.objects.using("owner").create(
        community=community,
        was=Community.State.PROVISIONING,
        became=Community.State.ACTIVE,
        by=by,
        reason=f"відновлено з архіву від {manifest.exported_at}",
    )


def _remember_version(schema: str, fingerprint: str) -> None:
    fleet.SchemaVersion.objects.using("owner").create(schema_name=schema, fingerprint=fingerprint)
