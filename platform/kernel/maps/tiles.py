"""Vector tiles, made by the database: near ones of the shapes themselves, far ones of counts by cells.

Rights and filters are the list's own query, inside the very statement that draws; its text is also the key under
which a dear tile is remembered, so nobody gets what was drawn for other rights.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from kernel.maps import cells
from kernel.maps.changes import FRESH, mark_of
from kernel.maps.frame import BUFFER, EXTENT, Tile
from kernel.maps.layers import Layer
from kernel.tenancy.cache import cache

# From these zooms on every object is drawn itself.
POINTS_FROM, SHAPES_FROM, EXACT_FROM = 13, 11, 15
MOST_DRAWN = 20_000
# Cheaper ones are drawn anew each time and are never a moment old.
DEAR_SECONDS = 0.03

_SHAPE = "ST_Transform(map_shape, 3857)"
_SIMPLER = "ST_Simplify(ST_Transform(map_shape, 3857), {tolerance}, true)"
_DRAWN = """
WITH rows AS NOT MATERIALIZED ({rows})
SELECT ST_AsMVT(tile, %s, {extent}, 'geom', 'id'), count(*) FROM (
  SELECT map_id AS id, {geometry} AS geom, map_label AS label, map_colour AS colour,
         map_colour_text AS colour_text, map_status AS status
  FROM rows LIMIT {most}
) tile WHERE geom IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    params: tuple[Any, ...]

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr((self.sql, self.params)).encode()).hexdigest()


def draw(layer: Layer, tile: Tile, rows: QuerySet[Any]) -> bytes:
    """The tile of these rows of the layer; nothing when it is empty."""
    if tile.z < (POINTS_FROM if layer.of_points else SHAPES_FROM):
        return _clustered(layer, tile, rows)
    statement = _drawing(layer, tile, rows)
    if statement is None:
        return b""
    drawn, count = _run(statement)
    return _clustered(layer, tile, rows) if count > MOST_DRAWN else drawn


def _drawing(layer: Layer, tile: Tile, rows: QuerySet[Any]) -> Statement | None:
    """The objects themselves, those too small for their form as points."""
    near = rows.filter(**{f"{layer.geometry}__bboverlaps": tile.ground(BUFFER / EXTENT)})
    try:
        sql, params = layer.chosen(near).query.sql_with_params()
    except EmptyResultSet:
        return None
    box = f"ST_TileEnvelope({tile.z}, {tile.x}, {tile.y})"
    into = f"{box}, {EXTENT}, {BUFFER}, true"
    if layer.of_points:
        geometry = f"ST_AsMVTGeom({_SHAPE}, {into})"
    else:
        shape = _SHAPE if tile.z >= EXACT_FROM else _SIMPLER.format(tolerance=tile.metres / EXTENT * 2)
        point = f"ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(map_shape), 3857), {into})"
        geometry = f"COALESCE(ST_AsMVTGeom({shape}, {into}), {point})"
    whole = _DRAWN.format(rows=sql, extent=EXTENT, geometry=geometry, most=MOST_DRAWN + 1)
    return Statement(whole, (*params, layer.name))


def _clustered(layer: Layer, tile: Tile, rows: QuerySet[Any]) -> bytes:
    try:
        counted = cells.kept_cells(layer, tile, rows) or cells.counted_cells(layer, tile, rows)
    except EmptyResultSet:
        return b""
    statement = Statement(*counted)
    if counted.cheap:
        return _run(statement)[0]
    key = f"maps.tile:{layer.key}:{mark_of(layer.register)}:{statement.digest}"
    known = cache.get(key)
    if known is not None:
        return bytes(known)
    began = time.monotonic()
    drawn, _count = _run(statement)
    if time.monotonic() - began > DEAR_SECONDS:
        cache.set(key, drawn, FRESH)
    return drawn


def _run(statement: Statement) -> tuple[bytes, int]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        drawn, count = cursor.fetchone()
    return (bytes(drawn), count) if count else (b"", 0)
