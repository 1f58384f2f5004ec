"""In a tenant: its boundary, coarsely, and how it fares, handed over to the region."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import LinearRing, MultiPolygon
from django.db.models import Max
from django.utils import timezone

from kernel.access.models import User
from kernel.indicators.crossing import push_outline, push_vitals
from kernel.jobs.models import Job
from kernel.maps.boundary import boundary

Ring = list[list[float]]

# Degrees, some three hundred metres: less than a dot on a map of a region.
COARSE = 0.004
DIGITS = 4
MOST_PIECES = 20
FAILED_WITHIN = timedelta(days=7)


def tell_outline() -> None:
    push_outline(rings_of(boundary()))


def follow_boundary(sender: Any, **_signal: Any) -> None:
    """The region's map changes in the same transaction as the boundary."""
    tell_outline()


def rings_of(shape: MultiPolygon | None) -> list[Ring]:
    """Outer rings go one way round and holes the other, so that a drawing leaves the holes empty."""
    if shape is None:
        return []
    pieces = sorted(shape, key=lambda piece: piece.area, reverse=True)[:MOST_PIECES]
    found = []
    for piece in pieces:
        coarse: Any = piece.simplify(COARSE, preserve_topology=True)
        found += [_turned(ring, left=number == 0) for number, ring in enumerate(coarse)]
    return found


def _turned(ring: LinearRing, *, left: bool) -> Ring:
    points = [[round(x, DIGITS), round(y, DIGITS)] for x, y, *_height in ring.coords]
    return points if ring.is_counterclockwise == left else points[::-1]


def tell_vitals() -> None:
    since = timezone.now() - FAILED_WITHIN
    failed = Job.objects.filter(status=Job.Status.FAILED, finished_at__gte=since).count()
    push_vitals(User.objects.aggregate(last=Max("last_login"))["last"], failed)
