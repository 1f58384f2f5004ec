"""What was seen on that day: a row for every change, so that any day can be put together again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from shared_apps.rollups.models import Kept, Snapshot, Traffic

KEPT_DAYS = 800
_PLACE = ("indicator", "dimension", "period", "community_id")
_VALUE = ("value", "above", "below", "counted")


def take_snapshot(community: UUID, day: date) -> int:
    """In platform scope; repeated the same day it replaces what that day said. A figure that went leaves an empty row."""
    before = {_place(row): row for row in seen_on(day - timedelta(days=1), community=community)}
    now = {_place(row): row for row in Kept.objects.filter(community_id=community, demo=False)}
    changed = [
        Snapshot(day=day, **_columns(row, (*_PLACE, *_VALUE)))
        for place, row in now.items()
        if place not in before or _columns(row, _VALUE) != _columns(before[place], _VALUE)
    ]
    changed += [
        Snapshot(day=day, **_columns(row, _PLACE), counted=0)
        for place, row in before.items()
        if place not in now and _columns(row, _VALUE) != {"value": None, "above": None, "below": None, "counted": 0}
    ]
    Snapshot.objects.filter(community_id=community, day=day).delete()
    Snapshot.objects.bulk_create(changed, batch_size=2_000)
    return len(changed)


def seen_on(
    day: date, *, community: UUID | None = None, indicator: str = "", period: str | None = None
) -> list[Snapshot]:
    """The latest row not after the day, of every figure asked for."""
    rows = Snapshot.objects.filter(day__lte=day)
    if community is not None:
        rows = rows.filter(community_id=community)
    if indicator:
        rows = rows.filter(indicator=indicator)
    if period is not None:
        rows = rows.filter(period=period)
    return list(rows.order_by(*_PLACE, "-day").distinct(*_PLACE))


def forget_old(community: UUID, today: date) -> int:
    """A row goes only when a later one, old enough itself, says what was seen on the first day still kept."""
    edge = today - timedelta(days=KEPT_DAYS)
    later = Snapshot.objects.filter(**{name: OuterRef(name) for name in _PLACE}, day__lte=edge, day__gt=OuterRef("day"))
    gone, _by_model = Snapshot.objects.filter(Exists(later), community_id=community, day__lt=edge).delete()
    Traffic.objects.filter(community_id=community, day__lt=edge).delete()
    return gone


def _place(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _PLACE)


def _columns(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
