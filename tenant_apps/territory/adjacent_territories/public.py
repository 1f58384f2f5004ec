"""Who keeps the place clean: for those who found rubbish there."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.gis.geos import Point

from tenant_apps.territory.adjacent_territories.models import Allotment


@dataclass(frozen=True, slots=True)
class Responsible:
    """`party_id` is asked of the parties' own `public.py`, with their rights."""

    allotment_id: int
    number: str
    name: str
    party_id: int
    duties: str
    allotted: bool


def responsible_at(longitude: float, latitude: float) -> Responsible | None:
    """Shapes of the living never overlap, so there is one or none."""
    found = Allotment.objects.filter(
        archived_at__isnull=True, shape__covers=Point(longitude, latitude, srid=4326)
    ).first()
    if found is None:
        return None
    allotted = found.state in (Allotment.State.ALLOTTED, Allotment.State.CONTRACTED)
    return Responsible(found.pk, found.number, found.name, found.holder_id, found.duties, allotted)
