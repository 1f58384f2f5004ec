"""What the peer does in a process of its own; prints the seconds of the work itself, without Django's start."""

from __future__ import annotations

import sys
import time

import django

django.setup()

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


if __name__ == "__main__":
    began = time.perf_counter()
    {"create": create, "register": register, "clone": clone}[sys.argv[1]](*sys.argv[2:])
    sys.stdout.write(f"{time.perf_counter() - began}\n")
