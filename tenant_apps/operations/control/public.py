"""What other modules may know of violations: those around a place, of a party, of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point

from tenant_apps.operations.control.finding import BESIDE
from tenant_apps.operations.control.models import Violation


@dataclass(frozen=True, slots=True)
class ViolationRef:
    id: int
    number: str
    kind: str
    found_on: date
    state: str
    is_open: bool
    overdue: bool
    party_id: int | None


def open_of_party(party_id: int) -> list[ViolationRef]:
    """For whoever makes a contract or a decision about a party."""
    rows = Violation.objects.filter(party=party_id, state__in=Violation.OPEN, archived_at__isnull=True)
    return [_ref(one) for one in rows.select_related("kind").order_by("due_on", "id")]


def near(place: Point, *, metres: float = 50, limit: int = 20) -> list[ViolationRef]:
    """The nearest first; farther than about a hundred metres nothing is looked for."""
    rows = Violation.objects.filter(place__dwithin=(place, BESIDE), archived_at__isnull=True).select_related("kind")
    rows = rows.annotate(away=Distance("place", place)).order_by("away")[:limit]
    return [_ref(one) for one in rows if one.away.m <= metres]


def _ref(one: Violation) -> ViolationRef:
    return ViolationRef(
        one.pk, one.number, str(one.kind), one.found_on, one.state, one.is_open, one.is_overdue, one.party_id
    )
