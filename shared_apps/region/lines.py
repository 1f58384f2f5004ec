"""Open figures of all communities: counted by the console's own reading, hidden as it hides, kept for some minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.indicators.catalogue import Declared
from kernel.indicators.kinds import Distinct, Percentile
from kernel.tenancy.cache import cache
from shared_apps.communities.models import Community
from shared_apps.console.asking import SHOWN, allowed_periods, catalogue, default_period, rounded
from shared_apps.region.places import Place, everyone
from shared_apps.rollups import periods
from shared_apps.rollups.models import Snapshot
from shared_apps.rollups.quality import TONES, Quality
from shared_apps.rollups.reading import communities_in, read, total, trend

SECONDS = 300
COURSE = 12


@dataclass(frozen=True, slots=True)
class Line:
    """What anybody may know of a community's figure; `shown` is None where there is nothing to be told."""

    community: Place
    shown: Decimal | None
    quality: Quality
    is_hidden: bool
    data_at: datetime | None
    demo: bool

    @property
    def tone(self) -> str:
        return "idle" if self.is_hidden else TONES[self.quality]

    @property
    def words(self) -> str:
        return _("приховано: менше пʼяти осіб") if self.is_hidden else str(self.quality.label)

    @property
    def code(self) -> str:
        return "hidden" if self.is_hidden else self.quality.value


@dataclass(frozen=True, slots=True)
class Sheet:
    lines: list[Line]
    # By region; None where it is hidden or nobody told.
    totals: dict[str, Decimal | None]

    def of(self, region: str) -> list[Line]:
        return [line for line in self.lines if not region or line.community.region_code == region]

    def median(self, region: str) -> Decimal | None:
        """Of what is told to everybody: what is hidden is not in it."""
        known = [line.shown for line in self.of(region) if line.shown is not None]
        return median(known) if known else None


def open_indicators() -> list[Declared]:
    """Those whose declaration says that anybody may see them."""
    return [one for one in catalogue() if one.indicator.public]


def open_periods(one: Declared) -> list[str]:
    """A quarter less two of its months would tell the third: of people there is one length of period only."""
    found = allowed_periods(one)
    if not one.indicator.people:
        return found
    length = periods.length_of(default_period(one))
    return [code for code in found if periods.length_of(code) == length]


def sheet(one: Declared, period: str) -> Sheet:
    key = f"region.sheet:{one.code}:{one.indicator.version}:{period}"
    found: Sheet | None = cache.get(key)
    if found is None:
        found = _read(one, period)
        cache.set(key, found, SECONDS)
    return found


def _read(one: Declared, period: str) -> Sheet:
    told = [each for each in read(one, period, communities_in(everyone())) if each.community.kind == "hromada"]
    groups = defaultdict(list)
    for each in told:
        groups[each.community.region_code].append(each)
    totals = {code: total(one, members, part=len(groups) > 1).shown for code, members in groups.items()}
    lines = [
        Line(Place.of(each.community), each.shown, each.quality, each.is_hidden, each.data_at, each.demo)
        for each in told
    ]
    return Sheet(lines, totals)


# -- one community -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figure:
    """An open indicator of one community, with its region's median and its own course."""

    code: str
    period: str
    line: Line
    median: Decimal | None
    course: list[Decimal]


def figures_of(community: Community) -> list[Figure]:
    key = f"region.figures:{community.pk}:{timezone.localdate()}"
    found: list[Figure] | None = cache.get(key)
    if found is None:
        found = _figures(community)
        cache.set(key, found, 3 * SECONDS)
    return found


def _figures(community: Community) -> list[Figure]:
    all_of_them = communities_in(everyone())
    family = [one for one in all_of_them if community.pk in (one.pk, one.parent_id)]
    found = []
    for one in open_indicators():
        period = default_period(one)
        page = sheet(one, period)
        line = next((each for each in page.lines if each.community.pk == community.pk), None)
        if line is None:
            continue
        course = _course(one, period, community, family, all_of_them) if line.shown is not None else []
        found.append(
            Figure(
                one.code,
                period,
                line,
                rounded(one, page.median(community.region_code)),
                [value for value in (rounded(one, each) for each in course) if value is not None],
            )
        )
    return found


def _course(
    one: Declared, period: str, community: Community, family: Sequence[Community], among: Sequence[Community]
) -> list[Decimal | None]:
    if not period:
        return [] if one.indicator.people else _seen(one, family)
    length = periods.length_of(period)
    codes = [code for code in periods.last(length, timezone.localdate(), SHOWN[length]) if code <= period][-COURSE:]
    whole = among if one.indicator.people else family
    return trend(one, codes, whole, of=community.pk, among=whole)


def _seen(one: Declared, family: Sequence[Community]) -> list[Decimal | None]:
    """What was seen at the ends of past months, the enterprises included; sketches are not kept, so not of those."""
    if isinstance(one.indicator, Percentile | Distinct):
        return []
    rows = Snapshot.objects.filter(
        community__in=[each.pk for each in family], indicator=one.code, period="", dimension=""
    ).order_by("day")
    kept: dict[Any, list[Snapshot]] = defaultdict(list)
    for row in rows:
        kept[row.community_id].append(row)
    return [_on(one, kept, day) for day in _month_ends()]


def _on(one: Declared, kept: dict[Any, list[Snapshot]], day: date) -> Decimal | None:
    last = [seen[-1] for rows in kept.values() if (seen := [row for row in rows if row.day <= day])]
    last = [row for row in last if row.value is not None or row.counted]
    if not last:
        return None
    below = [row.below for row in last if row.below is not None]
    above = sum((row.above or Decimal(0) for row in last), Decimal(0))
    return one.indicator.made_of(above, sum(below, Decimal(0)) if below else None, {})


def _month_ends() -> list[date]:
    day, found = timezone.localdate(), []
    for _number in range(COURSE):
        found.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return found[::-1]
