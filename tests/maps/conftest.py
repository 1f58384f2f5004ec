from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from kernel.access.levels import Level
from kernel.maps.boundary import set_boundary
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tenant_apps.territory.bus_stops.models import BusStop

LABEL = "bus_stops.bus-stops"
HERE = (33.62, 49.23)


def stop(number: int, lon: float = HERE[0], lat: float = HERE[1], **fields: Any) -> BusStop:
    return BusStop.objects.create(
        code=f"ЗП-{number}", name=f"Зупинка {number}", location=Point(lon, lat, srid=4326), **fields
    )


@pytest.fixture
def keeper(in_alpha):
    """Whoever keeps the stops and the lists of reference."""
    make_role("map_keeper", bus_stops=Level.MANAGE, reference=Level.MANAGE)
    return make_person("map_keeper")


@pytest.fixture
def office(client_for, keeper):
    return enter(client_for("alpha"), keeper)


@pytest.fixture
def bounded(in_alpha):
    """A square of about 14 by 22 kilometres around HERE."""
    square = Polygon.from_bbox((33.5, 49.1, 33.7, 49.3))
    return set_boundary(MultiPolygon(square, srid=4326), source="Постанова ВР № 807-IX", by=OPERATOR)


def tile_address(lon: float, lat: float, z: int, label: str = LABEL, prefix: str = "/maps") -> str:
    """Web-mercator arithmetic of its own, not that of the code under test."""
    from math import asinh, floor, pi, radians, tan

    x = floor((lon + 180) / 360 * 2**z)
    y = floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z)
    return f"{prefix}/tiles/{label}/{z}/{x}/{y}.mvt"


def decoded(content: bytes, address: str, folder: Path) -> list[dict[str, Any]]:
    """Features of a tile as GDAL reads it, on the ground."""
    z, x, y = address.split("?")[0].removesuffix(".mvt").split("/")[-3:]
    place = folder / f"{z}-{x}-{y}.mvt"
    place.write_bytes(content)
    done = subprocess.run(
        ["ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", "/vsistdout/", f"MVT:{place}", "-oo", f"X={x}", "-oo", f"Y={y}", "-oo", f"Z={z}"],
        capture_output=True,
        check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(done.stdout)["features"]
    return found
