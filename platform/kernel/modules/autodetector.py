"""How migrations are written: indexes and constraints of a new table stand in its CreateModel.

Left beside it, each costs a rendering of every model it leads to, and all cards lead to the same ones: most of the
time of a fresh database would go there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation


class Autodetector(MigrationAutodetector):
    migrations: dict[str, list[Any]]

    def _optimize_migrations(self) -> None:
        super()._optimize_migrations()  # type: ignore[misc]
        for label, migrations in self.migrations.items():
            for migration in migrations:
                migration.operations = folded(migration.operations, label)


def folded(operations: Iterable[Operation], app_label: str) -> list[Operation]:
    """A table whose columns come later keeps its indexes and constraints where they are."""
    found: list[Operation] = []
    created: dict[str, int] = {}
    for operation in operations:
        if isinstance(operation, CreateModel):
            created[operation.name_lower] = len(found)
        elif isinstance(operation, FieldOperation):
            created.pop(operation.model_name_lower, None)
        elif isinstance(operation, AddIndex | AddConstraint):
            place = created.get(operation.model_name.lower())
            if place is not None:
                found[place : place + 1] = cast(list[Operation], found[place].reduce(operation, app_label))
                continue
        found.append(operation)
    return found
