"""Which migrations the code on disk holds, as one short text; no migration is imported to find out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from kernel.audit import triggers

# Letters of a fingerprint that speak of migrations; the rest speak of the triggers declared by models.
OF_MIGRATIONS = 40


class MigrationFile(NamedTuple):
    app: str
    name: str
    digest: str


def labels_of(app_names: Iterable[str]) -> frozenset[str]:
    """The labels behind the names of SHARED_APPS or TENANT_APPS."""
    wanted = frozenset(app_names)
    return frozenset(
        config.label
        for config in apps.get_app_configs()
        if config.name in wanted or f"{type(config).__module__}.{type(config).__qualname__}" in wanted
    )


def tenant_labels() -> frozenset[str]:
    return labels_of(settings.TENANT_APPS)


def migrations_on_disk(labels: Collection[str]) -> tuple[MigrationFile, ...]:
    found = []
    for label in sorted(labels):
        for folder in _folders(label):
            for path in folder.glob("*.py"):
                if path.name[0] not in "_~":
                    found.append(MigrationFile(label, path.stem, hashlib.sha256(path.read_bytes()).hexdigest()))
    return tuple(sorted(found))


def fingerprint_of(migrations: Iterable[MigrationFile]) -> str:
    digest = hashlib.sha256()
    for migration in sorted(migrations):
        digest.update("\0".join(migration).encode() + b"\n")
    return digest.hexdigest()


def migrations_fingerprint() -> str:
    """What a tenant's schema must hold to be served by this code: its migrations and its triggers."""
    return _joined(fingerprint_of(migrations_on_disk(tenant_labels())), triggers.fingerprint())


def same_migrations(one: str, other: str) -> bool:
    """Whether two fingerprints differ in triggers at most."""
    return one[:OF_MIGRATIONS] == other[:OF_MIGRATIONS]


def _joined(migrations: str, declared: str) -> str:
    """One text as long as either, in which each can still be told apart."""
    return migrations[:OF_MIGRATIONS] + declared[: len(migrations) - OF_MIGRATIONS]


def public_fingerprint() -> str:
    """The same for the public schema."""
    return _joined(fingerprint_of(migrations_on_disk(labels_of(settings.SHARED_APPS))), triggers.fingerprint())


def _folders(label: str) -> list[Path]:
    module, _explicit = MigrationLoader.migrations_module(label)
    spec = find_spec(module) if module else None
    return [Path(folder) for folder in spec.submodule_search_locations or ()] if spec else []
