"""Two years of figures for the fictional region, marked as made up: rows behind them there are none.

A tenant's own count of a month takes the place of a made-up one by itself.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from decimal import Decimal

from django.utils import timezone

from kernel.indicators.catalogue import Declared, declared
from kernel.indicators.computing import period_code
from kernel.indicators.kinds import Distinct, Percentile
from shared_apps.communities.models import Community
from shared_apps.rollups import periods
from shared_apps.rollups.models import Kept

REGION = "UA99"
MONTHS = 24

Parts = tuple[Decimal, Decimal | None]


def load_demo_figures() -> int:
    """In platform scope; what is there already stays. How many values were made."""
    rows = [
        row
        for community in Community.objects.filter(katottg__startswith=REGION, kind=Community.Kind.HROMADA)
        for one in declared()
        if one.periods and not isinstance(one.indicator, Percentile | Distinct)
        for row in _course(community, one)
    ]
    before = Kept.objects.filter(demo=True).count()
    Kept.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)
    return Kept.objects.filter(demo=True).count() - before


def _course(community: Community, one: Declared) -> list[Kept]:
    found: dict[str, Parts] = {}
    sums: dict[str, list[Parts]] = defaultdict(list)
    for month in periods.last("month", timezone.localdate(), MONTHS)[:-1]:
        parts = _month(community, one, month)
        if "month" in one.periods:
            found[month] = parts
        for length in ("quarter", "year"):
            sums[period_code(periods.first_day(month), length)].append(parts)
    for period, months in sums.items():
        found[period] = (
            sum((above for above, _below in months), Decimal(0)),
            sum((below for _above, below in months if below is not None), Decimal(0)) or None,
        )
    return [
        Kept(
            community=community,
            indicator=one.code,
            period=period,
            value=one.indicator.made_of(above, below, {}),
            above=above,
            below=below,
            counted=int(below or above),
            formula=one.indicator.version,
            demo=True,
        )
        for period, (above, below) in found.items()
    ]


def _month(community: Community, one: Declared, month: str) -> Parts:
    """The same at every loading: a number made of the names, larger where more people live."""
    seed = int(hashlib.sha256(f"{community.slug}/{one.code}/{month}".encode()).hexdigest()[:8], 16)
    size = max(1, (community.population or 5_000) // 2_500)
    if one.indicator.below() is None:
        return Decimal(size + seed % (2 * size)), None
    below = Decimal(20 * size + seed % (10 * size))
    return (below * (60 + seed % 35) / 100).to_integral_value(), below
