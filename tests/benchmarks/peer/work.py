"""What the peer does in a process of its own; prints the seconds of the work itself, without Django's start."""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path

import django

django.setup()

from django.db.migrations import AddConstraint, AddIndex  # noqa: E402
from django.db.migrations.writer import MigrationWriter  # noqa: E402
from django_tenants.clone import CloneSchema  # noqa: E402

from tests.benchmarks.peer.tenancy.models import Client, Domain  # noqa: E402


def create(schema: str) -> None:
    """A tenant by the manual: saving it makes the schema and runs every migration in it."""
    Client.objects.create(schema_name=schema, name=schema)


def register(*schemas: str) -> None:
    """Rows of tenants whose schemas already stand."""
    for schema in schemas:
        client = Client(schema_name=schema, name=schema)
        client.auto_create_schema = False
        client.save()
        Domain.objects.create(domain=f"{schema.replace('_', '-')}.localhost", tenant=client)


def clone(base: str, schema: str) -> None:
    CloneSchema().clone_schema(base, schema)


def squeeze() -> None:
    """Indexes and constraints into the models they belong to: the shortest migration these tables can have."""
    module = importlib.import_module("peer_synthetic.migrations.0001_initial")
    migration = module.Migration("0001_initial", "peer_synthetic")
    created = {op.name_lower: op for op in migration.operations if hasattr(op, "fields")}
    kept = []
    for op in migration.operations:
        if isinstance(op, AddIndex):
            created[op.model_name_lower].options.setdefault("indexes", []).append(op.index)
        elif isinstance(op, AddConstraint):
            created[op.model_name_lower].options.setdefault("constraints", []).append(op.constraint)
        else:
            kept.append(op)
    migration.operations = kept
    Path(module.__file__ or "").write_text(MigrationWriter(migration).as_string())


WORK = {"create": create, "register": register, "clone": clone, "squeeze": squeeze}

if __name__ == "__main__":
    began = time.perf_counter()
    WORK[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(f"{time.perf_counter() - began}\n")
