"""The map of communities from their own outlines; those that drew none stand beneath it as tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, radians
from typing import Any
from uuid import UUID

from shared_apps.console.asking import brief, rounded
from shared_apps.console.tiles import GAP, SIDE, Shape, tile, tile_map
from shared_apps.rollups.models import Outline
from shared_apps.rollups.reading import Told

WIDE, TALL = 480.0, 420.0
# A letter of the smallest legible size, and a line of two of them.
LETTER, LINE = 5.6, 20.0
# Dots nearer to each other than this are one dot on the screen.
SAME = 0.6

Point = tuple[float, float]
Word = tuple[float, float, str, Any]


@dataclass
class RegionMap:
    shapes: list[Shape]
    box: str
    words: list[Word] = field(default_factory=list)
    drawn: bool = False


def region_map(rows: Sequence[Told], one: Any) -> RegionMap:
    """Shapes for `choropleth`, the box they stand in, names for those wide enough to bear one."""
    outlines = dict(
        Outline.objects.filter(community_id__in=[told.community.pk for told in rows]).values_list(
            "community_id", "rings"
        )
    )
    if not outlines:
        return RegionMap(*tile_map(rows, one))
    return _drawn(rows, one, outlines)


def _drawn(rows: Sequence[Told], one: Any, outlines: dict[UUID, list[list[Point]]]) -> RegionMap:
    placed = _Sheet([point for rings in outlines.values() for ring in rings for point in ring])
    shapes: list[Shape] = []
    words: list[Word] = []
    without = []
    for told in rows:
        rings = outlines.get(told.community.pk)
        if not rings:
            without.append(told)
            continue
        name, value = brief(told.community), rounded(one, told.shown)
        drawn = [placed.ring(ring) for ring in rings]
        shapes.append((name, "".join(map(_path, drawn)), value))
        if (word := _word(drawn[0], name, value)) is not None:
            words.append(word)
    columns = max(1, int(placed.width // (SIDE + GAP)))
    for number, told in enumerate(without):
        x, y = number % columns * (SIDE + GAP), int(placed.height) + SIDE // 2 + number // columns * (SIDE + GAP)
        shapes.append((brief(told.community), tile(x, y), rounded(one, told.shown)))
    beneath = -(-len(without) // columns) * (SIDE + GAP) + SIDE // 2 if without else 0
    return RegionMap(shapes, f"-4 -4 {placed.width + 8:.0f} {placed.height + beneath + 8:.0f}", words, True)


class _Sheet:
    """Degrees to units of the drawing: a degree of longitude is shorter by the cosine of the latitude."""

    def __init__(self, points: Sequence[Point]) -> None:
        xs, ys = [x for x, _y in points], [y for _x, y in points]
        self.left, self.top = min(xs), max(ys)
        self.squeeze = cos(radians((min(ys) + max(ys)) / 2))
        across, down = (max(xs) - min(xs)) * self.squeeze or 1e-6, max(ys) - min(ys) or 1e-6
        self.scale = min(WIDE / across, TALL / down)
        self.width, self.height = across * self.scale, down * self.scale

    def ring(self, ring: Sequence[Point]) -> list[Point]:
        found: list[Point] = []
        for lon, lat in ring:
            x, y = (lon - self.left) * self.squeeze * self.scale, (self.top - lat) * self.scale
            if not found or abs(x - found[-1][0]) + abs(y - found[-1][1]) > SAME:
                found.append((x, y))
        return found


def _path(ring: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "z"


def _word(ring: Sequence[Point], name: str, value: Any) -> Word | None:
    """At the middle of the outer ring, when the name goes between its sides there."""
    x, y = _centre(ring)
    crossings = sorted(
        one[0] + (y - one[1]) / (other[1] - one[1]) * (other[0] - one[0])
        for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)
        if (one[1] > y) != (other[1] > y)
    )
    left = max((crossing for crossing in crossings if crossing <= x), default=None)
    right = min((crossing for crossing in crossings if crossing > x), default=None)
    heights = [point[1] for point in ring]
    if left is None or right is None or max(heights) - min(heights) < LINE:
        return None
    return (x, y, name, value) if right - left >= LETTER * len(name) * 0.9 else None


def _centre(ring: Sequence[Point]) -> Point:
    """The centre of gravity of the area."""
    area = x = y = 0.0
    for one, other in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = one[0] * other[1] - other[0] * one[1]
        area += cross
        x += (one[0] + other[0]) * cross
        y += (one[1] + other[1]) * cross
    return (x / (3 * area), y / (3 * area)) if area else ring[0]
