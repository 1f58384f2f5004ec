"""What other modules may know of greenery."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_apps.territory.greenery.models import Plant


@dataclass(frozen=True, slots=True)
class PlantRef:
    id: int
    number: str
    species: str
    state: str


def plant(plant_id: int) -> PlantRef | None:
    found = Plant.objects.select_related("species").filter(pk=plant_id).first()
    return PlantRef(found.pk, found.number, found.species.name, found.state) if found else None
