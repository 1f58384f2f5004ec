"""The order of measurements: what they stand on is built once and shared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial

from kernel.tenancy.scope import BLUEPRINT_SCHEMA
from provisioning.db import owner_connection
from provisioning.template import migrations_fingerprint, render_template
from provisioning.template.store import remember
from shared_apps.communities.models import Community
from tests.benchmarks import (
    bus,
    full_build,
    geo,
    ground,
    home_page,
    idle_fleet,
    many_tenants,
    many_users,
    one_archive,
    one_column,
    one_sheet,
    pivot_figures,
    reg1_list,
    reg2_import,
    request_cost,
    rol_figures,
    signup,
    synthetic,
)
from tests.benchmarks.measure import Result, sized
from tests.benchmarks.peer import project

Work = Callable[[], Result | None]
LARGE = {"TEN-1", "TEN-2"}
FLEET = {"TEN-3", "TEN-4"}


def plan(wanted: Collection[str]) -> Iterator[tuple[str, Work]]:
    """Names with what to call; a stage whose measurements nobody asked for is not built."""
    try:
        yield from _chosen(wanted)
    finally:
        project.close()


def _chosen(wanted: Collection[str]) -> Iterator[tuple[str, Work]]:
    if LARGE & set(wanted):
        yield "шаблон на двісті таблиць", _large_template
        yield from _of(wanted, {"TEN-1": full_build.run, "TEN-2": signup.run})
    if set(wanted) - LARGE:
        fleet = sized(idle_fleet.TENANTS, 6) if FLEET & set(wanted) else 3
        yield "установка з громадами", lambda: _installation(fleet)
        yield from _of(
            wanted,
            {
                "TEN-5": lambda: request_cost.run(*_tenant(0, 1000)),
                "TEN-8": lambda: home_page.run(_tenant(1, 20)[1]),
                "TEN-3": lambda: idle_fleet.run(fleet),
                "TEN-4": lambda: one_column.run(fleet),
                "TEN-6": lambda: many_tenants.run(fleet),
                "TEN-7": lambda: _archive(sized(50_000, 500)),
                "REG-1": lambda: reg1_list.first(Community.objects.order_by("slug")[1].ref),
                "REG-1-DEEP": lambda: reg1_list.deep(Community.objects.order_by("slug")[1].ref),
                "REG-1-SEARCH": lambda: reg1_list.search(Community.objects.order_by("slug")[1].ref),
                "REG-1-USERS": lambda: many_users.run(Community.objects.order_by("slug")[1].ref),
                "REG-2": lambda: reg2_import.run(Community.objects.order_by("slug")[1].ref),
                "REG-3": lambda: one_sheet.run(Community.objects.order_by("slug")[1].ref),
                "PIV-1": lambda: pivot_figures.run(Community.objects.order_by("slug")[1].ref),
                **{f"GEO-1-Z{z}": partial(_tile, z) for z in (12, 13, 14)},
                "GEO-2": lambda: geo.far(Community.objects.order_by("slug")[0].ref),
                "ROL-1": rol_figures.overview,
                "ROL-3": rol_figures.region_report,
                "ROL-2": lambda: rol_figures.upkeep(Community.objects.order_by("slug")[0].ref),
                "BUS-1": lambda: bus.run(Community.objects.order_by("slug")[2].ref),
            },
        )


def _tile(z: int) -> Result:
    return geo.near(Community.objects.order_by("slug")[0].ref, z)


def _of(wanted: Collection[str], works: dict[str, Work]) -> Iterator[tuple[str, Work]]:
    yield from ((name, work) for name, work in works.items() if name in wanted)


def _large_template() -> None:
    ground.prepare()
    with owner_connection("bench") as connection:
        synthetic.fill_schema(connection, BLUEPRINT_SCHEMA)
        remember(connection, render_template(connection), migrations_fingerprint(), BLUEPRINT_SCHEMA)


def _installation(tenants: int) -> None:
    ground.prepare()
    many_tenants.create_many(ground.new_tenants(tenants))


def _tenant(number: int, contacts: int) -> tuple[object, str]:
    community = Community.objects.order_by("slug")[number]
    ground.populate(community.ref, contacts)
    return community.ref, f"{community.slug}.localhost"


def _archive(rows: int) -> Result:
    tenant, _host = _tenant(2, rows)
    return one_archive.run(tenant, rows, Community.objects.count())
