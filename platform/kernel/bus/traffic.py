"""What went over the bus by days, told to the region's console: how many letters, how many failed, how fast.

No letter's content and no subject leaves the tenant: numbers only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from kernel.access.dates import local_today, local_zone
from kernel.bus.models import Delivery, WebhookMessage
from kernel.indicators.crossing import push_traffic
from kernel.tenancy.cache import cache

# Seconds; the last class is «longer». Percentiles of many tenants are worked out from sums of classes.
EDGES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
# Late attempts change days that are over.
TOLD_DAYS = 3
PAUSE = 300
_TOLD = "bus.traffic.told"
LETTER, WEBHOOK = "letter", "webhook"


def tell_traffic(days: int = TOLD_DAYS) -> None:
    """Of the last days, counted anew; told twice, it is the same."""
    first = local_today() - timedelta(days=days - 1)
    push_traffic(first, [*_letters(first), *_webhooks(first)])


def tell_traffic_soon() -> None:
    """After a delivery, not more often than every five minutes: a busy bus must not count itself all day."""
    if cache.add(_TOLD, True, PAUSE):
        tell_traffic()


def _since(first: Any) -> datetime:
    return timezone.make_aware(datetime.combine(first, time.min), local_zone())


def _letters(first: Any) -> Iterable[dict[str, Any]]:
    state = Delivery.State
    rows = Delivery.objects.filter(event__at__gte=_since(first)).annotate(
        day=TruncDate("event__at", tzinfo=local_zone()),
        took=ExpressionWrapper(F("done_at") - F("event__at"), output_field=DurationField()),
    )
    return _told(
        LETTER,
        rows.order_by().values("day", service=F("consumer")),
        failed=Q(state__in=[state.SET_ASIDE, state.SKIPPED]),
        waiting=Q(state=state.WAITING),
    )


def _webhooks(first: Any) -> Iterable[dict[str, Any]]:
    state = WebhookMessage.State
    rows = WebhookMessage.objects.filter(created_at__gte=_since(first)).annotate(
        day=TruncDate("created_at", tzinfo=local_zone()),
        took=ExpressionWrapper(F("finished_at") - F("created_at"), output_field=DurationField()),
        done_at=F("finished_at"),
    )
    # By the event, not by the address: whom a community calls is its own affair.
    return _told(
        WEBHOOK,
        rows.order_by().values("day", service=F("type")),
        failed=Q(state=state.FAILED),
        waiting=Q(state=state.WAITING),
        done=Q(state=state.DELIVERED),
    )


def _told(kind: str, rows: Any, *, failed: Q, waiting: Q, done: Q | None = None) -> Iterable[dict[str, Any]]:
    done = Q(state=Delivery.State.DONE) if done is None else done
    edges = [timedelta(seconds=seconds) for seconds in EDGES]
    spans = {f"s{number}": Count("pk", filter=done & Q(**_between(edges, number))) for number in range(len(EDGES) + 1)}
    counted = rows.annotate(
        calls=Count("pk"),
        failed=Count("pk", filter=failed),
        waiting=Count("pk", filter=waiting),
        tried=Sum("attempts"),
        **spans,
    )
    for row in counted:
        yield {
            "kind": kind,
            "service": row["service"],
            "day": row["day"].isoformat(),
            "calls": row["calls"],
            "failed": row["failed"],
            "waiting": row["waiting"],
            "tried": row["tried"] or 0,
            "spans": [row[name] for name in spans],
        }


def _between(edges: list[timedelta], number: int) -> dict[str, timedelta]:
    found = {}
    if number:
        found["took__gt"] = edges[number - 1]
    if number < len(edges):
        found["took__lte"] = edges[number]
    return found
