"""Ready schemas: as many as asked, each given once, never an old one, no rubbish left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from kernel.access.models import Role
from kernel.access.ready_roles import READY
from kernel.tenancy import tenant_context
from provisioning.db import holding, owner_connection
from provisioning.errors import Busy
from provisioning.lifecycle import NewTenant, create_tenant, create_with_report, pool
from provisioning.template import require_current
from tests.lifecycle.conftest import everything, require_no_orphans, require_whole

Owner = psycopg.Connection[Any]


def test_filled_to_the_target_and_no_further(owner: Owner):
    first = pool.refill(2)
    assert (first.ready, len(first.built), first.dropped) == (4, 4, ())
    assert [pool.count_ready(owner, kind) for kind in pool.KINDS] == [2, 2]
    before = everything(owner)
    second = pool.refill(2)
    assert (second.ready, second.built, second.dropped) == (4, (), ())
    assert pool.refill(1).ready == 4
    assert everything(owner) == before
    for schema in first.built:
        require_whole(owner, schema)
    require_no_orphans(owner)


def test_the_target_comes_from_the_settings(owner: Owner, settings: Any):
    settings.POOL_TARGET = 1
    assert pool.refill().ready == 2


def test_eight_creations_at_once_share_three_ready_schemas(owner: Owner):
    pool.refill(3)
    fingerprint = require_current().fingerprint

    def take(number: int) -> str | None:
        with owner_connection("take") as connection, connection.transaction():
            return pool.take(connection, f"t_taken_{number}", "hromada", fingerprint)

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(take, range(8)))
    given = [schema for schema in taken if schema is not None]
    assert len(given) == len(set(given)) == 3
    assert pool.count_ready(owner, "hromada") == 0
    for number, schema in enumerate(taken):
        if schema is not None:
            require_whole(owner, f"t_taken_{number}")
            owner.execute("DELETE FROM fleet_schemaversion WHERE schema_name = %s", [f"t_taken_{number}"])


def test_a_taking_that_is_rolled_back_returns_the_schema(owner: Owner):
    pool.refill(1)
    with pytest.raises(ZeroDivisionError), owner.transaction():
        pool.take(owner, "t_taken", "hromada", require_current().fingerprint)
        raise ZeroDivisionError
    assert pool.count_ready(owner, "hromada") == 1
    require_no_orphans(owner)


def test_each_kind_has_its_own_roles_at_birth(owner: Owner, dubova: NewTenant):
    pool.refill(1)
    waterworks = replace(dubova, kind="enterprise", name="КП «Водоканал»", short_name="", slug="vodokanal")
    with tenant_context(create_tenant(waterworks, by="оператор")):
        assert set(Role.objects.values_list("code", flat=True)) == {ready.code for ready in READY["enterprise"]}
    assert [pool.count_ready(owner, kind) for kind in pool.KINDS] == [1, 0]


def test_schemas_of_an_older_version_are_not_given_but_replaced(owner: Owner, dubova: NewTenant):
    old = pool.refill(1).built[0]
    owner.execute("UPDATE fleet_schemaversion SET fingerprint = 'old' WHERE schema_name = %s", [old])
    assert "збудовано" in create_with_report(dubova, by="оператор").notes["schema"]
    refilled = pool.refill(1)
    assert refilled.dropped == (old,)
    assert refilled.ready == 2
    require_no_orphans(owner)


def test_a_stale_schema_that_somebody_holds_is_left(owner: Owner):
    old = pool.refill(1).built[0]
    owner.execute("UPDATE fleet_schemaversion SET fingerprint = 'old' WHERE schema_name = %s", [old])
    with owner_connection("other") as other, other.transaction():
        other.execute("SELECT FROM fleet_poolschema WHERE schema_name = %s FOR UPDATE", [old])
        assert pool.refill(0).dropped == ()
    assert pool.refill(0).dropped == (old,)


def test_two_refills_do_not_fill_twice(owner: Owner):
    with owner_connection("other") as other, holding(other, pool.LOCK), pytest.raises(Busy):
        pool.refill(2)
    assert pool.count_ready(owner, "hromada") == 0


def test_the_janitor_removes_what_belongs_to_nobody(owner: Owner):
    kept, orphan_row, *_enterprises = pool.refill(2).built
    owner.execute(f"DROP SCHEMA {orphan_row} CASCADE")
    owner.execute("CREATE SCHEMA pool_0123456789ab")
    owner.execute("CREATE SCHEMA t_somebody")
    found = pool.sweep(drop=False)
    assert (found.schemas, found.rows, found.unknown) == (("pool_0123456789ab",), (orphan_row,), ("t_somebody",))
    assert pool.sweep() == found
    assert pool.sweep().schemas == pool.sweep().rows == ()
    # It may be somebody's data: a person decides.
    assert owner.execute("SELECT to_regnamespace('t_somebody') IS NOT NULL").fetchone() == (True,)
    owner.execute("DROP SCHEMA t_somebody")
    assert pool.count_ready(owner, "hromada") == 1
    require_whole(owner, kept)
    require_no_orphans(owner)
