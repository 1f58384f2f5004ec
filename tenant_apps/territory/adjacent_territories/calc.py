"""Figures of the annex: which scale a sheet takes, and a border as a list of its corners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

SCALES = (100, 200, 250, 500, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000)
# Around the shape on its sheet: a tenth of it on each side.
ROOM = 1.2

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Corner:
    """`number` is counted through all rings; `length` is the side to the next corner of the ring."""

    number: int
    following: int
    east: float
    north: float
    length: float


def scale_for(box: tuple[float, float, float, float], frame: tuple[float, float]) -> int:
    """The largest drawing that fits: `box` in metres, `frame` in millimetres."""
    west, south, east, north = box
    wanted = max((east - west) * ROOM * 1000 / frame[0], (north - south) * ROOM * 1000 / frame[1])
    return next((scale for scale in SCALES if scale >= wanted), SCALES[-1])


def corners(rings: Sequence[Sequence[Point]]) -> list[Corner]:
    """A closed ring names its first corner twice; the list does not."""
    found: list[Corner] = []
    for ring in rings:
        points = ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring
        start = len(found) + 1
        for place, (east, north) in enumerate(points):
            onward = points[(place + 1) % len(points)]
            length = hypot(onward[0] - east, onward[1] - north)
            found.append(Corner(start + place, start + (place + 1) % len(points), east, north, length))
    return found
