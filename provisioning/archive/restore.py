"""A file back into a tenant: all checks first, then one transaction that builds, loads, verifies and opens.

Files are laid down before that transaction, in the folder of an identifier nobody knows yet but the operation's
row; of a killed restore that folder is left, and the next try, or the janitor, empties it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections, transaction
from django.utils.timezone import now

from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.directory import forget_hosts
from provisioning.archive.container import Archive, Manifest, reading
from provisioning.archive.files import delete_files
from provisioning.archive.loading import blueprint_in, lay_files, loading
from provisioning.blueprint import Blueprint, build_schema
from provisioning.db import Connection, holding, owner_connection, telling_of_lost_server
from provisioning.errors import BadInput, Busy, Taken
from provisioning.fleet.replay import bring_to
from provisioning.lifecycle import journal
from provisioning.lifecycle.naming import schema_for
from provisioning.progress import Progress, Report, silent
from provisioning.template import migrations_fingerprint
from shared_apps.communities.models import Community, Domain, Plan, StateChange
from shared_apps.communities.names import validate_slug
from shared_apps.fleet import models as fleet
from shared_apps.fleet.models import Operation

KIND = "restore"
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


@telling_of_lost_server("від недовідновленої громади нічого не лишилося; запустіть базу й повторіть ту саму команду.")
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
        blueprint = blueprint_in(archive)
        progress(Report("check", "Перевірка архіву", 1, 1, finished=True))
        with owner_connection("restore") as guard, holding(guard, f"tenant {slug}", busy=_busy(slug)):
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


def _busy(slug: str) -> Busy:
    return Busy(f"«{slug}» саме створюють або відновлюють.", "дочекайтеся кінця і подивіться: hromada tenant show.")


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
    load_rows = loading(archive, blueprint, progress)

    def load(connection: Connection, schema: str) -> None:
        load_rows(connection, schema)
        if change:
            change(connection, schema, blueprint)

    with platform_context():
        _sweep(community.slug)
        operation = journal.begin(KIND, community.slug, {"community": str(community.pk)}, by=by)
    try:
        lay_files(archive, community.ref, progress)
        with platform_context(), transaction.atomic(using="owner"):
            owner = connections["owner"]
            owner.ensure_connection()
            with owner.cursor():
                raw = owner.connection
            _insert(community, by, archive.manifest)
            build_schema(raw, blueprint, community.schema_name, load=load)
            _remember_version(community.schema_name, archive.manifest.fingerprint)
            bring_to(raw, community.schema_name, migrations_fingerprint())
            journal.finish_as_owner(raw, operation)
    except BaseException:
        # A server that is gone leaves the operation's row to the next try.
        with suppress(DatabaseError), platform_context():
            _empty(operation)
        raise
    progress(Report("done", "Громаду відновлено", 1, 1, finished=True))


def sweep_interrupted() -> list[str]:
    """For the janitor: files of restores that were killed and never repeated. In platform scope."""
    swept = []
    for slug in journal.unfinished_subjects(KIND):
        with suppress(Busy), owner_connection("janitor") as guard, holding(guard, f"tenant {slug}", busy=_busy(slug)):
            _sweep(slug)
            swept.append(slug)
    return swept


def _sweep(slug: str) -> None:
    """Whoever holds the address knows that no restore to it is under way."""
    while operation := journal.unfinished(KIND, slug):
        _empty(operation)


def _empty(operation: Operation) -> None:
    """The files of a tenant that never came to be."""
    pk = UUID(operation.arguments["community"])
    nobody = TenantRef(id=pk, slug=operation.subject, schema="", name="", kind="", timezone="", state="")
    with tenant_context(nobody):
        delete_files()
    journal.abandon(operation)


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
