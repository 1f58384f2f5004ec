"""Run as a program on a cluster of its own: creates the tenant that the crash tests kill the server under.

`prepare` fills an empty database; `create STEP` stops inside the step until told to go on; `finish` creates the
same tenant without stopping and checks that it is whole and alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import django


def main(command: str, step: str = "") -> int:
    django.setup()
    from kernel.tenancy import platform_context
    from provisioning.errors import ProvisioningError

    with platform_context():
        try:
            {"prepare": prepare, "create": create, "finish": finish}[command](step)
        except ProvisioningError as error:
            tell(error=error.code, fact=error.fact, cure=error.cure)
            return int(error.exit_code)
    return 0


def tell(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def prepare(_step: str) -> None:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    from provisioning.template import build_template

    executor = MigrationExecutor(connections["owner"])
    executor.migrate(executor.loader.graph.leaf_nodes())
    tell(template=build_template().version)


def create(step: str) -> None:
    from provisioning.lifecycle import create_tenant, journal
    from tests.lifecycle.conftest import DUBOVA

    def stopping(mark: Callable[..., Any]) -> Callable[..., Any]:
        def marking(*args: Any) -> Any:
            result = mark(*args)
            if step in (mark.__name__, *map(str, args)):
                tell(inside=step)
                sys.stdin.readline()
            return result

        return marking

    for name in ("mark", "mark_as_owner", "finish"):
        setattr(journal, name, stopping(getattr(journal, name)))
    tell(created=create_tenant(DUBOVA, by="оператор").slug)


def finish(_step: str) -> None:
    from provisioning.db import owner_connection
    from provisioning.errors import Taken
    from provisioning.lifecycle import create_tenant, pool
    from tests.lifecycle.conftest import DUBOVA, require_no_orphans, require_whole

    try:
        create_tenant(DUBOVA, by="оператор")
    except Taken as done:
        tell(already=done.fact)
    with owner_connection("tests") as connection:
        require_whole(connection, "t_dubivska")
        require_no_orphans(connection)
    tell(ready=pool.refill(1).ready)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
