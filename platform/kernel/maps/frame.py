"""Squares of the web map: where a tile lies on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, degrees, pi, sinh

from django.contrib.gis.geos import Polygon

DEEPEST = 22
EXTENT, BUFFER = 4096, 64
# Half the length of the equator in web-mercator metres.
HALF = 20037508.342789244


@dataclass(frozen=True, slots=True)
class Tile:
    z: int
    x: int
    y: int

    @property
    def is_real(self) -> bool:
        return 0 <= self.z <= DEEPEST and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    @property
    def metres(self) -> float:
        """The side of the tile."""
        return 2 * HALF / 2**self.z

    def ground(self, buffer: float = 0.0) -> Polygon:
        """The tile in degrees, with a part of its side added around."""
        west, east = self.x - buffer, self.x + 1 + buffer
        north, south = self.y - buffer, self.y + 1 + buffer
        box = (_longitude(west, self.z), _latitude(south, self.z), _longitude(east, self.z), _latitude(north, self.z))
        polygon = Polygon.from_bbox(box)
        polygon.srid = 4326
        return polygon


def _longitude(column: float, z: int) -> float:
    return column / 2**z * 360 - 180


def _latitude(row: float, z: int) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * row / 2**z))))
