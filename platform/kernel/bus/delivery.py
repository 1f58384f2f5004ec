"""From the outbox to the consumers: at least once, in order per subject, whatever dies on the way."""

from __future__ import annotations

import time
import traceback
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.bus.consume import Letter, consumer_named, takers
from kernel.bus.declare import from_payload
from kernel.bus.models import Delivery, Event
from kernel.operations import Denied, Who, name_of, operation
from kernel.tenancy.actor import Actor, acting
from kernel.tenancy.locks import hold_lock
from kernel.tenancy.log import get_logger

log = get_logger("bus")
State = Delivery.State

SPREAD_AT_ONCE = 1_000
TAKEN_AT_ONCE = 100
# Longer than any consumer may work; a worker that died gives its letters back after it.
LEASE = timedelta(minutes=5)
# After this long a tenant lets the others in.
BUDGET_SECONDS = 20.0
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 7200, 21600))
MOST_ATTEMPTS = len(PAUSES) + 1
KEPT = timedelta(days=30)

_SPREAD = """
WITH fresh AS (
    UPDATE bus_event SET spread_at = %(now)s
    WHERE id IN (SELECT id FROM bus_event WHERE spread_at IS NULL ORDER BY id LIMIT %(limit)s)
    RETURNING id, type, subject
), given AS (
    INSERT INTO bus_delivery (event_id, consumer, subject, state, attempts, next_at, error, decided_by)
    SELECT fresh.id, taker.consumer, fresh.subject, 'waiting', 0, %(now)s, '', ''
    FROM fresh JOIN unnest(%(types)s::text[], %(consumers)s::text[]) AS taker (type, consumer) USING (type)
    ORDER BY fresh.id
    ON CONFLICT (event_id, consumer) DO NOTHING
)
SELECT count(*) FROM fresh
"""


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failures; None when it is time to give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def spread(limit: int = SPREAD_AT_ONCE) -> int:
    """Give new letters to their consumers, in the order of positions; one worker at a time, or the order is lost."""
    pairs = takers()
    with transaction.atomic(), connection.cursor() as cursor:
        hold_lock("bus.spread")
        cursor.execute(
            _SPREAD,
            {
                "now": timezone.now(),
                "limit": limit,
                "types": [type_ for type_, _consumer in pairs],
                "consumers": [consumer for _type, consumer in pairs],
            },
        )
        return int(cursor.fetchone()[0])


def deliver_waiting(budget: float = BUDGET_SECONDS) -> bool:
    """Whether something may be left because the time was up."""
    until = time.monotonic() + budget
    while time.monotonic() < until:
        fresh = spread()
        # One reader at a time: what it takes at once is one transaction, however many readers an event has.
        taken = 0
        for consumer in Delivery.objects.waited_for("consumer"):
            if time.monotonic() >= until:
                return True
            with transaction.atomic():
                rows = Delivery.objects.filter(consumer=consumer).claim("consumer", TAKEN_AT_ONCE, LEASE, "event")
            if rows:
                _deliver(consumer, rows)
                taken += len(rows)
        if not fresh and not taken:
            return False
    return True


def _deliver(consumer: str, rows: list[Delivery]) -> None:
    """All in one transaction; when one of them fails, each alone, so that it harms no other."""
    try:
        _read_all(consumer, rows)
    except Exception as error:
        if len(rows) == 1:
            _note_failure(rows[0], error)
            return
        for row in rows:
            _deliver(consumer, [row])


def _read_all(consumer: str, rows: list[Delivery]) -> None:
    claimed = {row.pk: row.attempts for row in rows}
    with transaction.atomic():
        # Somebody may have taken them over while this worker was away longer than its lease.
        held = Delivery.objects.select_for_update().filter(pk__in=claimed, state=State.WAITING)
        ours = {pk for pk, attempts in held.values_list("pk", "attempts") if attempts == claimed[pk]}
        for row in rows:
            if row.pk in ours:
                _read(consumer, row.event)
        Delivery.objects.filter(pk__in=ours).update(state=State.DONE, done_at=timezone.now(), error="")


def _read(consumer: str, event: Event) -> None:
    letter = Letter(event.uid, event.pk, event.type, event.subject, event.at, event.actor)
    author = Actor("job", str(event.uid), consumer, request_id=str(event.actor.get("request", "")))
    with acting(author):
        consumer_named(consumer).read(from_payload(event.type, event.payload), letter)


def _note_failure(row: Delivery, error: Exception) -> None:
    pause = pause_after(row.attempts)
    told = "".join(traceback.format_exception_only(error)).strip()
    log.warning("event_not_taken", position=row.event_id, consumer=row.consumer, attempts=row.attempts, error=told)
    Delivery.objects.filter(pk=row.pk, attempts=row.attempts, state=State.WAITING).update(
        state=State.WAITING if pause else State.SET_ASIDE,
        next_at=timezone.now() + (pause or timedelta(0)),
        error=told[:4000],
    )
    if pause is None:
        log.error("event_set_aside", position=row.event_id, consumer=row.consumer)


def is_anything_due() -> bool:
    return (
        Event.objects.filter(spread_at__isnull=True).exists()
        or Delivery.objects.filter(state=State.WAITING, next_at__lte=timezone.now()).exists()
    )


# -- letters nobody could read ------------------------------------------------------------------


def _open(delivery: Delivery) -> Delivery:
    found = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if found.state != State.SET_ASIDE:
        raise Denied(_("Цю подію вже не відкладено: оновіть сторінку."))
    return found


@operation("bus", Level.EDIT)
def retry_delivery(delivery: Delivery, *, by: Who, reason: str = "") -> None:
    from kernel.bus.outbox import nudge

    found = _open(delivery)
    found.state, found.attempts, found.next_at, found.decided_by = State.WAITING, 0, timezone.now(), name_of(by)
    found.save()
    transaction.on_commit(nudge, robust=True)


@operation("bus", Level.MANAGE)
def skip_delivery(delivery: Delivery, *, by: Who, reason: str) -> None:
    """The consumer will never know. The reason stays with the letter."""
    if not reason.strip():
        raise Denied(_("Назвіть причину: чому отримувач обійдеться без цієї події."))
    found = _open(delivery)
    found.state, found.decided_by = State.SKIPPED, name_of(by)
    found.error = f"{reason.strip()}\n{found.error}"
    found.save()


def forget_delivered(now: datetime | None = None) -> int:
    """Letters read by everybody long ago go; those set aside stay until somebody decides."""
    before = (now or timezone.now()) - KEPT
    open_ones = Delivery.objects.filter(state__in=[State.WAITING, State.SET_ASIDE]).values("event")
    old = Event.objects.filter(at__lt=before, spread_at__isnull=False).exclude(pk__in=open_ones)
    gone, _by_model = old.delete()
    return gone
