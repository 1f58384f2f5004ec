"""What other modules may know of lamps."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_apps.territory.street_network.models import LightPoint


@dataclass(frozen=True, slots=True)
class LightRef:
    id: int
    number: str
    works: bool


def light(light_id: int) -> LightRef | None:
    found = LightPoint.objects.filter(pk=light_id).first()
    return LightRef(found.pk, found.number, found.state == LightPoint.State.WORKS) if found else None
