"""A layer as it was at the end of a day, told by the history of its table.

Limits, said to whoever asks: registers of up to MOST cards with up to MOST_CHANGES changes since; rows deleted since
are not shown (cards leave by archive, and those are); words of other cards are as they are now.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from kernel.maps.frame import BUFFER, EXTENT, Tile
from kernel.maps.layers import Layer
from kernel.registers.facets import Facet

MOST, MOST_CHANGES = 20_000, 50_000

_WAS = """
WITH changes AS MATERIALIZED (
  SELECT row_id, action, before, id FROM audit_history WHERE table_name = {table} AND at >= {moment}
), earliest AS (
  SELECT DISTINCT ON (row_id, key) row_id, key, value
  FROM changes, LATERAL jsonb_each(before) WHERE action = 'update' AND key = ANY({columns})
  ORDER BY row_id, key, changes.id
), was AS (SELECT row_id, jsonb_object_agg(key, value) AS old FROM earliest GROUP BY row_id),
rows AS (
  SELECT card.{key} AS map_id, {shape} AS map_shape, {label} AS map_label, {colour} AS map_colour
  FROM {own} card LEFT JOIN was ON was.row_id = card.{key}::text
  WHERE card.{key} IN (SELECT pk FROM ({seen}) seen (pk)) AND {living}
    AND NOT EXISTS (SELECT 1 FROM changes born WHERE born.row_id = card.{key}::text AND born.action = 'insert')
)
"""
_TILE = """
SELECT ST_AsMVT(tile, {name}, {extent}, 'geom', 'id'), count(*) FROM (
  SELECT map_id AS id, map_label AS label, map_colour AS colour,
         ST_AsMVTGeom(ST_Transform(map_shape, 3857), {box}, {extent}, {buffer}, true) AS geom
  FROM rows WHERE map_shape && ST_Transform({box}, 4326)
) tile WHERE geom IS NOT NULL
"""
_COLLECTION = "SELECT map_id, ST_AsGeoJSON(map_shape, 7), map_label, map_colour FROM rows WHERE map_shape IS NOT NULL ORDER BY map_id"


def draw_as_on(layer: Layer, tile: Tile, day: date) -> bytes:
    box = sql.SQL("ST_TileEnvelope({}, {}, {})").format(*map(sql.Literal, (tile.z, tile.x, tile.y)))
    ending = sql.SQL(_TILE).format(
        name=sql.Literal(layer.name), extent=sql.Literal(EXTENT), buffer=sql.Literal(BUFFER), box=box
    )
    found = _asked(layer, day, ending)
    return bytes(found[0][0]) if found and found[0][1] else b""


def geojson_as_on(layer: Layer, day: date) -> bytes:
    features = [
        {
            "type": "Feature",
            "id": pk,
            "geometry": json.loads(place),
            "properties": {"label": label, "colour": colour},
        }
        for pk, place, label, colour in _asked(layer, day, sql.SQL(_COLLECTION))
    ]
    content = {"type": "FeatureCollection", "on": day.isoformat(), "features": features}
    return json.dumps(content, ensure_ascii=False).encode()


def end_of(day: date) -> datetime:
    """The day ends when it ends here."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


def _asked(layer: Layer, day: date, ending: Any) -> list[tuple[Any, ...]]:
    register = layer.register
    moment = end_of(day)
    try:
        seen, params = register.rows(layer.user, archived=None).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) counted").format(
                sql.Identifier(register.table), sql.Literal(MOST + 1)
            )
        )
        (count,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM audit_history WHERE table_name = %s AND at >= %s LIMIT %s) counted",
            [register.table, moment, MOST_CHANGES + 1],
        )
        (changed,) = cursor.fetchone()
        if count > MOST or changed > MOST_CHANGES:
            raise ValidationError(
                _(
                    "Стан на дату показуємо для реєстрів до %(cards)s карток і до %(changes)s змін відтоді. Виберіть ближчу "
                    "дату або подивіться історію окремої картки."
                )
                % {"cards": f"{MOST:,}".replace(",", " "), "changes": f"{MOST_CHANGES:,}".replace(",", " ")}
            )
        statement = _past(layer, moment, seen).as_string(cursor.connection)
        cursor.execute(statement + ending.as_string(cursor.connection), params)
        return list(cursor.fetchall())


def _past(layer: Layer, moment: datetime, seen: str) -> sql.Composed:
    register = layer.register
    place = layer.field.column
    columns = [place, "archived_at", *(one.field.column for one in (layer.label, layer.colour) if one and one.is_own)]
    old_place = sql.Literal(place)
    shape = sql.SQL(
        "CASE WHEN was.old ? {name} THEN CASE jsonb_typeof(was.old -> {name}) WHEN 'object' "
        "THEN ST_SetSRID(ST_GeomFromGeoJSON(was.old ->> {name}), 4326) END ELSE card.{column} END"
    ).format(name=old_place, column=sql.Identifier(place))
    living = sql.SQL("true")
    if register.archives:
        living = sql.SQL(
            "(CASE WHEN was.old ? 'archived_at' THEN was.old ->> 'archived_at' ELSE card.archived_at::text END) IS NULL"
        )
    return sql.SQL(_WAS).format(
        table=sql.Literal(register.table),
        moment=sql.Literal(moment),
        columns=sql.Literal(columns),
        key=sql.Identifier(register.model._meta.pk.column),
        own=sql.Identifier(register.table),
        shape=shape,
        label=_former(layer.label),
        colour=_former(layer.colour),
        living=living,
        seen=sql.SQL(seen),  # type: ignore[arg-type]
    )


def _former(facet: Facet | None) -> sql.Composable:
    """A column of the card itself as it was then."""
    if facet is None or not facet.is_own:
        return sql.SQL("NULL::text")
    column = facet.field.column
    return sql.SQL("CASE WHEN was.old ? {name} THEN was.old ->> {name} ELSE card.{column}::text END").format(
        name=sql.Literal(column), column=sql.Identifier(column)
    )
