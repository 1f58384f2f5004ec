"""What other modules may know of grounds."""

from __future__ import annotations

from dataclasses import dataclass

from tenant_apps.territory.playgrounds.models import Ground


@dataclass(frozen=True, slots=True)
class GroundRef:
    id: int
    number: str
    name: str
    is_open: bool


def ground(ground_id: int) -> GroundRef | None:
    found = Ground.objects.filter(pk=ground_id).first()
    return GroundRef(found.pk, found.number, found.name, found.state == Ground.State.OPEN) if found else None
