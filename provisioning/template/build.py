"""Builds the template: Django migrates one schema, and everybody else receives the SQL of the outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration

from kernel.audit.triggers import install_triggers
from kernel.tenancy import schema_context
from kernel.tenancy.scope import BLUEPRINT_SCHEMA
from provisioning.blueprint.build import build_schema, drop_schema, prepare_schema
from provisioning.blueprint.model import Blueprint
from provisioning.blueprint.render import read_blueprint
from provisioning.blueprint.rules import DJANGO_KEYS
from provisioning.db import Connection, holding, owner_connection, schema_exists
from provisioning.errors import ProvisioningError
from provisioning.fleet.linter import require_harmless_operations, require_harmless_statements
from provisioning.fleet.recorder import recording
from provisioning.progress import Progress, Report, silent
from provisioning.template.fingerprint import (
    fingerprint_of,
    migrations_fingerprint,
    migrations_on_disk,
    same_migrations,
    tenant_labels,
)
from provisioning.template.store import (
    CurrentTemplate,
    Step,
    current_template,
    load_blueprint,
    record_version,
    remember,
)

LOCK = "template"

# Rows every tenant is born with, and the columns that differ from build to build without a meaning.
BASE_ROWS = {"django_migrations": ("id", "applied")}

# allauth's own migrations made these with integer keys; its signed links carry the tenant's key, not the row's.
NAMED_KEYS = DJANGO_KEYS | frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "socialaccount_socialaccount",
        "socialaccount_socialapp",
        "socialaccount_socialtoken",
    }
)


@dataclass(frozen=True, slots=True)
class Built:
    """`changed` is false when the template already held everything the code has."""

    version: str
    fingerprint: str
    changed: bool
    seconds: float
    tables: int | None = None


def build_template(*, progress: Progress = silent, force: bool = False) -> Built:
    """Bring the template to the migrations on disk. One query when there is nothing to do."""
    began = time.monotonic()
    if not force and (ready := _ready(began)):
        return ready
    with owner_connection("template") as connection, holding(connection, LOCK):
        # Whoever held the lock before us may have built exactly what we came for.
        if not force and (ready := _ready(began)):
            return ready
        fingerprint, before = migrations_fingerprint(), current_template()
        grown = not force and _stands_where_it_can_grow(connection, before, progress)
        if not grown:
            _begin_anew(connection, progress)
        applied, statements = migrate_template(progress=progress, harmless_for=connection if grown else None)
        progress(Report("render", "SQL шаблону", 0, 1))
        # One transaction: triggers that nobody remembers having installed would never reach the other schemas.
        with connection.transaction(), connection.cursor() as cursor:
            statements += [_for_any_schema(text) for text in install_triggers(cursor, BLUEPRINT_SCHEMA)]
            blueprint = render_template(connection)
            step = None
            if before is not None and (grown or before.version == blueprint.version):
                step = Step(before.fingerprint, applied if grown else [], statements if grown else [])
            remember(connection, blueprint, fingerprint, BLUEPRINT_SCHEMA, step)
        progress(Report("render", "SQL шаблону", 1, 1, finished=True))
    return Built(blueprint.version, fingerprint, True, time.monotonic() - began, len(blueprint.tables))


def render_template(connection: Connection, schema: str = BLUEPRINT_SCHEMA) -> Blueprint:
    """The finished schema as SQL; a broken rule of tenancy is an error here."""
    return read_blueprint(connection, schema, base_rows=BASE_ROWS, named_keys=NAMED_KEYS)


def migrate_template(
    *, progress: Progress = silent, harmless_for: Connection | None = None
) -> tuple[list[str], list[str]]:
    """Django's own executor over the tenant apps; the template is the one schema that ever sees it.

    Returns the migrations it applied and the SQL they came to, which the other schemas replay. Where there is
    a fleet to replay it, what would harm it is refused, and the next build puts the template back.
    """
    labels = tenant_labels()
    with schema_context(BLUEPRINT_SCHEMA), recording() as statements:
        connection = connections["owner"]
        try:
            executor = MigrationExecutor(connection)
            _require_one_leaf_each(executor)
            executor.loader.check_consistent_history(connection)
            targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] in labels]
            plan = executor.migration_plan(targets)
            done = 0

            def tell(action: str, migration: Migration | None = None, _fake: bool | None = False, /) -> None:
                nonlocal done
                if action.startswith("apply_"):
                    finished = action == "apply_success"
                    done += finished
                    progress(Report("migrate", str(migration), done, len(plan), finished))

            migrations = [migration for migration, _backwards in plan]
            if harmless_for is not None:
                require_harmless_operations(migrations, executor.loader.project_state(_applied(executor)))
            executor.progress_callback = tell
            executor.migrate(targets, plan=plan)
            if harmless_for is not None:
                require_harmless_statements(harmless_for, migrations, statements)
        finally:
            connection.close()
    return [str(migration) for migration, _backwards in plan], statements


def _applied(executor: MigrationExecutor) -> list[tuple[str, str]]:
    return [key for key in executor.loader.applied_migrations if key in executor.loader.graph.nodes]


def _ready(began: float) -> Built | None:
    found = current_template()
    if found is None or found.fingerprint != migrations_fingerprint():
        return None
    return Built(found.version, found.fingerprint, False, time.monotonic() - began)


def _stands_where_it_can_grow(connection: Connection, before: CurrentTemplate | None, progress: Progress) -> bool:
    """Whether the schema is exactly the recorded version, so that what follows is the way from that version.

    An interrupted build leaves one that Django would call half up to date: then the recorded version is put
    back from its own SQL. An edited migration makes the way unknown.
    """
    if before is None:
        return False
    if schema_exists(connection, BLUEPRINT_SCHEMA) and _stands_at(connection, before.fingerprint):
        return True
    progress(Report("restore", "Відновлення попередньої версії шаблону", 0, 1))
    with connection.transaction():
        drop_schema(connection, BLUEPRINT_SCHEMA)
        build_schema(connection, load_blueprint(before.version), BLUEPRINT_SCHEMA)
        record_version(connection, BLUEPRINT_SCHEMA, before.fingerprint)
    return _stands_at(connection, before.fingerprint)


def _begin_anew(connection: Connection, progress: Progress) -> None:
    progress(Report("prepare", "Порожній шаблон", 0, 1))
    with connection.transaction():
        drop_schema(connection, BLUEPRINT_SCHEMA)
        prepare_schema(connection, BLUEPRINT_SCHEMA)


def _for_any_schema(statement: str) -> str:
    """SQL that names the template, as SQL that means the first schema of the search_path."""
    name = f'"{BLUEPRINT_SCHEMA}"'
    text = statement.replace("'", "''")
    return f"DO $step$ BEGIN EXECUTE replace('{text}', '{name}', quote_ident(current_schema())); END $step$"


def _stands_at(connection: Connection, fingerprint: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", [f"{BLUEPRINT_SCHEMA}.django_migrations"]).fetchone()
    if row is None or row[0] is None:
        return False
    labels = tenant_labels()
    applied = {
        (app, name)
        for app, name in connection.execute(f"SELECT app, name FROM {BLUEPRINT_SCHEMA}.django_migrations")
        if app in labels
    }
    kept = [migration for migration in migrations_on_disk(labels) if (migration.app, migration.name) in applied]
    return len(kept) == len(applied) and same_migrations(fingerprint_of(kept), fingerprint)


def _require_one_leaf_each(executor: MigrationExecutor) -> None:
    conflicts = executor.loader.detect_conflicts()
    if conflicts:
        listed = "; ".join(f"{app}: {', '.join(sorted(names))}" for app, names in sorted(conflicts.items()))
        raise ProvisioningError(
            f"У застосунках по кілька останніх міграцій: {listed}.",
            "зведіть їх: python manage.py makemigrations --merge.",
        )
