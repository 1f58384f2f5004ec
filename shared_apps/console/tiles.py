"""A map of equal tiles: one community, one tile, grouped by district. Boundaries are not asked for, so nobody lacks them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil, sqrt
from typing import Any

from shared_apps.console.asking import brief, rounded
from shared_apps.rollups.reading import Told

SIDE, GAP = 30, 3

Shape = tuple[str, str, Any]


def tile_map(rows: Sequence[Told], one: Any) -> tuple[list[Shape], str]:
    """Shapes for `choropleth` and the box they stand in. Districts go along rows, each a block as square as it gets."""
    ordered = sorted(rows, key=lambda told: (told.community.district_code, str(told.community)))
    blocks = [list(group) for _code, group in groupby(ordered, key=lambda told: told.community.district_code)]
    widest = max(4, ceil(sqrt(len(rows) * 2)))
    shapes: list[Shape] = []
    left = top = tallest = right = 0
    for block in blocks:
        columns = ceil(sqrt(len(block)))
        if left and left + columns > widest:
            left, top, tallest = 0, top + tallest, 0
        for number, told in enumerate(block):
            x = (left + number % columns) * (SIDE + GAP)
            y = (top + number // columns) * (SIDE + GAP)
            shapes.append((brief(told.community), tile(x, y), rounded(one, told.shown)))
            right = max(right, x + SIDE)
        tallest = max(tallest, ceil(len(block) / columns) + 1)
        left += columns + 1
    bottom = max((top + tallest - 1) * (SIDE + GAP), SIDE)
    return shapes, f"-2 -2 {max(right, SIDE) + 4} {bottom + 4}"


def tile(x: int, y: int) -> str:
    return f"M{x} {y}h{SIDE}v{SIDE}h-{SIDE}z"
