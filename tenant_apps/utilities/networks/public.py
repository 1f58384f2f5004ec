"""What dispatch and billing may ask of networks: who is left without supply when a line breaks, and what shuts it off."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point

from tenant_apps.utilities.networks.models import Line, Node
from tenant_apps.utilities.networks.tracing import downstream, isolation, upstream, without_supply

# In degrees, about a hundred metres: the index answers for it.
BESIDE = 0.0014


@dataclass(frozen=True, slots=True)
class NodeRef:
    id: int
    code: str
    kind: str
    name: str
    longitude: float
    latitude: float
    building_id: int | None


@dataclass(frozen=True, slots=True)
class LineRef:
    id: int
    code: str
    resource: str
    metres_away: float


@dataclass(frozen=True, slots=True)
class Outage:
    """`buildings` are cards of addresses, each once, in the order of their inlets."""

    line_id: int
    resource: str
    valves: tuple[NodeRef, ...]
    inlets: tuple[NodeRef, ...]
    buildings: tuple[int, ...]


def outage_of(line_id: int) -> Outage | None:
    """If this line breaks: valves to shut, inlets and addresses without supply until it is mended."""
    line = Line.objects.filter(pk=line_id).first()
    if line is None:
        return None
    zone = isolation(line)
    inlets = without_supply(zone)
    buildings = dict.fromkeys(one.building_id for one in inlets if one.building_id)
    return Outage(line.pk, line.resource, tuple(map(_ref, zone.valves)), tuple(map(_ref, inlets)), tuple(buildings))


def up_the_flow(line_id: int) -> list[NodeRef]:
    return [_ref(one) for one in upstream(Line.objects.get(pk=line_id))]


def down_the_flow(line_id: int) -> list[NodeRef]:
    return [_ref(one) for one in downstream(Line.objects.get(pk=line_id))]


def lines_near(place: Point, resource: str = "", limit: int = 5) -> list[LineRef]:
    """The nearest first: a call names a place, not a line."""
    rows = Line.objects.filter(shape__dwithin=(place, BESIDE), archived_at__isnull=True)
    rows = rows.filter(resource=resource) if resource else rows
    rows = rows.annotate(away=Distance("shape", place)).order_by("away")[:limit]
    return [LineRef(one.pk, one.code, one.resource, round(one.away.m, 1)) for one in rows]


def _ref(node: Node) -> NodeRef:
    return NodeRef(node.pk, node.code, node.kind, node.name, node.location.x, node.location.y, node.building_id)
