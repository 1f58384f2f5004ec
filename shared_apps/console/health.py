"""How each community fares, from what it pushed itself: freshness of its figures, failed recounts, how ready it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from shared_apps.communities.models import Community
from shared_apps.rollups.models import Kept, Pass, Vitals
from shared_apps.rollups.quality import LATE

# A new community is ready when people, addresses and organisations are there.
ESSENTIAL = (
    "staff.employees.working",
    "staff.positions.vacant",
    "addresses.addresses.total",
    "organisations.parties.legal",
)


@dataclass(frozen=True, slots=True)
class Health:
    data_at: datetime | None
    failed: int
    late: bool
    readiness: int
    signed_in_at: datetime | None
    failed_jobs: int


def health_of(communities: Sequence[Community]) -> dict[UUID, Health]:
    keys = [one.pk for one in communities]
    passes: dict[UUID, list[Pass]] = defaultdict(list)
    for row in Pass.objects.filter(community_id__in=keys):
        passes[row.community_id].append(row)
    filled: dict[UUID, set[str]] = defaultdict(set)
    for pk, code in Kept.objects.filter(
        community_id__in=keys, indicator__in=ESSENTIAL, period="", dimension="", counted__gt=0
    ).values_list("community_id", "indicator"):
        filled[pk].add(code)
    vitals = {row.community_id: row for row in Vitals.objects.filter(community_id__in=keys)}
    return {pk: _health(passes[pk], len(filled[pk]), vitals.get(pk)) for pk in keys}


def _health(passes: Sequence[Pass], filled: int, vitals: Vitals | None) -> Health:
    moments = [row.data_at for row in passes if row.data_at]
    oldest = min(moments) if moments else None
    late = oldest is None or timezone.now() - oldest > LATE
    failed = sum(bool(row.error) for row in passes)
    # Half for essential registers that have something in them, half for figures that arrive.
    alive = 100 * (len(passes) - failed) // len(passes) if passes else 0
    return Health(
        data_at=oldest,
        failed=failed,
        late=late,
        readiness=(100 * filled // len(ESSENTIAL) + alive) // 2,
        signed_in_at=vitals.signed_in_at if vitals else None,
        failed_jobs=vitals.failed_jobs if vitals else 0,
    )
