"""What a break on a line does: on the map and as lists to close by and to call by."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import MultiLineString
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.maps.layers import layer_for
from kernel.maps.onscreen import feature_of, map_settings
from kernel.registers.registry import register_named
from kernel.registers.saving import card_or_404
from kernel.registers.views.shared import frame
from tenant_apps.territory.addresses.public import addresses_of
from tenant_apps.utilities.networks.models import Node
from tenant_apps.utilities.networks.tracing import downstream, isolation, lines_inside, upstream, without_supply

MARGIN = 0.0006
# A thousand addresses are a district: the screen shows as many and says how many there are.
SHOWN = 1000


@require_safe
@needs("networks", Level.VIEW)
def trace(request: SignedRequest, pk: int) -> HttpResponse:
    lines, nodes = register_named("networks.lines"), register_named("networks.nodes")
    line = card_or_404(lines, request.user, pk)
    zone = isolation(line)
    empty, inlets = lines_inside(zone), without_supply(zone)
    addresses = addresses_of({one.building_id for one in inlets if one.building_id})
    shape = MultiLineString([one.shape for one in empty] or [line.shape], srid=4326)
    settings = map_settings(
        [layer_for(request.user, lines.label), layer_for(request.user, nodes.label)],
        place=feature_of(shape),
        box=_box(shape, inlets),
        tools="few",
    )
    context = frame(
        request,
        lines,
        line=line,
        title=_("Якщо аварія на ділянці %(code)s") % {"code": line.code},
        back=lines.url("card", line.pk),
        settings=settings,
        valves=[(nodes.url("card", one.pk), one) for one in zone.valves],
        shut=sum(one.state == "closed" for one in zone.valves),
        homes=[
            (nodes.url("card", one.pk), one, addresses[one.building_id].shown)
            for one in inlets[:SHOWN]
            if one.building_id in addresses
        ],
        count=len(addresses),
        length=round(sum(one.length or 0 for one in empty)),
        up=len(upstream(line)),
        down=len(downstream(line)),
    )
    return render(request, "networks/trace.html", context)


def _box(shape: MultiLineString, inlets: list[Node]) -> list[list[float]]:
    """All that goes empty and everybody who waits."""
    places: list[Any] = [one.location for one in inlets[:SHOWN]]
    west, south, east, north = shape.extent
    for place in places:
        west, south = min(west, place.x), min(south, place.y)
        east, north = max(east, place.x), max(north, place.y)
    return [[west - MARGIN, south - MARGIN], [east + MARGIN, north + MARGIN]]
