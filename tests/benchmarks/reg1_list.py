"""REG-1, the list of a million addresses: its first page, a page nine tenths down, a search.

Ours is the product's own list: rights, filters, the tab, the order by key, whole cards read, the next and previous places.
Compared is the time its page waits for the database; the whole page over HTTP (session, rights, capped count, template)
is in the note. The limit is the same rows by hand: a bare keyset, or a bare trigram condition, with the columns of the
list only. The peer of a deep page is OFFSET, the peer of a search is a condition without an index (`icontains`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import psycopg
from django.db import connection
from django.test import Client

from kernel.access.levels import Level
from kernel.registers.keyset import Cursor
from kernel.registers.listing import PAGE, Listing
from kernel.registers.registry import register_named
from kernel.search.query import stem, words_of
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import enter, make_person, make_role
from tests.benchmarks import addresses, ground
from tests.benchmarks.measure import Result, database_time, interleaved, result, sized

if TYPE_CHECKING:
    from kernel.access.models import User

ROWS = int(os.environ.get("BENCH_ADDRESSES", sized(1_000_000, 2_000)))
ASKED = "Зеленою Гора"
COLUMNS = "id, shown, purpose, postcode, location"
_BARE = f"SELECT {COLUMNS} FROM addresses_building WHERE archived_at IS NULL"
_ORDER = f"ORDER BY place, id LIMIT {PAGE + 1}"
_NEXT = f"{_BARE} AND (place, id) > (%s, %s) {_ORDER}"
# Fetched once: what is measured is the page, not the number of a row.
PLACES = "SELECT place, id FROM addresses_building WHERE archived_at IS NULL ORDER BY place, id LIMIT %s OFFSET %s"

Asked = tuple[str, str, tuple[Any, ...]]


def first(tenant: TenantRef, rows: int = ROWS) -> Result:
    return _measured("REG-1", tenant, rows, lambda _number: ("", f"{_BARE} {_ORDER}", ()))


def deep(tenant: TenantRef, rows: int = ROWS) -> Result:
    pairs, depth = _pairs(), rows * 9 // 10
    stand(tenant, rows)
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute(PLACES, [pairs, depth])
        places = cursor.fetchall()

    def asked(number: int) -> Asked:
        place = places[number]
        return urlencode({"after": Cursor(list(place), before=depth).encode()}), _NEXT, place

    def offset() -> None:
        _run(f"{_BARE} {_ORDER} OFFSET {depth}", ())

    return _measured("REG-1-DEEP", tenant, rows, asked, peer=(f"OFFSET {depth}", offset))


def search(tenant: TenantRef, rows: int = ROWS) -> Result:
    patterns = tuple(f"%{word}%" if len(word) > 3 else f"% {word}%" for word in map(stem, words_of(ASKED)))
    conditions = " ".join("AND sought LIKE %s" for _pattern in patterns)

    def unaided() -> None:
        likes = tuple(f"%{word}%" for word in ASKED.split())
        _run(f"{_BARE} {' '.join('AND UPPER(shown) LIKE UPPER(%s)' for _like in likes)} {_ORDER}", likes)

    return _measured(
        "REG-1-SEARCH",
        tenant,
        rows,
        lambda _number: (urlencode({"q": ASKED}), f"{_BARE} {conditions} {_ORDER}", patterns),
        peer=("icontains без індексу", unaided),
    )


def _pairs() -> int:
    return sized(41, 3)


def _measured(
    name: str,
    tenant: TenantRef,
    rows: int,
    asked: Callable[[int], Asked],
    peer: tuple[str, Callable[[], None]] | None = None,
) -> Result:
    user = stand(tenant, rows)
    register = register_named("addresses.addresses")

    def ours(number: int) -> float:
        query, _sql, _given = asked(number)
        with database_time() as spent:
            cards = Listing(register, user, query).page().cards
        if not cards:
            raise RuntimeError(f"{name}: {len(cards)} cards on a page")
        return spent.seconds

    def bare(number: int) -> float:
        _query, sql, given = asked(number)
        with database_time() as spent:
            _run(sql, given)
        return spent.seconds

    with tenant_context(tenant):
        ours(0)
        bare(0)
        mine, limit = interleaved(ours, bare, _pairs())
        whole, sql, work = _pages(tenant, user, register.url(), [asked(number)[0] for number in range(_pairs())])
        slow = 0.0
        if peer:
            peer[1]()
            slow = median(_timed(peer[1]) for _time in range(sized(5, 1)))
    note = (
        f"{rows} адрес; сторінка крізь HTTP {whole * 1000:.0f} мс, з них у базі {sql * 1000:.1f} мс, "
        f"процесора {work * 1000:.0f} мс"
    )
    return result(name, mine, limit, peer=peer[0] if peer else "", peer_s=slow or None, note=note)


def _pages(tenant: TenantRef, user: User, path: str, queries: list[str]) -> tuple[float, float, float]:
    """The page as a browser gets it, and what of it the database takes; the first request only warms the templates."""
    client = enter(Client(headers={"host": f"{tenant.slug}.localhost"}), user)
    client.get(path)
    whole, base, work = [], [], []
    for query in queries:
        began, busy = time.perf_counter(), time.process_time()
        with database_time() as spent:
            answer = client.get(f"{path}?{query}")
        whole.append(time.perf_counter() - began)
        work.append(time.process_time() - busy)
        base.append(spent.seconds)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}?{query}: {answer.status_code}")
    return median(whole), median(base), median(work)


def _run(sql: str, given: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given or None)
        cursor.fetchall()


def _timed(work: Callable[[], None]) -> float:
    with database_time() as spent:
        work()
    return spent.seconds


@cache
def stand(tenant: TenantRef, rows: int) -> User:
    """The addresses and somebody who may read them; once for all three."""
    database = connection.settings_dict["NAME"]
    with psycopg.connect(ground.superuser_url(database), autocommit=True) as superuser, tenant_context(tenant):
        addresses.without_history(superuser, tenant.schema, off=True)
        addresses.fill(rows)
        addresses.without_history(superuser, tenant.schema, off=False)
        superuser.execute(f'VACUUM ANALYZE "{tenant.schema}".addresses_building')
        return make_person(make_role("bench_list", addresses=Level.VIEW).code)
