"""One tenant into one file: structure from the template of its version, rows by COPY in one snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.timezone import localtime
from psycopg import sql

from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.files import storage
from provisioning.archive.container import BLOCK, Manifest, Writer, writing
from provisioning.archive.files import stored_files
from provisioning.archive.rows import STEADY_SPELLING, copy_out, read_positions, tables_with_rows
from provisioning.blueprint import Blueprint, diff_schemas
from provisioning.db import Connection, owner_connection, telling_of_lost_server
from provisioning.errors import IllegalMove, Inconsistent
from provisioning.lifecycle.records import find_community
from provisioning.progress import Progress, Report, silent
from shared_apps.communities.models import Community
from shared_apps.fleet import models as fleet

# What is told of the community itself; the rest of its row belongs to the installation it lives in.
CARRIED = (
    *("slug", "kind", "name", "short_name", "genitive_name", "katottg", "edrpou", "edrpou_override_reason"),
    *("population", "coat_of_arms", "brand_hue", "brand_chroma", "brand_light", "timezone"),
    *("contact_person", "contact_phone", "plan_id"),
)
EXPORTABLE = (Community.State.ACTIVE, Community.State.SUSPENDED, Community.State.ARCHIVED)


@telling_of_lost_server("недописаний архів прибрано, дані громади цілі; запустіть базу й повторіть вивезення.")
def export_tenant(slug: str, path: Path, *, by: str, key: str = "", progress: Progress = silent) -> Manifest:
    """Readers and writers of the tenant are not disturbed; the archive is one moment of it."""
    with platform_context():
        community = find_community(slug)
        if community.state not in EXPORTABLE:
            raise IllegalMove(
                f"«{slug}» у стані «{community.get_state_display()}»: вивозити нічого.",
                "вивезти можна те, що створено.",
            )
        blueprint, fingerprint = blueprint_of(community.schema_name)
    with owner_connection("export") as connection, connection.transaction(), writing(path, key) as writer:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        manifest = write_rows(connection, community, blueprint, fingerprint, writer, by=by, progress=progress)
        with tenant_context(community):
            _write_files(writer, manifest)
        writer.close(manifest, blueprint.to_json(), leaflet(manifest))
    progress(Report("done", "Архів готовий", 1, 1, finished=True, note=str(path)))
    return manifest


def blueprint_of(schema: str) -> tuple[Blueprint, str]:
    """The template of the schema's own version, which need not be the current one. In platform scope."""
    from provisioning.template import load_blueprint

    version = fleet.SchemaVersion.objects.filter(schema_name=schema).first()
    stored = version and fleet.Blueprint.objects.filter(fingerprint=version.fingerprint).order_by("-built_at").first()
    if version is None or stored is None:
        raise Inconsistent(
            f"Схема {schema} має версію, зразка якої немає.", "hromada fleet migrate, тоді повторіть вивезення."
        )
    return load_blueprint(stored.version), version.fingerprint


def require_as_template(connection: Connection, schema: str, template: str) -> None:
    """An archive rebuilt from the template must lose nothing, so nothing may stand beside it."""
    differences = diff_schemas(connection, template, schema)
    if differences:
        raise Inconsistent(
            f"Схема {schema} збудована не так, як зразок: {differences[0]}.", "hromada tenant verify покаже все."
        )


def write_rows(
    connection: Connection,
    community: Community,
    blueprint: Blueprint,
    fingerprint: str,
    writer: Writer,
    *,
    by: str,
    progress: Progress = silent,
) -> Manifest:
    connection.execute(sql.SQL(STEADY_SPELLING))
    schema, tables = community.schema_name, tables_with_rows(blueprint)
    manifest = Manifest(
        community={
            **{name: _plain(getattr(community, name)) for name in CARRIED},
            "parent": community.parent.slug if community.parent else "",
        },
        blueprint=blueprint.version,
        fingerprint=fingerprint,
        exported_at=datetime.now(UTC).isoformat(timespec="seconds"),
        exported_by=by,
        server=str(connection.info.server_version),
        sequences=read_positions(connection, schema),
    )
    for number, table in enumerate(tables, 1):
        with writer.member(f"tables/{table.name}.csv", table.name) as (write, entry):
            entry.rows = copy_out(connection, schema, table, write)
        manifest.tables.append(entry)
        progress(Report("rows", "Таблиці", number, len(tables), note=table.name))
    return manifest


def _write_files(writer: Writer, manifest: Manifest) -> None:
    for number, name in enumerate(stored_files(), 1):
        with storage.open(name) as source, writer.member(f"files/{number:06d}", name) as (write, entry):
            while block := source.read(BLOCK):
                write(block)
        manifest.files.append(entry)


def leaflet(manifest: Manifest) -> str:
    """For the person who opens the archive years later."""
    community = manifest.community
    moment = localtime(datetime.fromisoformat(manifest.exported_at)).strftime("%d.%m.%Y %H:%M")
    lines = [
        f"{community['name']} (ЄДРПОУ {community['edrpou']}, КАТОТТГ {community['katottg']})",
        f"Вивезено {moment}, {manifest.exported_by}.",
        f"Таблиць: {len(manifest.tables)}, рядків: {manifest.rows}, файлів: {len(manifest.files)}.",
        "",
        "tables/*.csv — дані: UTF-8, перший рядок — назви колонок; відкриє будь-яка таблична програма.",
        "files/ — документи; їхні справжні назви — в manifest.json, розділ files.",
        "manifest.json — кількості рядків і контрольні суми SHA-256 кожної таблиці і файлу.",
        "blueprint.json — будова бази, з якої хмара відновить громаду: hromada tenant restore ФАЙЛ --as АДРЕСА.",
        "",
        "Таблиця; рядків; SHA-256",
        *(f"{entry.name}; {entry.rows}; {entry.sha256}" for entry in manifest.tables),
    ]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str | type(None)) else str(value)
