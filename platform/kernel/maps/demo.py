"""The boundary of a demonstration community: a line around everything it has on the map."""

from __future__ import annotations

from django.contrib.gis.db.models import Collect
from django.contrib.gis.db.models.functions import Translate
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon

from kernel.maps.boundary import set_boundary
from kernel.maps.layers import Layer
from kernel.maps.models import Boundary
from kernel.modules.entitlement import enabled_labels
from kernel.registers.registry import registers
from kernel.tenancy.actor import Actor

MARGIN, SMOOTHED = 0.02, 0.004
SOURCE = "Вигадана межа для показу"
BY = Actor("operator", name="Показ")


def move(east: float, north: float) -> None:
    """Everything the community has on the map, before its boundary is drawn."""
    for layer in _layers():
        if "__" not in layer.geometry:
            layer.whole.update(**{layer.geometry: Translate(layer.geometry, east, north)})


def load() -> int:
    """Once, after modules have put their objects on the map; a community without any has no boundary."""
    if Boundary.objects.exists():
        return 0
    hulls: list[GEOSGeometry] = []
    for layer in _layers():
        found = layer.whole.aggregate(found=Collect(layer.geometry))["found"]
        if found is not None:
            hulls.append(found.convex_hull)
    if not hulls:
        return 0
    around = hulls[0]
    for hull in hulls[1:]:
        around = around.union(hull)
    line = around.convex_hull.buffer(MARGIN).simplify(SMOOTHED)
    assert isinstance(line, Polygon)
    set_boundary(MultiPolygon(line, srid=4326), source=SOURCE, by=BY)
    return 1


def _layers() -> list[Layer]:
    enabled = enabled_labels()
    found = [one for one in registers() if one.layer is not None and one.module in enabled]
    return [Layer(register, whole_sight=True) for register in found]
