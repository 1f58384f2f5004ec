"""What other modules may know of recreation zones."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_apps.territory.recreation_zones.models import Zone


@dataclass(frozen=True, slots=True)
class ZoneRef:
    id: int
    number: str
    name: str
    state: str


def zone(zone_id: int) -> ZoneRef | None:
    found = Zone.objects.filter(pk=zone_id).first()
    return ZoneRef(found.pk, found.number, found.name, found.state) if found else None
