"""PIV-1, a pivot of a million addresses: settlements in rows, purposes in columns, every subtotal and total.

Ours is what the page asks and makes of it: rights and conditions, one question, names of the groups, cells with the
addresses of their cards. The limit is the same groups by hand, one statement and nothing made of it. The peer asks for
cells, for both sides and for the whole one after another.
"""

from __future__ import annotations

import time
from statistics import median

from django.db import connection

from kernel.pivot.layout import Pivot
from kernel.pivot.tables import PivotTable
from kernel.registers.registry import register_named
from kernel.tenancy import TenantRef, tenant_context
from tests.benchmarks import reg1_list
from tests.benchmarks.measure import Result, interleaved, result, sized

ASKED = "by=settlement&across=purpose&measure=count&measure=share&formula=count * 2"
_FROM = "FROM addresses_building WHERE archived_at IS NULL"
_BARE = (
    "SELECT settlement_id, purpose, grouping(settlement_id, purpose), count(*) "
    f"{_FROM} GROUP BY CUBE (settlement_id, purpose)"
)
_APART = (
    f"SELECT settlement_id, purpose, count(*) {_FROM} GROUP BY settlement_id, purpose",
    f"SELECT settlement_id, count(*) {_FROM} GROUP BY settlement_id",
    f"SELECT purpose, count(*) {_FROM} GROUP BY purpose",
    f"SELECT count(*) {_FROM}",
)


def run(tenant: TenantRef, rows: int = reg1_list.ROWS) -> Result:
    user = reg1_list.stand(tenant, rows)
    register = register_named("addresses.addresses")

    def ours(_number: int) -> None:
        table = PivotTable(Pivot(register, user, ASKED))
        if not table.lines or table.total.cells[-3].value != rows:
            raise RuntimeError(f"{table.total.cells[-3].value} of {rows}")

    def bare(_number: int) -> None:
        _run(_BARE)

    def apart() -> float:
        began = time.perf_counter()
        for sql in _APART:
            _run(sql)
        return time.perf_counter() - began

    with tenant_context(tenant):
        ours(0)
        bare(0)
        mine, limit = interleaved(ours, bare, sized(11, 3))
        slow = median(apart() for _time in range(sized(5, 1)))
    note = f"{rows} адрес, {reg1_list.addresses.SETTLEMENTS} населених пунктів × призначення, з підсумками"
    return result("PIV-1", mine, limit, peer="чотири запити", peer_s=slow, note=note)


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()
