"""Who answers for a place, as its zones say and as those who allot adjacent territories say."""

from __future__ import annotations

from datetime import date

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from kernel.answering import Answer, Answering, answers_for_places
from kernel.periods import covering
from kernel.registers.registry import register_named, register_of
from tenant_apps.operations.control.models import CareZone


@answers_for_places("control")
def zones(place: Point, on: date) -> list[Answer]:
    register = register_of(CareZone)
    found = CareZone.objects.filter(
        covering(on, "valid_from", "valid_to"), archived_at__isnull=True, shape__covers=place
    ).select_related("party")
    return [
        Answer(
            zone.kind, zone.party_id, str(zone.party), zone.ground, register.url("card", zone.pk) if register else ""
        )
        for zone in found.order_by("-valid_from", "id")
    ]


@answers_for_places("adjacent_territories")
def allotments(place: Point, on: date) -> list[Answer]:
    """As they stand today: allotments keep no days of their own."""
    from tenant_apps.territory.adjacent_territories.public import responsible_at

    found = responsible_at(place.x, place.y)
    if found is None or not found.allotted:
        return []
    url = register_named("adjacent_territories.allotments").url("card", found.allotment_id)
    return [
        Answer(
            Answering.ADJACENT,
            found.party_id,
            found.name,
            _("Закріплена територія № %(number)s") % {"number": found.number},
            url,
        )
    ]
