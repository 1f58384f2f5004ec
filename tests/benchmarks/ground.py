"""Where the measurements stand: databases of a cluster that belongs to nobody but them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from kernel.tenancy import TenantRef
    from provisioning.lifecycle import NewTenant

ROOT = Path(__file__).resolve().parents[2]
HAND_MADE = "Стенд вимірювань"


class NotOurs(RuntimeError):
    """The database named by the environment is not the benchmarks' own."""


def superuser_url(database: str = "postgres") -> str:
    """The cluster is thrown away and filled with a thousand tenants, so it must be the embedded one of `bench`."""
    sockets = Path(psycopg.conninfo.conninfo_to_dict(os.environ.get("DATABASE_URL", "")).get("host") or "")  # type: ignore[arg-type]
    if sockets.name != "sockets" or not sockets.parent.name.startswith("bench"):
        raise NotOurs(
            "Вимірювання стирають базу, тож ідуть лише у власному кластері: приберіть DATABASE_URL і запустіть make bench."
        )
    return f"postgresql://postgres@/{database}?host={sockets}"


def empty() -> None:
    """The product's database as it is before the first migration; whatever stood there goes."""
    from tests import database

    close_connections()
    os.environ["TEST_SUPERUSER_URL"] = superuser_url()
    database.start_afresh()


def prepare() -> None:
    """An installation of the product without tenants; call in platform scope."""
    from kernel.tenancy.cache import cache
    from provisioning.fleet.migrate import migrate_fleet
    from provisioning.lifecycle.plans import seed_plans

    empty()
    cache.clear()
    migrate_fleet()
    seed_plans()


def close_connections() -> None:
    from django.db import connections

    from kernel.tenancy.scope import platform_context

    with platform_context():
        for connection in connections.all(initialized_only=True):
            connection.close()
            if getattr(connection, "pool", None):
                connection.close_pool()  # type: ignore[attr-defined]


@contextmanager
def peer_database(name: str) -> Iterator[str]:
    """A database of a peer's own, with the extensions that the synthetic tables use."""
    with psycopg.connect(superuser_url(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(superuser_url(name), autocommit=True) as connection:
                connection.execute("CREATE SCHEMA extensions")
                for extension in ("pg_trgm", "btree_gist"):
                    connection.execute(f"CREATE EXTENSION {extension} SCHEMA extensions")
            yield superuser_url(name)
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def new_tenants(count: int, *, first: int = 0, admin: bool = False) -> Iterator[NewTenant]:
    """Requests for tenants that cannot be taken for one another."""
    from provisioning.lifecycle import NewTenant

    for number in range(first, first + count):
        letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:05d}")
        yield NewTenant(
            slug=f"bench-{letters}",
            name=f"{letters.upper()} громада",
            short_name=letters.upper(),
            katottg="UA99010010000010010",
            edrpou=f"{90_000_000 + number}",
            edrpou_override_reason=HAND_MADE,
            look_alike_reason=HAND_MADE,
            admin_email=f"head@{letters}.example" if admin else "",
        )


def populate(tenant: TenantRef, rows: int) -> None:
    """Contacts of a tenant, written as the tenant itself, so that the history has a line for each."""
    from django.db import connection

    from kernel.access.people import create_person
    from kernel.tenancy.actor import Actor, acting
    from kernel.tenancy.scope import tenant_context

    with tenant_context(tenant), acting(Actor("operator", name=HAND_MADE)):
        person = create_person(
            "bench@bench.example", by=Actor("operator", name=HAND_MADE), last_name="С", first_name="В"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO contacts_contact (title, slug, person, phone, email, reception_hours, room, department, "
                "settlement, published, created_by_id, created_at, updated_at, version) SELECT 'Приймальня ' || n, 'room-' || n, "
                "'Коваленко Олена Петрівна', '+380671234567', 'room' || n || '@hromada.example', 'пн–пт 9:00–18:00', "
                "n::text, 'ЦНАП', '', true, %s, now(), now(), 1 FROM generate_series(1, %s) n",
                [person.pk, rows],
            )


def make_release(folder: Path) -> str:
    """A copy of one app's migrations, to which a benchmark adds the next release."""
    from tenant_apps.portal.contacts import migrations

    name = "bench_release"
    shutil.copytree(Path(migrations.__file__ or "").parent, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return name
