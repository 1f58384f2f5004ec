"""TEN-1, a tenant's schema built from nothing.

Ours is `build_schema` of the product's template with about two hundred synthetic tables added: the name locked and
found free, the role made and joined, the structure, the template's rows, triggers and grants, one transaction. The
limit is the very same SQL text, with the role's two statements before it, sent to PostgreSQL as one script. The peer is
django-tenants making a tenant of the same synthetic tables by Django's migrations, once: it takes the better part of
a minute.
"""

from __future__ import annotations

import time

from provisioning.blueprint import access, build_schema
from provisioning.db import Connection, owner_connection
from provisioning.template import load_blueprint, require_current
from tests.benchmarks.catalogue import weigh
from tests.benchmarks.measure import QUICK, Result, interleaved, result, sized
from tests.benchmarks.peer import project


def run() -> Result:
    blueprint = load_blueprint(require_current().version)
    pairs = sized(5, 2)
    with owner_connection("bench") as connection:
        before = weigh(connection)

        def ours(number: int) -> None:
            build_schema(connection, blueprint, f"t_full_{number}")

        def limit(number: int) -> float:
            schema = f"t_bare_{number}"
            script = (
                f"{access.create_role(schema)} {access.join_role(schema, access.Cast(), connection.info.server_version)}"
                f"{blueprint.sql(schema)}"
            )
            return _replay(connection, script)

        mine, bare = interleaved(ours, limit, pairs)
        each = (weigh(connection) - before).per(2 * pairs)
    note = f"{len(blueprint.tables)} таблиць; {each}"
    if QUICK:
        return result("TEN-1", mine, bare, note=note)
    return result(
        "TEN-1", mine, bare, peer="django-tenants migrate (один раз)", peer_s=project.create_seconds(), note=note
    )


def _replay(connection: Connection, script: str) -> float:
    began = time.perf_counter()
    with connection.transaction():
        connection.execute(script, prepare=False)
    return time.perf_counter() - began
