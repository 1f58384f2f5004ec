"""ROL-1, the region's overview over 1,500 communities × 75 indicators × 36 months; ROL-2, what a mark costs a writer.

ROL-1. Ours is what the page asks: the communities a role covers, freshness of each, the values of a month with enterprises
within their communities, the whole, the month a year before, the trend of two years. The limit is the same figures by hand
from the rollup table: values of two months and sums by month. The peer asks every schema in turn for its own count.

ROL-3. The consolidated report of the whole region on demand: 75 figures of every community with its enterprises, of every
district, of the whole; quality of each, small numbers hidden. The limit is one statement over the same rows by grouping
sets. The peer is ROL-1's.

ROL-2. Ours is one committed insert of a card's row with the mark beside it; the limit is the insert alone.
"""

from __future__ import annotations

import time
import uuid
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kernel.access.roles import create_ready_roles
from kernel.indicators.catalogue import declared_named
from kernel.indicators.marking import mark
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import make_person
from shared_apps.communities.models import Community
from shared_apps.console.asking import Question, catalogue, seen
from shared_apps.console.consolidated import columns_of, consolidate
from shared_apps.rollups import periods
from shared_apps.rollups.models import Kept, Pass
from shared_apps.rollups.reading import communities_in
from tests.benchmarks.measure import Result, interleaved, result, sized

COMMUNITIES, INDICATORS, MONTHS = sized(1_500, 30), sized(75, 5), 36
OPENED = "bus_stops.bus-stops.opened"
STOPS = "bus_stops.bus-stops"

_FILL = """
INSERT INTO rollups_kept (community_id, indicator, period, dimension, value, above, below, counted, sketch, formula, changed_at, demo)
SELECT c.id, i.code, p.code, '', (h %% 100), (h %% 100), 100, 100, '{}', 1, now(), false
FROM unnest(%s::text[]) WITH ORDINALITY AS i (code, place), unnest(%s::text[]) WITH ORDINALITY AS p (code, month),
    communities_community c, LATERAL (SELECT abs(hashtext(c.slug || i.place || p.month)) AS h) AS seed
WHERE c.slug LIKE 'rol-%%'
"""
_VALUES = "SELECT community_id, value FROM rollups_kept WHERE indicator = %s AND dimension = '' AND period = %s"
_COURSE = (
    "SELECT period, sum(above), sum(below) FROM rollups_kept "
    "WHERE indicator = %s AND dimension = '' AND period = ANY (%s) GROUP BY period"
)
_GROUPED = """
SELECT k.indicator, left(c.katottg, 6) AS district, k.community_id, sum(k.above), sum(k.below), count(*)
FROM rollups_kept k JOIN communities_community c ON c.id = k.community_id
WHERE k.indicator = ANY (%s) AND k.period = ANY (%s) AND k.dimension = ''
GROUP BY GROUPING SETS ((k.indicator), (k.indicator, left(c.katottg, 6)), (k.indicator, k.community_id))
"""


def region_report() -> Result:
    months = periods.last("month", timezone.localdate(), MONTHS)
    codes = _stand(months)
    user = make_person("operator")
    columns = columns_of([declared_named(code) for code in codes], "")
    whens = sorted({column.period for column in columns})

    def ours(_number: int) -> None:
        everyone = communities_in(seen(user))
        report = consolidate(columns, everyone, everyone)
        if report.communities < COMMUNITIES or not any(cell.value for cell in report.lines[-1].cells):
            raise RuntimeError(f"{report.communities} of {COMMUNITIES}")

    def bare(_number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_GROUPED, [codes, whens])
            cursor.fetchall()

    ours(0)
    bare(0)
    mine, limit = interleaved(ours, bare, sized(7, 1))
    loop, visited = _loop()
    _sweep()
    return result(
        "ROL-3",
        mine,
        limit,
        peer=f"цикл по {COMMUNITIES} схемах за одним показником (виміряно {visited}, перераховано)",
        peer_s=loop * COMMUNITIES / visited,
        note=f"зведений звіт: {COMMUNITIES} громад × {len(codes)} показників, разом і за районами",
    )


def overview() -> Result:
    months = periods.last("month", timezone.localdate(), MONTHS)
    _stand(months)
    one, period = declared_named(OPENED), months[-2]
    user = make_person("operator")

    def ours(_number: int) -> None:
        question = Question(user, one, period)
        if question.whole.told < COMMUNITIES or not question.before or not question.course[1][-2]:
            raise RuntimeError(f"{question.whole} of {COMMUNITIES}")

    def bare(_number: int) -> None:
        with connection.cursor() as cursor:
            for month in (period, periods.year_before(period)):
                cursor.execute(_VALUES, [OPENED, month])
                cursor.fetchall()
            cursor.execute(_COURSE, [OPENED, months[-24:]])
            cursor.fetchall()

    ours(0)
    bare(0)
    mine, limit = interleaved(ours, bare, sized(21, 3))
    loop, visited = _loop()
    rows = Kept.objects.count()
    _sweep()
    return result(
        "ROL-1",
        mine,
        limit,
        peer=f"цикл по {COMMUNITIES} схемах (виміряно {visited}, перераховано)",
        peer_s=loop * COMMUNITIES / visited,
        note=f"{COMMUNITIES} громад × {INDICATORS} показників × {MONTHS} місяців, {rows} рядків",
    )


def _stand(months: list[str]) -> list[str]:
    """The codes of what was filled in."""
    create_ready_roles("platform")
    plan = Community.objects.exclude(plan=None).first().plan  # type: ignore[union-attr]
    made = Community.objects.bulk_create(
        Community(
            id=uuid.uuid4(),
            slug=f"rol-{number}",
            schema_name=f"t_rol_{number}",
            kind="hromada",
            name=f"Громада {number}",
            short_name=f"Громада {number}",
            katottg=f"UA{number % 24 + 1:02}{number % 5 + 1:02}{number:013}",
            population=4_000 + number * 37 % 60_000,
            plan=plan,
            state="active",
        )
        for number in range(COMMUNITIES)
    )
    Pass.objects.bulk_create(
        Pass(community=one, register=STOPS, data_at=timezone.now(), formulas="bench") for one in made
    )
    codes = list(dict.fromkeys([OPENED, *(one.code for one in catalogue())]))[:INDICATORS]
    labels = {declared_named(code).register.label for code in codes} - {STOPS}
    Pass.objects.bulk_create(
        Pass(community=one, register=label, data_at=timezone.now(), formulas="bench")
        for one in made
        for label in labels
    )
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [codes, ["", *months]])
        cursor.execute("ANALYZE rollups_kept")
    return codes


def _sweep() -> None:
    Kept.objects.all().delete()
    Pass.objects.filter(community__slug__startswith="rol-").delete()
    Community.objects.filter(slug__startswith="rol-").delete()


def _loop() -> tuple[float, int]:
    tenants = [one.ref for one in Community.objects.exclude(slug__startswith="rol-").filter(state="active")]
    began = time.perf_counter()
    for tenant in tenants:
        with tenant_context(tenant), connection.cursor() as cursor:
            cursor.execute(
                "SELECT date_trunc('month', opened_on), count(*) FROM bus_stops_busstop WHERE archived_at IS NULL GROUP BY 1"
            )
            cursor.fetchall()
    return time.perf_counter() - began, len(tenants)


# -- what a mark costs -----------------------------------------------------------------------------------

_INSERT = (
    "INSERT INTO bus_stops_busstop (code, name, landmark, settlement, shelter, accessible, lit, version, created_at, updated_at) "
    "VALUES (%s, 'Зупинка', '', '', 'none', false, false, 1, now(), now())"
)


def upkeep(tenant: TenantRef) -> Result:
    numbers = count(1)
    batch = sized(200, 20)

    def write(marked: bool) -> None:
        for _turn in range(batch):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_INSERT, [f"ROL-{next(numbers)}"])
                if marked:
                    mark(STOPS)

    with tenant_context(tenant):
        write(True)
        write(False)
        mine, limit = interleaved(lambda _n: write(True), lambda _n: write(False), sized(21, 3))
    each: Any = [[value / batch for value in values] for values in (mine, limit)]
    return result("ROL-2", *each, note=f"по {batch} записів, кожен у своїй транзакції; історія картки в обох")
