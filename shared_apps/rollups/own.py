"""A tenant's own stored figures, for its own pages: past periods, what was seen on a day, its enterprises beside it.

Made-up figures of the demonstration are never among them: a page that leads to cards must agree with the cards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kernel.indicators.catalogue import Declared
from kernel.tenancy import current_tenant, platform_context
from shared_apps.communities.models import Community
from shared_apps.rollups.models import Kept, Pass, Snapshot
from shared_apps.rollups.quality import Standing, standings
from shared_apps.rollups.reading import LIVING
from shared_apps.rollups.suppression import Persons, hidden

Values = dict[str, dict[str, Decimal | None]]


def own_values(found: Sequence[Declared], periods: Collection[str]) -> Values:
    """By code and period. What an earlier formula counted is not mixed with what this one counts."""
    versions = {one.code: one.indicator.version for one in found}
    tenant, values = current_tenant(), defaultdict[str, dict[str, Decimal | None]](dict)
    if not versions or not periods:
        return {}
    with platform_context():
        rows = Kept.objects.filter(
            community_id=tenant.id, indicator__in=versions, period__in=list(periods), dimension="", demo=False
        ).values_list("indicator", "period", "value", "formula")
        for code, period, value, formula in rows:
            if formula == versions[code]:
                values[code][period] = value
    return dict(values)


def own_course(found: Sequence[Declared], days: Sequence[date]) -> dict[str, list[Decimal | None]]:
    """What was seen at the end of each of the days, in order; None before anything was seen."""
    if not found or not days:
        return {}
    tenant, seen = current_tenant(), defaultdict[str, list[tuple[date, Decimal | None]]](list)
    with platform_context():
        rows = (
            Snapshot.objects.filter(
                community_id=tenant.id,
                indicator__in=[one.code for one in found],
                period="",
                dimension="",
                day__lte=max(days),
            )
            .order_by("day")
            .values_list("indicator", "day", "value")
        )
        for code, day, value in rows:
            seen[code].append((day, value))
    return {code: [_last(course, day) for day in days] for code, course in seen.items()}


def _last(course: Iterable[tuple[date, Decimal | None]], day: date) -> Decimal | None:
    found = None
    for seen_on, value in course:
        if seen_on > day:
            break
        found = value
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a dimension as it was seen."""

    key: str
    above: Decimal | None
    below: Decimal | None
    value: Decimal | None


def own_parts(one: Declared, dimension: str, day: date) -> list[Part]:
    """The figure's split as it was seen at the end of that day; cards without a value have the key «»."""
    tenant, prefix = current_tenant(), f"{dimension}="
    with platform_context():
        rows = Snapshot.objects.filter(
            community_id=tenant.id, indicator=one.code, period="", day__lte=day, dimension__startswith=prefix
        )
        latest = rows.order_by("dimension", "-day").distinct("dimension")
        return [
            Part(row.dimension.removeprefix(prefix), row.above, row.below, row.value)
            for row in latest
            if row.value is not None or row.counted
        ]


def counted_at(labels: Collection[str]) -> datetime | None:
    """The oldest count among these registers: how fresh all of the figures are. None when one was never counted."""
    tenant = current_tenant()
    with platform_context():
        times = list(
            Pass.objects.filter(community_id=tenant.id, register__in=list(labels)).values_list("data_at", flat=True)
        )
    return min(times) if times and None not in times else None  # type: ignore[type-var]


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise of this community as its own pushes tell it; a figure that is absent is None, never zero."""

    name: str
    standings: dict[str, Standing]
    values: dict[str, Decimal | None]
    hidden: frozenset[str]


def own_enterprises(found: Sequence[Declared], period: str) -> list[Enterprise]:
    """Those that belong to this community. Few persons are told to nobody but the enterprise itself."""
    tenant = current_tenant()
    with platform_context():
        members = list(
            Community.objects.filter(parent_id=tenant.id, state__in=LIVING, training=False).order_by("short_name")
        )
        if not members:
            return []
        values: dict[tuple[str, str], Decimal | None] = {}
        persons: dict[str, dict[str, Persons]] = defaultdict(dict)
        people = {one.code for one in found if one.indicator.people}
        rows = Kept.objects.filter(
            community_id__in=[one.pk for one in members],
            indicator__in=[one.code for one in found],
            period__in=["", period],
            dimension="",
            demo=False,
        )
        dated = {one.code for one in found if one.periods}
        for row in rows:
            if (row.period != "") == (row.indicator in dated):
                values[str(row.community_id), row.indicator] = row.value
                if row.indicator in people:
                    persons[row.indicator][str(row.community_id)] = Persons(row.counted, None)
        gone = {code: hidden(cells, [list(cells)]) for code, cells in persons.items()}
        standing = {label: standings(members, label) for label in {one.register.label for one in found}}
        return [
            Enterprise(
                one.short_name,
                {label: told[one.pk] for label, told in standing.items()},
                {each.code: values.get((str(one.pk), each.code)) for each in found},
                frozenset(code for code, keys in gone.items() if str(one.pk) in keys),
            )
            for one in members
        ]
