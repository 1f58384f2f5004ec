"""TEN-3, a fleet migration with nothing to do.

Ours is the whole process `hromada fleet migrate`, from its start to its exit, over every tenant of the product's database. The
limit is a Python process that only calls django.setup() with the same settings. The peer is django-tenants' own
`migrate_schemas` over its own project of the same synthetic tables: measured on a few tenants, its start
subtracted, and multiplied.
"""

from __future__ import annotations

import os
import sys
from statistics import median

from tests.benchmarks.measure import QUICK, Ran, Result, interleaved, result, run_process, sized
from tests.benchmarks.peer import project

TENANTS = min(300, int(os.environ.get("BENCH_TENANTS") or 300))
SETUP = [sys.executable, "-c", "import django; django.setup()"]
MIGRATE = [sys.executable, "-c", "from provisioning.cli import main; main()", "fleet", "migrate"]


def run(tenants: int) -> Result:
    ran: dict[str, list[Ran]] = {"ours": [], "limit": []}

    def process(which: str, argv: list[str]) -> float:
        ran[which].append(run_process(argv))
        return ran[which][-1].wall

    process("ours", MIGRATE)
    mine, bare = interleaved(lambda _: process("ours", MIGRATE), lambda _: process("limit", SETUP), sized(9, 2))
    cpu = {which: median(one.cpu for one in times) for which, times in ran.items()}
    note = (
        f"{tenants} громад; процесор {cpu['ours']:.2f} с проти {cpu['limit']:.2f} с ({cpu['ours'] / cpu['limit']:.2f}×)"
    )
    if QUICK:
        return result("TEN-3", mine, bare, note=note)
    peer = project.idle_fleet(TENANTS)
    return result("TEN-3", mine, bare, peer=peer.name, peer_s=peer.seconds, note=f"{note}; рівня: {peer.note}")
