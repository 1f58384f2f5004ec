"""What every reader of an archive does with it: files into the tenant's folder, rows into a schema being built."""

from __future__ import annotations

from collections.abc import Callable

from psycopg import sql

from kernel.tenancy import TenantRef, tenant_context
from provisioning.archive.container import Archive
from provisioning.archive.errors import ArchiveRefused
from provisioning.archive.files import put_file
from provisioning.archive.rows import STEADY_SPELLING, copy_in, require_same, set_positions, tables_with_rows
from provisioning.blueprint import Blueprint
from provisioning.db import Connection
from provisioning.progress import Progress, Report

Load = Callable[[Connection, str], None]


def blueprint_in(archive: Archive) -> Blueprint:
    """The archive's own structure, and nothing but the tables it names."""
    blueprint = Blueprint.from_json(archive.blueprint)
    wanted = {table.name for table in tables_with_rows(blueprint)}
    if {entry.name for entry in archive.manifest.tables} != wanted or blueprint.version != archive.manifest.blueprint:
        raise ArchiveRefused("Таблиці архіву не відповідають його власній будові.", "візьміть іншу копію архіву.")
    return blueprint


def lay_files(archive: Archive, ref: TenantRef, progress: Progress) -> None:
    entries = archive.manifest.files
    with tenant_context(ref):
        for number, entry in enumerate(entries, 1):
            with archive.open(entry) as source:
                put_file(entry.name, source)
            progress(Report("files", "Файли", number, len(entries), note=entry.name))


def loading(archive: Archive, blueprint: Blueprint, progress: Progress) -> Load:
    """For build_schema: the rows, read back and compared with the archive before anybody can see them."""
    tables, manifest = tables_with_rows(blueprint), archive.manifest
    entries = {entry.name: entry for entry in manifest.tables}

    def load(connection: Connection, schema: str) -> None:
        connection.execute(sql.SQL(STEADY_SPELLING))
        for number, table in enumerate(tables, 1):
            with archive.open(entries[table.name]) as source:
                copy_in(connection, schema, table, source)
            progress(Report("rows", "Таблиці", number, len(tables), note=table.name))
        set_positions(connection, schema, manifest.sequences)
        require_same(connection, schema, tables, manifest.tables)

    return load
