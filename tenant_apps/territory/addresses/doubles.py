"""Which cards look like the same thing twice: a hint on the card, never a decision."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q

from kernel.access.levels import Level
from kernel.access.rights import visible
from tenant_apps.territory.addresses.models import Building, Street

ALIKE = 0.45
NEAR = 0.0002  # of a degree: fifteen metres
MOST = 5


def doubles_of_street(card: Street, user: Any) -> dict[str, Any]:
    live = visible(Street.objects.filter(archived_at__isnull=True, settlement=card.settlement_id), user, Level.EDIT)
    alike = live.exclude(pk=card.pk).annotate(likeness=TrigramSimilarity("name", card.name))
    return _told(card, "streets", list(alike.filter(likeness__gte=ALIKE).order_by("-likeness", "name")[:MOST]))


def doubles_of_building(card: Building, user: Any) -> dict[str, Any]:
    live = visible(Building.objects.filter(archived_at__isnull=True, settlement=card.settlement_id), user, Level.EDIT)
    same = Q(street=card.street_id, number=card.number)
    if card.location:
        same |= Q(location__dwithin=(card.location, NEAR))
    return _told(card, "buildings", list(live.exclude(pk=card.pk).filter(same).order_by("place", "pk")[:MOST]))


def _told(card: Any, what: str, found: list[Any]) -> dict[str, Any]:
    return {"what": what, "card": card, "found": [] if card.archived_at else found, "live": not card.archived_at}
