"""Writing to the outbox: in the transaction of what happened, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from kernel.bus.declare import name_of_event, to_payload
from kernel.bus.models import Event
from kernel.tenancy import current_tenant
from kernel.tenancy.actor import actor_or_none
from kernel.tenancy.cache import cache

NUDGED = "bus.nudged"
# Only a bound: the worker takes the mark away as soon as it begins.
NUDGE_SECONDS = 30


class OutsideTransaction(RuntimeError):
    def __init__(self) -> None:
        super().__init__("publish() belongs inside the operation's transaction: else it could tell of what never was.")


def publish(event: Any, *, subject: str = "") -> Event:
    """Letters of one subject arrive in the order of their positions.

    That is the order of the changes, provided the publisher changed the subject's own row first: then its lock
    makes two publishers wait for each other. Letters without a subject know no order.
    """
    return publish_all([event], subject=subject)[0]


def publish_all(events: Iterable[Any], *, subject: str = "") -> list[Event]:
    current_tenant()
    if not connection.in_atomic_block:
        raise OutsideTransaction
    actor = actor_or_none()
    author = {"kind": actor.kind, "id": actor.id, "name": actor.name, "request": actor.request_id} if actor else {}
    letters = Event.objects.bulk_create(
        Event(type=name_of_event(one), subject=subject[:200], payload=to_payload(one), actor=author) for one in events
    )
    if letters:
        _nudge_after_commit()
    return letters


def _nudge_after_commit() -> None:
    """Once per transaction. A nudge noted within a savepoint that may yet be undone does not count."""
    standing = set(connection.savepoint_ids)
    noted: list[Any] = list(connection.run_on_commit)
    if not any(run is nudge and set(marks) <= standing for marks, run, _robust in noted):
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Wake the worker, unless it was woken and has not begun. When the broker is away, the sweep finds the letters."""
    from kernel.bus.jobs import deliver

    if cache.add(NUDGED, True, NUDGE_SECONDS):
        deliver.delay()
