"""Counts by cells of the map, for far zooms: kept for large registers, counted on the spot for small and filtered ones.

A cell with one card is that card, at its own place and by its own name.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from kernel.jobs.queue import enqueue
from kernel.maps.changes import mark_of
from kernel.maps.frame import EXTENT, HALF, Tile
from kernel.maps.layers import Layer
from kernel.maps.models import Cell
from kernel.tenancy.cache import cache
from kernel.tenancy.locks import hold_lock

# Cells along the side of a tile, and the nearest zoom they are kept for.
SIDE, NEAREST = 16, 12
# Fewer are counted faster than a kept count is worth.
FEW = 20_000
CALLED_FOR = 10
JOB = "maps.cells"

_PLACE = "ST_Transform({point}, 3857)"
_DRAW = """
SELECT ST_AsMVT(tile, %s, {extent}, 'geom', 'id'), count(*) FROM (
  SELECT card AS id, ST_AsMVTGeom(place, ST_TileEnvelope({z}, {x}, {y}), {extent}, 256, true) AS geom,
         count, nullif(label, '') AS label, nullif(colour, '') AS colour
  FROM ({cells}) counted
) tile WHERE geom IS NOT NULL
"""
_COUNT = """
SELECT floor((ST_X(p) + {half}) / {size})::int AS "column", floor(({half} - ST_Y(p)) / {size})::int AS "row",
       count(*)::int AS count, CASE WHEN min(map_colour) = max(map_colour) THEN min(map_colour) ELSE '' END AS colour,
       CASE WHEN count(*) = 1 THEN left(min(map_label), 300) ELSE '' END AS label,
       ST_SetSRID(ST_MakePoint(avg(ST_X(p)), avg(ST_Y(p))), 3857) AS place,
       CASE WHEN count(*) = 1 THEN min(map_id) END AS card
FROM (SELECT map_id, map_label, map_colour, {place} AS p FROM ({rows}) rows OFFSET 0) placed
GROUP BY 1, 2
"""
_KEPT = 'SELECT * FROM maps_cell WHERE register = %s AND zoom = %s AND "column" BETWEEN %s AND %s AND "row" BETWEEN %s AND %s'
_FIRST = """
INSERT INTO maps_cell (register, zoom, "column", "row", count, colour, label, place, card)
SELECT %s, {zoom}, "column", "row", count, coalesce(colour, ''), coalesce(label, ''), place, card FROM ({cells}) counted
"""
_ABOVE = """
INSERT INTO maps_cell (register, zoom, "column", "row", count, colour, label, place, card)
SELECT register, zoom - 1, "column" / 2, "row" / 2, sum(count),
       CASE WHEN min(colour) = max(colour) THEN min(colour) ELSE '' END, CASE WHEN sum(count) = 1 THEN min(label) ELSE '' END,
       ST_SetSRID(ST_MakePoint(sum(ST_X(place) * count) / sum(count), sum(ST_Y(place) * count) / sum(count)), 3857),
       CASE WHEN sum(count) = 1 THEN min(card) END
FROM maps_cell WHERE register = %s AND zoom = %s GROUP BY register, zoom, "column" / 2, "row" / 2
"""


class Counted(NamedTuple):
    sql: str
    params: tuple[Any, ...]

    @property
    def cheap(self) -> bool:
        return "maps_cell" in self.sql


def counted_cells(layer: Layer, tile: Tile, rows: QuerySet[Any]) -> Counted:
    """Straight from the rows, with whatever rights and filters they have."""
    near = rows.filter(**{f"{layer.geometry}__bboverlaps": tile.ground()})
    sql, params = layer.chosen(near).query.sql_with_params()
    cells = _COUNT.format(half=HALF, size=tile.metres / SIDE, place=_place(layer), rows=sql)
    column, row = tile.x * SIDE, tile.y * SIDE
    # A shape that only reaches into the tile is counted in the tile its middle is in.
    own = f'SELECT * FROM ({cells}) all_cells WHERE "column" BETWEEN %s AND %s AND "row" BETWEEN %s AND %s'  # noqa: S608 - pieces of this file
    bounds = (column, column + SIDE - 1, row, row + SIDE - 1)
    return Counted(_drawing(tile, own), (layer.name, *params, *bounds))


def kept_cells(layer: Layer, tile: Tile, rows: QuerySet[Any]) -> Counted | None:
    """From the kept counts, if these rows are all there are and the counts are worth keeping."""
    if tile.z > NEAREST or not _same(rows, layer.whole) or not _kept(layer):
        return None
    column, row = tile.x * SIDE, tile.y * SIDE
    params = (layer.name, layer.key, tile.z, column, column + SIDE - 1, row, row + SIDE - 1)
    kept = _KEPT
    whole = layer.everything()
    if (layer.label, layer.colour) != (whole.label, whole.colour):
        label = "label" if layer.label == whole.label else "'' AS label"
        colour = "colour" if layer.colour else "'' AS colour"
        kept = f"SELECT place, count, card, {label}, {colour} FROM ({_KEPT}) told"  # noqa: S608 - pieces of this file
    return Counted(_drawing(tile, kept), params)


def _drawing(tile: Tile, cells: str) -> str:
    return _DRAW.format(extent=EXTENT, z=tile.z, x=tile.x, y=tile.y, cells=cells)


def _place(layer: Layer) -> str:
    return _PLACE.format(point="map_shape" if layer.of_points else "ST_Centroid(ST_Envelope(map_shape))")


def _same(rows: QuerySet[Any], whole: QuerySet[Any]) -> bool:
    try:
        return rows.query.sql_with_params() == whole.query.sql_with_params()
    except EmptyResultSet:
        return False


def _kept(layer: Layer) -> bool:
    """Whether there are counts to draw from; when cards have changed since, they are counted anew in the background.

    The first time, whoever asks waits for the count; later readers see the former one until the new is ready.
    """
    mark = mark_of(layer.register)
    known = cache.get(_state(layer))
    if known is not None and known[0] == mark:
        return bool(known[1])
    if layer.whole[: FEW + 1].count() <= FEW:
        cache.set(_state(layer), (mark, False), None)
        return False
    if known is None or not Cell.objects.filter(register=layer.key).exists():
        return count_cells(layer)
    # Every tile of a screen asks; one of them is enough to call for the count.
    if cache.add(f"{_state(layer)}:called", True, CALLED_FOR):
        enqueue(JOB, subject=layer.key, layer=layer.key)
    return True


def _state(layer: Layer) -> str:
    return f"maps.cells:{layer.key}"


def count_cells(layer: Layer) -> bool:
    """All cells of all zooms in one reading of the register. False while somebody else counts."""
    whole = layer.everything()
    sql, params = whole.chosen(layer.whole).query.sql_with_params()
    finest = Tile(NEAREST, 0, 0)
    cells = _COUNT.format(half=HALF, size=finest.metres / SIDE, place=_place(layer), rows=sql)
    with transaction.atomic():
        if not hold_lock(f"maps.cells:{layer.key}", wait=False):
            return False
        mark = mark_of(layer.register)
        Cell.objects.filter(register=layer.key).delete()
        with connection.cursor() as cursor:
            cursor.execute(_FIRST.format(zoom=NEAREST, cells=cells), [layer.key, *params])
            for zoom in range(NEAREST, 0, -1):
                cursor.execute(_ABOVE, [layer.key, zoom])
        transaction.on_commit(lambda: cache.set(_state(layer), (mark, True), None))
    return True
