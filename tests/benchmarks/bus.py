"""BUS-1, events to 200 subscribers.

Ours is the product's own path: letters spread over the consumers by their types, each batch claimed with a lease,
read in the order of its subject as the actor of the letter, marked in the transaction of the reading. The limit is the
bare poll of an outbox: the same rows, FOR UPDATE SKIP LOCKED in batches of the same size, marked done, committed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from kernel.bus import consume, delivery
from kernel.bus.declare import event
from kernel.bus.models import Delivery
from kernel.bus.outbox import publish_all
from kernel.tenancy import TenantRef, tenant_context
from tests.benchmarks.measure import Result, interleaved, result, sized

SUBSCRIBERS = 200
_POLL = """
SELECT delivery.id, event.payload FROM bus_delivery delivery JOIN bus_event event ON event.id = delivery.event_id
WHERE delivery.consumer = %s AND delivery.state = 'waiting' ORDER BY delivery.event_id LIMIT %s
FOR UPDATE OF delivery SKIP LOCKED
"""


@event("bench.measured")
@dataclass(frozen=True, slots=True)
class Measured:
    number: int


def run(tenant: TenantRef) -> Result:
    names = [f"bench.reader-{number:03}" for number in range(SUBSCRIBERS)]
    events = sized(200, 5)
    heard = dict.fromkeys(names, 0)
    for name in names:
        consume.consumes(Measured, consumer=name)(_reader(heard, name))
    delays: list[float] = []
    with tenant_context(tenant):
        ours, limit = interleaved(lambda _n: _ours(events, names, heard), lambda _n: _bare(events, names), sized(5, 1))
        for _each in range(sized(20, 1)):
            delays.append(_ours(1, names, heard))
    letters = events * SUBSCRIBERS
    note = (
        f"{events} подій, {SUBSCRIBERS} отримувачів: {letters / min(ours):,.0f} листів за секунду; "
        f"одна подія в усіх за {sorted(delays)[len(delays) // 2] * 1000:.0f} мс"
    ).replace(",", "\u202f")
    return result("BUS-1", ours, limit, note=note)


def _reader(heard: dict[str, int], name: str) -> consume.Read:
    def read(_event: Measured, _letter: consume.Letter) -> None:
        heard[name] += 1

    return read


def _ours(events: int, names: list[str], heard: dict[str, int]) -> float:
    before = sum(heard.values())
    with transaction.atomic():
        publish_all(Measured(number) for number in range(events))
    began = time.perf_counter()
    while delivery.deliver_waiting():
        pass
    took = time.perf_counter() - began
    assert sum(heard.values()) - before == events * len(names)
    _clear()
    return took


def _bare(events: int, names: list[str]) -> float:
    with transaction.atomic():
        publish_all(Measured(number) for number in range(events))
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bus_delivery (event_id, consumer, subject, state, attempts, next_at, error, decided_by) "
            "SELECT event.id, reader, event.subject, 'waiting', 0, now(), '', '' "
            "FROM bus_event event CROSS JOIN unnest(%s::text[]) AS reader WHERE event.spread_at IS NULL",
            [names],
        )
        cursor.execute("UPDATE bus_event SET spread_at = now() WHERE spread_at IS NULL")
    for name in names:
        while _poll(name):
            pass
    took = time.perf_counter() - began
    assert not Delivery.objects.exclude(state="done").exists()
    _clear()
    return took


def _poll(name: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_POLL, [name, delivery.TAKEN_AT_ONCE])
        found = [row[0] for row in cursor.fetchall()]
        if found:
            cursor.execute(
                "UPDATE bus_delivery SET state = 'done', done_at = %s WHERE id = ANY(%s)", [timezone.now(), found]
            )
    return len(found)


def _clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bus_delivery")
        cursor.execute("DELETE FROM bus_event")
