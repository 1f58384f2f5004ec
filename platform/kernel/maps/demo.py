"""The boundary of a demonstration community: a line around everything it has on the map."""

from __future__ import annotations

from django.contrib.gis.db.models import Collect
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


def load() -> int:
    """Once, after modules have put their objects on the map; a community without any has no boundary."""
    if Boundary.objects.exists():
        return 0
    enabled = enabled_labels()
    hulls: list[GEOSGeometry] = []
    for register in registers():
        if register.layer is None or register.module not in enabled:
            continue
        layer = Layer(register, whole_sight=True)
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
